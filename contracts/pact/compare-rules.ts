// Rules of the old contract against rules of the new one: does a value that fulfils the old ones always fulfil the new ones? Only what is
// proved here is called compatible.
import { jsonKind } from './exact-json.ts';
import { matchJsonValue } from './match-json-value.ts';
import type { Matcher } from './pact.ts';
import type { SelectedRules } from './rule-set.ts';

export interface RulePlace {
  /** Null: the example itself. */
  readonly rules: SelectedRules | null;
  /** Neither an object nor an array. */
  readonly example: unknown;
  /** The verifier puts a generated value in the place of the example. */
  readonly isGenerated?: boolean;
}

export function sameRules(before: SelectedRules | null, after: SelectedRules | null): boolean {
  return rulesKey(before) === rulesKey(after);
}

function rulesKey(rules: SelectedRules | null): string {
  if (rules === null) return 'none';
  return JSON.stringify(rules.matchers.length > 1 ? [rules.combine, rules.matchers] : ['AND', rules.matchers]);
}

/** True where every JSON value that the old side allows is allowed by the new one. In doubt false. */
export function isLooser(before: RulePlace, after: RulePlace): boolean {
  return followsFrom(before.rules, after.rules, (matcher, next) => impliesValue(matcher, next, before, after));
}

type Proof = (before: Matcher, after: Matcher) => boolean;
const exactly: SelectedRules = { combine: 'AND', matchers: [{ match: 'equality' }], cascaded: false };

/** Whether one of the old rules proves each of the new ones, by how both are combined. */
export function followsFrom(before: SelectedRules | null, after: SelectedRules | null, implies: Proof): boolean {
  const [old, next] = [before ?? exactly, after ?? exactly];
  if (old.matchers.length === 0 || next.matchers.length === 0) return false;
  const proves = (matchers: readonly Matcher[]) => {
    const isProved = (matcher: Matcher) => matchers.some((one) => implies(one, matcher));
    return next.combine === 'OR' ? next.matchers.some(isProved) : next.matchers.every(isProved);
  };
  return old.combine === 'OR' ? old.matchers.every((matcher) => proves([matcher])) : proves(old.matchers);
}

/** They compare with the example, or with the kind that it is of. */
const exampleMatchers: ReadonlySet<string> = new Set(['equality', 'values', 'type']);
/** They say nothing of a single value, and so every one fits. */
const emptyMatchers: ReadonlySet<string> = new Set(['statusCode', 'arrayContains', 'eachKey', 'eachValue']);

function impliesValue(before: Matcher, after: Matcher, one: RulePlace, other: RulePlace): boolean {
  if (emptyMatchers.has(after.match)) return true;
  if (one.isGenerated && exampleMatchers.has(before.match)) {
    return before.match === after.match && JSON.stringify(one.example) === JSON.stringify(other.example);
  }
  const values = allValues(before, one.example);
  if (values !== null) return values.every((value) => matchJsonValue(other.example, value, after) === null);
  const kind = onlyKind(before, one.example);
  switch (after.match) {
    case 'type':
      return kind !== null && kind === wideKind(other.example);
    case 'number':
      return kind === 'number';
    case 'notEmpty':
      return before.match === 'notEmpty' || before.match === 'semver' || kind === 'number';
    case 'include':
      return before.match === 'include' && String(before.value).includes(String(after.value));
    default:
      return !exampleMatchers.has(after.match) && JSON.stringify(before) === JSON.stringify(after);
  }
}

/** Where the rule allows a handful. Null: more. */
function allValues({ match }: Matcher, example: unknown): readonly unknown[] | null {
  if (match === 'equality' || match === 'values') return [example];
  if (match === 'null') return [null];
  // Sic: texts, too.
  if (match === 'boolean') return [true, false, 'true', 'false'];
  if (match !== 'type') return null;
  const kind = jsonKind(example);
  if (kind === 'boolean') return [true, false];
  return kind === 'null' ? [null] : null;
}

/** Not of regex, include and dates: they look at the text of numbers, booleans, null and even objects as well. */
function onlyKind({ match }: Matcher, example: unknown): string | null {
  if (['integer', 'decimal', 'number'].includes(match)) return 'number';
  if (match === 'semver') return 'string';
  return match === 'type' ? wideKind(example) : null;
}

/** As the rule `type` tells values apart. */
export function wideKind(value: unknown): string {
  const kind = jsonKind(value);
  return kind === 'integer' || kind === 'decimal' ? 'number' : kind;
}

/** True where another example changes nothing, and a generated value neither. */
export function ignoresExample(rules: SelectedRules | null, also: readonly string[] = []): boolean {
  return rules?.matchers.every(({ match }) => !exampleMatchers.has(match) || also.includes(match)) ?? false;
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
