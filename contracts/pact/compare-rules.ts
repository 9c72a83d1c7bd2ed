// Rules of the old contract against rules of the new one: does a value that fulfils the old ones always fulfil the new ones?
import { jsonKind } from './exact-json.ts';
import { matchJsonValue } from './match-json-value.ts';
import { combine } from './match-text.ts';
import type { Matcher } from './pact.ts';
import type { SelectedRules } from './rule-set.ts';

export interface RulePlace {
  readonly rules: SelectedRules | null;
  readonly example: unknown;
}

export function sameRules(before: SelectedRules | null, after: SelectedRules | null): boolean {
  return rulesKey(before) === rulesKey(after);
}

function rulesKey(rules: SelectedRules | null): string {
  if (rules === null) return 'none';
  return JSON.stringify(rules.matchers.length > 1 ? [rules.combine, rules.matchers] : ['AND', rules.matchers]);
}

/** True where every value that the old side allows is allowed by the new one. In doubt false. */
export function isLooser(before: RulePlace, after: RulePlace): boolean {
  const { rules } = after;
  if (rules === null) return false;
  // Until now exactly one value was allowed: the new rules take it, or they do not.
  if (before.rules === null) return combine(rules, (matcher) => matchJsonValue(after.example, before.example, matcher)).length === 0;
  const [one, ...others] = before.rules.matchers;
  if (rules.matchers.length === 0) return false;
  if (one === undefined || others.length > 0 || rules.matchers.length > 1) {
    // Fewer rules that all hold, or more of which one holds.
    const contains = (list: readonly Matcher[], matcher: Matcher) =>
      list.some((other) => JSON.stringify(other) === JSON.stringify(matcher));
    if (before.rules.combine === 'AND' && rules.combine === 'AND')
      return rules.matchers.every((matcher) => contains(before.rules?.matchers ?? [], matcher));
    return rules.combine === 'OR' && before.rules.matchers.every((matcher) => contains(rules.matchers, matcher));
  }
  const next = rules.matchers[0];
  return next !== undefined && isLooserMatcher(one, next, before.example, after.example);
}

function isLooserMatcher(before: Matcher, after: Matcher, exampleBefore: unknown, exampleAfter: unknown): boolean {
  if (JSON.stringify(before) === JSON.stringify(after)) return true;
  if (before.match === 'equality') return matchJsonValue(exampleAfter, exampleBefore, after) === null;
  const isNumber = ['integer', 'decimal', 'number'].includes(before.match);
  if (after.match === 'number') return isNumber;
  if (after.match !== 'type') return false;
  if (before.match === 'type') {
    const [minBefore, minAfter] = [before.min ?? 0, after.min ?? 0] as [number, number];
    const [maxBefore, maxAfter] = [before.max ?? Number.MAX_SAFE_INTEGER, after.max ?? Number.MAX_SAFE_INTEGER] as [number, number];
    return minAfter <= minBefore && maxAfter >= maxBefore;
  }
  const kind = jsonKind(exampleAfter);
  if (isNumber) return kind === 'integer' || kind === 'decimal';
  return ['regex', 'include', 'date', 'time', 'datetime', 'semver'].includes(before.match) && kind === 'string';
}

export function describeRules(rules: SelectedRules | null): string {
  if (rules === null) return 'exactly the example';
  return rules.matchers.map(describeMatcher).join(rules.combine === 'OR' ? ' or ' : ' and ');
}

function describeMatcher({ match, ...rest }: Matcher): string {
  const details = Object.entries(rest).map(([name, value]) =>
    name === match || name === 'value' || name === 'format' ? JSON.stringify(value) : `${name} ${JSON.stringify(value)}`,
  );
  const text = [match, ...details].join(' ');
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}
