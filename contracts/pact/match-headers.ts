// Headers against a contract: pact_matching 2.0, headers.rs. Headers that the contract does not name are ignored.
import type { Difference } from './difference.ts';
import { excerpt } from './difference.ts';
import { parameterisedHeaders, parseHeaderValue } from './header-values.ts';
import { matchTextsByRules } from './match-list.ts';
import { matchText } from './match-text.ts';
import type { RuleSet } from './rule-set.ts';

/** `actual`: one value a header, several joined by ", " as Node gives them. */
export function matchHeaders(
  expected: Readonly<Record<string, readonly string[]>>,
  actual: Readonly<Record<string, string>>,
  rules: RuleSet,
): Difference[] {
  return Object.entries(expected).flatMap(([name, values]) => {
    const sent = Object.entries(actual).find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
    const differ = (message: string): Difference => ({ part: 'header', path: name, message });
    if (sent === undefined) return [differ('missing')];
    const received = parseHeaderValue(name, sent);
    if (values.length === 0) return received.length > 0 ? [differ('expected a header without a value')] : [];
    return matchValues(name, values, received, rules).map(differ);
  });
}

function matchValues(name: string, expected: readonly string[], actual: readonly string[], rules: RuleSet): string[] {
  const path = ['$', name.toLowerCase()];
  const selected = rules.select(path);
  if (selected !== null && (expected.length !== 1 || actual.length !== 1)) {
    return matchTextsByRules({ path, expected, actual, rules }, selected, (_, one, other, itemRules) =>
      matchHeaderValue(name, one, other, itemRules),
    );
  }
  const longer = Math.max(expected.length, actual.length);
  return Array.from({ length: longer }).flatMap((_, index) => {
    const received = actual[index];
    return received === undefined ? [`value ${index} is missing`] : matchHeaderValue(name, expected[index] ?? '', received, rules);
  });
}

/** One sentence a difference. */
export function matchHeaderValue(name: string, expected: string, actual: string, rules: RuleSet): string[] {
  const selected = rules.select(['$', name.toLowerCase()]);
  if (selected !== null) return matchText(expected.trim(), actual.trim(), selected);
  const fits = parameterisedHeaders.has(name.toLowerCase())
    ? parametersFit(expected, actual)
    : withoutSpaceAfterCommas(expected) === withoutSpaceAfterCommas(actual);
  return fits ? [] : [`expected ${excerpt(expected)}`];
}

// "text/csv; charset=utf-8": more parameters than the contract names may come, in any order and spelling of their values.
function parametersFit(expected: string, actual: string): boolean {
  const [value = '', ...parameters] = parts(expected);
  const [actualValue = '', ...actualParameters] = parts(actual);
  const received = new Map(actualParameters.map(nameAndValue));
  return value === actualValue && parameters.map(nameAndValue).every(([key, wanted]) => key === '' || received.get(key) === wanted);
}

function parts(header: string): string[] {
  return header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function nameAndValue(parameter: string): [name: string, value: string] {
  const equals = parameter.indexOf('=');
  return equals < 0
    ? ['', '']
    : [
        parameter.slice(0, equals).trim(),
        parameter
          .slice(equals + 1)
          .trim()
          .toLowerCase(),
      ];
}

function withoutSpaceAfterCommas(value: string): string {
  return value
    .split(',')
    .map((part) => part.trim())
    .join(',');
}
