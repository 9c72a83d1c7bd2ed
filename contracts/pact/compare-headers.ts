// What changed in the headers that a response must have.
import type { ChangeInside } from './compare-pacts.ts';
import { describeRules, ignoresExample, sameRules } from './compare-rules.ts';
import { isLooserText } from './compare-texts.ts';
import { excerpt } from './difference.ts';
import { isListHeader, parameterisedHeaders } from './header-values.ts';
import type { ExpectedResponse, RuleList } from './pact.ts';
import type { SelectedRules } from './rule-set.ts';

export function compareHeaders(before: ExpectedResponse, after: ExpectedResponse): ChangeInside[] {
  const [headersBefore, headersAfter] = [lowerCase(before.headers), lowerCase(after.headers)];
  const names = [...new Set([...headersBefore.keys(), ...headersAfter.keys()])];
  return names.flatMap((name): ChangeInside[] => {
    const [one, other] = [headersBefore.get(name), headersAfter.get(name)];
    if (other === undefined) return [{ effect: 'compatible', what: `response header ${name} is no longer expected` }];
    if (one === undefined) return [{ effect: 'breaking', what: `response header ${name} is now expected` }];
    const isGenerated = Object.hasOwn(before.generators.header, name);
    return compareHeader(
      name,
      { values: one, rules: headerRules(before, name), isGenerated },
      { values: other, rules: headerRules(after, name) },
    );
  });
}

/** `name` in lower case. */
export function headerRules({ matchingRules }: Pick<ExpectedResponse, 'matchingRules'>, name: string): SelectedRules | null {
  return selected(Object.hasOwn(matchingRules.header, name) ? (matchingRules.header[name] ?? null) : null);
}

export function selected(rules: RuleList | null): SelectedRules | null {
  return rules === null ? null : { combine: rules.combine, matchers: rules.matchers, cascaded: false };
}

interface HeaderSide {
  readonly values: readonly string[];
  readonly rules: SelectedRules | null;
  readonly isGenerated?: boolean;
}

function compareHeader(name: string, before: HeaderSide, after: HeaderSide): ChangeInside[] {
  const [textBefore, textAfter] = [before.values.join(', '), after.values.join(', ')];
  const isSame = before.values.length === after.values.length && textBefore === textAfter;
  const what = `response header ${name}`;
  const looser = isLooserHeader(name, before, after);
  if (!sameRules(before.rules, after.rules)) {
    const change = `${what} is now checked by ${describeRules(after.rules)} instead of ${describeRules(before.rules)}`;
    return [{ effect: looser ? 'compatible' : 'breaking', what: change }];
  }
  if (isSame) return [];
  if (looser) return [{ effect: 'compatible', what: `${what} has another example under the same rule` }];
  return [{ effect: 'breaking', what: `${what} must now be ${excerpt(textAfter)} instead of ${excerpt(textBefore)}` }];
}

function isLooserHeader(name: string, before: HeaderSide, after: HeaderSide): boolean {
  // Without bounds this one takes every value of every header.
  const takesAll =
    after.rules?.matchers.every(({ match, min, max }) => match === 'type' && min === undefined && max === undefined) ?? false;
  if (takesAll && after.values.length > 0) return true;
  if (isListHeader(name) || before.values.length !== 1 || after.values.length !== 1) {
    // Of several values the rules look at each and at how many there are.
    return before.values.length === after.values.length && sameRules(before.rules, after.rules) && ignoresExample(after.rules);
  }
  const [example = '', exampleAfter = ''] = [before.values[0]?.trim(), after.values[0]?.trim()];
  // A generated value is none that is known here; of a header with parameters more of them may come, and space after a comma does not count.
  const isOneText = before.isGenerated !== true && !parameterisedHeaders.has(name) && !example.includes(',');
  if (before.rules === null && !isOneText) return false;
  if (before.isGenerated === true && !ignoresExample(before.rules, ['type'])) return false;
  return isLooserText({ rules: before.rules, example }, { rules: after.rules, example: exampleAfter });
}

function lowerCase(headers: ExpectedResponse['headers']): Map<string, readonly string[]> {
  return new Map(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values]));
}
