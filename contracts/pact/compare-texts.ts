// The same question for a text: a header's value or a text body. Pact's rules for texts are others than those for JSON values.
import { followsFrom } from './compare-rules.ts';
import { matchTextRule } from './match-text.ts';
import type { Matcher } from './pact.ts';
import type { SelectedRules } from './rule-set.ts';

export interface TextPlace {
  /** Null: the example itself. */
  readonly rules: SelectedRules | null;
  readonly example: string;
}

/** True where every text that the old side allows is allowed by the new one. In doubt false. */
export function isLooserText(before: TextPlace, after: TextPlace): boolean {
  return followsFrom(before.rules, after.rules, (matcher, next) => implies(matcher, next, before.example, after.example));
}

const alwaysFilled: ReadonlySet<string> = new Set(['number', 'decimal', 'integer', 'semver', 'notEmpty']);

function implies(before: Matcher, after: Matcher, exampleBefore: string, exampleAfter: string): boolean {
  // Every text is of the type text.
  if (after.match === 'type') return true;
  const values = allTexts(before, exampleBefore);
  if (values !== null) return values.every((value) => matchTextRule(exampleAfter, value, after, false) === null);
  switch (after.match) {
    case 'equality':
    case 'values':
      return false;
    case 'number':
    case 'decimal':
      return ['number', 'decimal', 'integer'].includes(before.match);
    case 'notEmpty':
      return alwaysFilled.has(before.match);
    case 'include':
      return before.match === 'include' && String(before.value).includes(String(after.value));
    default:
      return JSON.stringify(before) === JSON.stringify(after);
  }
}

function allTexts({ match }: Matcher, example: string): readonly string[] | null {
  if (match === 'equality' || match === 'values') return [example];
  return match === 'boolean' ? ['true', 'false'] : null;
}
