// One text (path, header, query value, text body, key of a map) against the rules of a pact: pact_matching 2.0, matchingrules.rs.
import { hasBinaryKind } from './binary-kind.ts';
import { excerpt } from './difference.ts';
import { matchesDatePattern } from './match-date.ts';
import { matchesStatus } from './match-status.ts';
import { compilePattern } from './oniguruma-pattern.ts';
import type { Matcher } from './pact.ts';
import type { SelectedRules } from './rule-set.ts';
import { isSemver } from './semver.ts';

/** One sentence a rule that does not hold; empty where the rules, combined as they say, hold. */
export function matchText(expected: string, actual: string, rules: SelectedRules | null): string[] {
  if (rules === null) return expected === actual ? [] : [`expected ${excerpt(expected)}`];
  return combine(rules, (matcher) => matchTextRule(expected, actual, matcher, rules.cascaded));
}

export function combine(rules: SelectedRules, check: (matcher: Matcher) => string | null): string[] {
  if (rules.matchers.length === 0) return ['the contract has an empty rule here'];
  const faults = rules.matchers.map(check);
  const messages = faults.filter((fault) => fault !== null);
  return rules.combine === 'OR' && messages.length < faults.length ? [] : messages;
}

/** Null where the rule holds. */
export function matchTextRule(expected: string, actual: string, matcher: Matcher, cascaded: boolean): string | null {
  const unless = (holds: boolean, message: string) => (holds ? null : message);
  switch (matcher.match) {
    case 'regex':
      return unless(compilePattern(String(matcher.regex))(actual), `expected a text that matches ${matcher.regex}`);
    case 'equality':
    case 'values':
      return unless(expected === actual, `expected ${excerpt(expected)}`);
    case 'type':
      return null;
    case 'include':
      return unless(actual.includes(String(matcher.value)), `expected a text that includes ${excerpt(matcher.value)}`);
    case 'number':
    case 'decimal':
      return unless(isFloat(actual), `expected a number`);
    case 'integer':
      return unless(/^\+?\d+$/.test(actual) && BigInt(actual.replace('+', '')) < 2n ** 64n, 'expected an integer from 0');
    case 'date':
    case 'time':
    case 'datetime':
      return unless(matchesDatePattern(actual, String(matcher.format)), `expected a ${matcher.match} like ${matcher.format}`);
    case 'boolean':
      return unless(actual === 'true' || actual === 'false', 'expected true or false');
    case 'statusCode':
      return unless(
        /^\+?\d+$/.test(actual) && matchesStatus(Number(actual), matcher.status),
        `expected a status that is ${excerpt(matcher.status)}`,
      );
    case 'notEmpty':
      return unless(actual !== '', 'expected a text that is not empty');
    case 'semver':
      return unless(isSemver(actual), 'expected a semantic version');
    case 'contentType':
      return unless(hasBinaryKind(Buffer.from(actual), String(matcher.value)), `expected content of the type ${matcher.value}`);
    default:
      // null, arrayContains, eachKey and eachValue say nothing of a text; the last two do not reach down either.
      return unless(
        cascaded && ['eachKey', 'eachValue'].includes(matcher.match),
        `the contract has a rule here that fits no text (${matcher.match})`,
      );
  }
}

// What Rust's f64 reads.
function isFloat(text: string): boolean {
  return /^[+-]?(?:inf|infinity|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i.test(text);
}
