// Query parameters, and the fields of a form body, against a contract: pact_matching 2.0, query.rs. Every parameter must be named there.
import type { Difference } from './difference.ts';
import { matchTextsByRules } from './match-list.ts';
import { matchText } from './match-text.ts';
import type { RuleSet } from './rule-set.ts';

type Values = Readonly<Record<string, readonly string[]>>;

export interface QueryComparison {
  readonly expected: Values;
  readonly actual: Values;
  readonly rules: RuleSet;
  readonly part: 'query' | 'body';
}

export function matchQuery({ expected, actual, rules, part }: QueryComparison): Difference[] {
  const named = Object.entries(expected).flatMap(([name, values]) => {
    const received = Object.hasOwn(actual, name) ? actual[name] : undefined;
    if (received === undefined) return [{ part, path: name, message: 'missing' }];
    return matchParameter(name, values, received, rules).map((message) => ({ part, path: name, message }));
  });
  const unexpected = Object.keys(actual).filter((name) => !Object.hasOwn(expected, name)).length;
  if (unexpected === 0) return named;
  return [
    ...named,
    { part, path: '', message: `${unexpected} ${unexpected === 1 ? 'parameter' : 'parameters'} that the contract does not name` },
  ];
}

function matchParameter(name: string, expected: readonly string[], actual: readonly string[], rules: RuleSet): string[] {
  const path = ['$', name];
  const selected = rules.select(path);
  const compareValue = (at: readonly string[], one: string, other: string, itemRules: RuleSet) =>
    matchText(one, other, itemRules.select(at));
  if (selected === null) {
    const compared = expected
      .slice(0, actual.length)
      .flatMap((value, index) => compareValue([...path, String(index)], value, actual[index] ?? '', rules));
    return expected.length === actual.length ? compared : [...compared, `expected ${expected.length} values, got ${actual.length}`];
  }
  return matchTextsByRules({ path, expected, actual, rules }, selected, (at, one, other, itemRules) =>
    compareValue([...at, '0'], one, other, itemRules),
  );
}
