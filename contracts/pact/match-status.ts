// A response's status against the contract's.
import { excerpt } from './difference.ts';
import { combine } from './match-text.ts';
import { compilePattern } from './oniguruma-pattern.ts';
import type { Matcher, RuleList } from './pact.ts';

/** `wanted` is a class ("success", "clientError" …) or a list of statuses. */
export function matchesStatus(status: number, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return wanted.includes(status);
  const hundreds = { info: 1, success: 2, redirect: 3, clientError: 4, serverError: 5 }[String(wanted)];
  if (hundreds !== undefined) return Math.floor(status / 100) === hundreds;
  return wanted === 'error' ? status >= 400 : status < 400;
}

export function matchStatus(expected: number, actual: number, rules: RuleList | null): string[] {
  if (rules === null) return expected === actual ? [] : [`expected the status ${expected}, got ${actual}`];
  return combine({ ...rules, cascaded: false }, (matcher) => (holds(expected, actual, matcher) ? null : describe(matcher, actual)));
}

function describe(matcher: Matcher, actual: number): string {
  return `expected a status that fits ${excerpt(matcher.status ?? matcher.regex ?? matcher.match)}, got ${actual}`;
}

function holds(expected: number, actual: number, matcher: Matcher): boolean {
  switch (matcher.match) {
    case 'regex':
      return compilePattern(String(matcher.regex))(String(actual));
    case 'equality':
      return expected === actual;
    case 'include':
      return String(actual).includes(String(matcher.value));
    case 'statusCode':
      return matchesStatus(actual, matcher.status);
    default:
      return ['type', 'number', 'integer'].includes(matcher.match);
  }
}
