// Two lists of a body or query under the rules that reach them: pact_matching 2.0, compare_lists_with_matchingrules.
import { append, type Difference } from './difference.ts';
import { sameJson } from './exact-json.ts';
import type { Matcher, RuleList } from './pact.ts';
import { bodyRuleSet, eachValueRuleSet, type RuleSet, type SelectedRules } from './rule-set.ts';

export interface ListComparison {
  readonly path: readonly string[];
  readonly expected: readonly unknown[];
  readonly actual: readonly unknown[];
  readonly rules: RuleSet;
  /** With this many differences the rest of the list is not compared. */
  readonly enough: number;
  readonly differ: (path: readonly string[], message: string) => Difference;
  readonly compareItem: (path: readonly string[], expected: unknown, actual: unknown, rules: RuleSet) => Difference[];
}

export function matchListByRules(comparison: ListComparison, selected: SelectedRules): Difference[] {
  if (selected.matchers.length === 0) return [comparison.differ(comparison.path, 'the contract has an empty rule here')];
  const found = selected.matchers.map((matcher) => matchByRule(comparison, matcher, selected.cascaded));
  return selected.combine === 'OR' && found.some((differences) => differences.length === 0) ? [] : found.flat();
}

/** The same for the values of a header or parameter, which are texts. One sentence a difference. */
export function matchTextsByRules(
  { path, expected, actual, rules }: Pick<ListComparison, 'path' | 'rules'> & Record<'expected' | 'actual', readonly string[]>,
  selected: SelectedRules,
  compareText: (path: readonly string[], expected: string, actual: string, rules: RuleSet) => readonly string[],
): string[] {
  // Only the sentences are used: the caller knows which part it is about.
  const differ = (_: readonly string[], message: string): Difference => ({ part: 'body', path: '', message });
  const comparison: ListComparison = {
    path,
    expected,
    actual,
    rules,
    enough: Number.POSITIVE_INFINITY,
    differ,
    compareItem: (at, one, other, itemRules) =>
      compareText(at, String(one), String(other), itemRules).map((message) => differ(at, message)),
  };
  return matchListByRules(comparison, selected).map(({ message }) => message);
}

function matchByRule(comparison: ListComparison, matcher: Matcher, cascaded: boolean): Difference[] {
  // Trap: with an empty example a rule checks nothing of the list (pact_matching 2.0).
  if (comparison.expected.length === 0) return [];
  if (matcher.match === 'arrayContains') return matchVariants(comparison, matcher);
  if (matcher.match === 'eachValue') {
    if (cascaded) return [];
    return matchItems({ ...comparison, rules: eachValueRuleSet(comparison.path, matcher.rules as Matcher[]) });
  }
  const fault = sizeFault(comparison, matcher, cascaded);
  return [...(fault === null ? [] : [comparison.differ(comparison.path, fault)]), ...matchItems(comparison)];
}

// Each variant must fit one element at least; its rules begin at the element.
function matchVariants({ path, expected, actual, differ, compareItem }: ListComparison, matcher: Matcher): Difference[] {
  const written = matcher.variants as readonly { readonly index: number; readonly rules: Readonly<Record<string, RuleList>> }[];
  const equality: RuleList = { combine: 'AND', matchers: [{ match: 'equality' }] };
  const variants = written.length > 0 ? written : expected.map((_, index) => ({ index, rules: { '': equality } }));
  return variants.flatMap(({ index, rules }) => {
    if (index >= expected.length) return [differ(path, `the contract has no example of its variant ${index}`)];
    const ruleSet = bodyRuleSet(rules);
    const isThere = actual.some((item) => compareItem(['$'], expected[index], item, ruleSet).length === 0);
    return isThere ? [] : [differ(path, `expected an element that fits the contract's variant ${index}`)];
  });
}

// Elements beyond the example are compared with its first; missing ones are the business of the sizes.
function matchItems({ path, expected, actual, rules, enough, differ, compareItem }: ListComparison): Difference[] {
  const compared: Difference[] = [];
  for (const [index, item] of actual.entries()) {
    append(compared, compareItem([...path, String(index)], index < expected.length ? expected[index] : expected[0], item, rules));
    if (compared.length >= enough) return compared;
  }
  const missing = expected
    .map((_, index) => index)
    .slice(actual.length)
    .filter((index) => rules.select([...path, String(index)]) === null)
    .map((index) => differ(path, `element ${index} is missing`));
  return [...compared, ...missing];
}

function sizeFault({ expected, actual }: ListComparison, matcher: Matcher, cascaded: boolean): string | null {
  const { match, min, max } = matcher;
  if (match === 'type' && !cascaded) return outOfBounds(actual.length, min, max, 'elements');
  if (match === 'equality') return sameJson(expected, actual) ? null : 'expected exactly the elements of the contract';
  if (match === 'notEmpty') return actual.length > 0 ? null : 'expected at least one element';
  // Sic: a rule for null or for a status fits no list, all other rules fit every list.
  return match === 'null' || match === 'statusCode' ? `the contract has a rule here that fits no list (${match})` : null;
}

export function outOfBounds(count: number, min: unknown, max: unknown, things: string): string | null {
  if (typeof min === 'number' && count < min) return `expected at least ${min} ${things}, got ${count}`;
  if (typeof max === 'number' && count > max) return `expected at most ${max} ${things}, got ${count}`;
  return null;
}
