// Rules that stand in several contracts: what a value has to be, where more than its type counts.
import type { MatchersV3 } from '@pact-foundation/pact';

/** Of a time in UTC, as regular expressions can say it: 31 February passes. At most three digits after the point, as init takes them. */
export const utcTimePattern = '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z$';

/** From 0 to 1, as JSON and CSV write it. */
export const sharePattern = '(0|1|0?\\.[0-9]+|[01]\\.0+)';

/** Both have to hold: to Pact's regular expressions a number is a text. */
function typedText(type: 'type' | 'integer' | 'number', regex: string, value: unknown): MatchersV3.Matcher<string> {
  const rules = [{ 'pact:matcher:type': type }, { 'pact:matcher:type': 'regex', regex }];
  return { 'pact:matcher:type': rules, value } as unknown as MatchersV3.Matcher<string>;
}

/** A text of at least one character, or one that fits `regex`. */
export function someText(example: string, regex = '^.+$') {
  return typedText('type', regex, example);
}

/** A whole number from 0, or one that fits `regex`. */
export function count(example: number, regex = '^\\d+$') {
  return typedText('integer', regex, example);
}

/** A number from 0 to 1. */
export function share(example: number) {
  return typedText('number', `^${sharePattern}$`, example);
}

/** To Pact's regular expressions null is the text "null". */
export function codeOrNull(example: string | null) {
  return { 'pact:matcher:type': 'regex', regex: '^(null|[A-Z][A-Z0-9_]*)$', value: example };
}
