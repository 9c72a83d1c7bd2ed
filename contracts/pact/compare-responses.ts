// What changed in the response that a contract expects.
import type { ChangeInside } from './compare-pacts.ts';
import { describeRules, isLooser, sameRules } from './compare-rules.ts';
import { compareValues } from './compare-values.ts';
import { excerpt } from './difference.ts';
import { bytesOf } from './match-body.ts';
import type { ExpectedResponse, RuleList } from './pact.ts';
import { bodyRuleSet, type SelectedRules } from './rule-set.ts';

export function compareResponses(before: ExpectedResponse, after: ExpectedResponse): ChangeInside[] {
  return [...compareStatus(before, after), ...compareHeaders(before, after), ...compareBodies(before, after)];
}

function compareStatus(before: ExpectedResponse, after: ExpectedResponse): ChangeInside[] {
  const [rulesBefore, rulesAfter] = [before.matchingRules.status, after.matchingRules.status];
  return compareSingle({ what: 'response status', before: [before.status, rulesBefore], after: [after.status, rulesAfter] });
}

function compareHeaders(before: ExpectedResponse, after: ExpectedResponse): ChangeInside[] {
  const [headersBefore, headersAfter] = [lowerCase(before.headers), lowerCase(after.headers)];
  const names = [...new Set([...headersBefore.keys(), ...headersAfter.keys()])];
  return names.flatMap((name): ChangeInside[] => {
    const [one, other] = [headersBefore.get(name), headersAfter.get(name)];
    if (other === undefined) return [{ effect: 'compatible', what: `response header ${name} is no longer expected` }];
    if (one === undefined) return [{ effect: 'breaking', what: `response header ${name} is now expected` }];
    const rules = ({ matchingRules }: ExpectedResponse) =>
      Object.hasOwn(matchingRules.header, name) ? (matchingRules.header[name] ?? null) : null;
    return compareSingle({ what: `response header ${name}`, before: [one, rules(before)], after: [other, rules(after)] });
  });
}

function compareBodies(before: ExpectedResponse, after: ExpectedResponse): ChangeInside[] {
  if (after.body === null) return before.body === null ? [] : [{ effect: 'compatible', what: 'response body is no longer expected' }];
  if (before.body === null) return [{ effect: 'breaking', what: 'response body is now expected' }];
  const typeOf = (body: typeof before.body) => (body === null || body.kind === 'empty' ? 'no body' : body.contentType);
  if (typeOf(before.body) !== typeOf(after.body)) {
    return [{ effect: 'breaking', what: `response body must now be ${typeOf(after.body)} instead of ${typeOf(before.body)}` }];
  }
  const [rulesBefore, rulesAfter] = [bodyRuleSet(before.matchingRules.body), bodyRuleSet(after.matchingRules.body)];
  if (before.body.kind === 'json' && after.body.kind === 'json') {
    const sides = { before: { value: before.body.value, rules: rulesBefore }, after: { value: after.body.value, rules: rulesAfter } };
    return compareValues({ path: ['$'], ...sides, isReported: false });
  }
  return compareSingle({
    what: 'response body',
    before: [bytesOf(before.body).toString(), rulesBefore.select(['$'])],
    after: [bytesOf(after.body).toString(), rulesAfter.select(['$'])],
  });
}

interface SingleChange {
  readonly what: string;
  readonly before: readonly [example: string | number, rules: RuleList | null];
  readonly after: readonly [example: string | number, rules: RuleList | null];
}

function compareSingle({ what, before: [exampleBefore, listBefore], after: [exampleAfter, listAfter] }: SingleChange): ChangeInside[] {
  const [before, after] = [selected(listBefore), selected(listAfter)];
  if (sameRules(before, after)) {
    if (exampleBefore === exampleAfter) return [];
    if (before !== null) return [{ effect: 'compatible', what: `${what} has another example under the same rule` }];
    return [{ effect: 'breaking', what: `${what} must now be ${excerpt(exampleAfter)} instead of ${excerpt(exampleBefore)}` }];
  }
  const looser = isLooser({ rules: before, example: exampleBefore }, { rules: after, example: exampleAfter });
  return [
    {
      effect: looser ? 'compatible' : 'breaking',
      what: `${what} is now checked by ${describeRules(after)} instead of ${describeRules(before)}`,
    },
  ];
}

function selected(rules: RuleList | null): SelectedRules | null {
  return rules === null ? null : { combine: rules.combine, matchers: rules.matchers, cascaded: false };
}

function lowerCase(headers: Readonly<Record<string, readonly string[]>>): Map<string, string> {
  return new Map(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values.join(', ')]));
}
