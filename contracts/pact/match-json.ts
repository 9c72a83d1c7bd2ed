// Two JSON bodies under the rules of a pact: pact_matching 2.0, json.rs and matchingrules.rs. What surprises here surprises in Pact, too.

import { showPath } from './body-path.ts';
import { append, type Difference, excerpt } from './difference.ts';
import { isJsonObject, jsonKind, sameJson } from './exact-json.ts';
import { article, matchJsonValue } from './match-json-value.ts';
import { matchListByRules, outOfBounds } from './match-list.ts';
import { combine, matchTextRule } from './match-text.ts';
import type { Matcher } from './pact.ts';
import { eachValueRuleSet, type RuleSet } from './rule-set.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonComparison {
  readonly rules: RuleSet;
  /** In a request every key that the contract does not name is a difference. */
  readonly unexpectedKeys: 'refused' | 'allowed';
  /** How many differences are wanted: with more than that, an object or list is not compared to its end. */
  readonly enough: number;
}

export function matchJson(expected: unknown, actual: unknown, comparison: JsonComparison): Difference[] {
  return compare(['$'], expected, actual, comparison);
}

function compare(path: readonly string[], expected: unknown, actual: unknown, comparison: JsonComparison): Difference[] {
  if (isJsonObject(expected)) {
    if (isJsonObject(actual)) return compareObjects(path, expected, actual, comparison);
    return [differ(path, `expected an object, got ${article(jsonKind(actual))}`)];
  }
  if (Array.isArray(expected)) {
    if (Array.isArray(actual)) return compareLists(path, expected, actual, comparison);
    return [differ(path, `expected an array, got ${article(jsonKind(actual))}`)];
  }
  const rules = comparison.rules.select(path);
  if (rules !== null) return combine(rules, (matcher) => matchJsonValue(expected, actual, matcher)).map((message) => differ(path, message));
  if (sameJson(expected, actual)) return [];
  return [
    differ(path, `expected ${excerpt(expected)}, got ${jsonKind(expected) === jsonKind(actual) ? 'another' : article(jsonKind(actual))}`),
  ];
}

function compareLists(
  path: readonly string[],
  expected: readonly unknown[],
  actual: readonly unknown[],
  comparison: JsonComparison,
): Difference[] {
  const rules = comparison.rules.select(path);
  if (rules !== null) {
    const compareItem = (at: readonly string[], one: unknown, other: unknown, ruleSet: RuleSet) =>
      compare(at, one, other, { ...comparison, rules: ruleSet });
    return matchListByRules({ path, expected, actual, rules: comparison.rules, enough: comparison.enough, differ, compareItem }, rules);
  }
  const compared: Difference[] = [];
  for (const [index, item] of expected.slice(0, actual.length).entries()) {
    append(compared, compare([...path, String(index)], item, actual[index], comparison));
    if (compared.length >= comparison.enough) return compared;
  }
  if (expected.length === actual.length) return compared;
  return [...compared, differ(path, `expected ${expected.length} elements, got ${actual.length}`)];
}

function compareObjects(path: readonly string[], expected: JsonObject, actual: JsonObject, comparison: JsonComparison): Difference[] {
  const actualCount = Object.keys(actual).length;
  if (Object.keys(expected).length === 0 && comparison.unexpectedKeys === 'refused' && actualCount > 0) {
    return [differ(path, `expected an object without keys, got ${actualCount}`)];
  }
  const rules = comparison.rules.select(path);
  if (rules === null) return compareByKeys(path, expected, actual, comparison);
  // Trap: for objects, rules combined by OR must all hold nevertheless (pact_matching 2.0).
  return rules.matchers.flatMap((matcher) => compareByRule({ path, expected, actual, comparison, matcher, cascaded: rules.cascaded }));
}

interface ObjectByRule {
  readonly path: readonly string[];
  readonly expected: JsonObject;
  readonly actual: JsonObject;
  readonly comparison: JsonComparison;
  readonly matcher: Matcher;
  readonly cascaded: boolean;
}

function compareByRule({ path, expected, actual, comparison, matcher, cascaded }: ObjectByRule): Difference[] {
  if (cascaded || !['values', 'eachValue', 'arrayContains'].includes(matcher.match)) {
    const fault = objectFault(expected, actual, matcher, cascaded);
    return [...(fault === null ? [] : [differ(path, fault)]), ...compareByKeys(path, expected, actual, comparison)];
  }
  const rules = matcher.match === 'eachValue' ? eachValueRuleSet(path, matcher.rules as Matcher[]) : comparison.rules;
  // A key that the example does not have is compared with the example's first key in the order of the alphabet.
  const [first] = Object.keys(expected).sort();
  return Object.entries(actual).flatMap(([key, value]) => {
    const example = Object.hasOwn(expected, key) ? key : first;
    if (example === undefined) return [];
    const differences = compare([...path, key], expected[example], value, { ...comparison, rules });
    if (example === key) return differences;
    const hidden = showPath([...path, key]);
    return differences.map((difference) => ({ ...difference, path: `${showPath([...path, '*'])}${difference.path.slice(hidden.length)}` }));
  });
}

function compareByKeys(path: readonly string[], expected: JsonObject, actual: JsonObject, comparison: JsonComparison): Difference[] {
  const differences = compareKeys(path, expected, actual, comparison);
  const keys = Object.keys(expected).filter((key) => Object.hasOwn(actual, key));
  // Scalars first: they are compared at once, and what makes interactions differ is often one of them.
  const isScalar = (key: string) => typeof expected[key] !== 'object';
  for (const key of [...keys.filter(isScalar), ...keys.filter((one) => !isScalar(one))]) {
    if (differences.length >= comparison.enough) break;
    append(differences, compare([...path, key], expected[key], actual[key], comparison));
  }
  return differences;
}

function compareKeys(
  path: readonly string[],
  expected: JsonObject,
  actual: JsonObject,
  { rules, unexpectedKeys }: JsonComparison,
): Difference[] {
  const differences: Difference[] = [];
  if (!rules.standsAt(path, ['values', 'eachValue', 'eachKey'])) {
    const missing = Object.keys(expected).filter((key) => !Object.hasOwn(actual, key));
    differences.push(...missing.map((key) => differ([...path, key], 'missing')));
    const unexpected = Object.keys(actual).filter((key) => !Object.hasOwn(expected, key)).length;
    if (unexpected > 0 && unexpectedKeys === 'refused') {
      differences.push(differ(path, `${unexpected} ${unexpected === 1 ? 'key' : 'keys'} that the contract does not name`));
    }
  }
  if (!rules.standsAt(path)) return differences;
  const eachKey = (rules.select(path)?.matchers ?? [])
    .filter(({ match }) => match === 'eachKey')
    .flatMap(({ rules: inner }) => inner as Matcher[]);
  for (const matcher of eachKey) {
    const faults = Object.keys(actual).flatMap((key) => matchTextRule('', key, matcher, false) ?? []);
    append(
      differences,
      faults.map((fault) => differ(path, `a key: ${fault}`)),
    );
  }
  return differences;
}

function objectFault(expected: JsonObject, actual: JsonObject, { match, min, max }: Matcher, cascaded: boolean): string | null {
  switch (match) {
    case 'type':
      return cascaded ? null : outOfBounds(Object.keys(actual).length, min, max, 'keys');
    case 'equality':
      return sameJson(expected, actual) ? null : 'expected exactly the object of the contract';
    case 'notEmpty':
      return Object.keys(actual).length > 0 ? null : 'expected an object with keys';
    case 'regex':
    case 'arrayContains':
    case 'eachKey':
    case 'eachValue':
    case 'values':
      return null;
    default:
      // Sic: a rule for numbers, dates and the like that stands above an object fits no object.
      return `the contract has a rule here that fits no object (${match})`;
  }
}

function differ(path: readonly string[], message: string): Difference {
  return { part: 'body', path: showPath(path), message };
}
