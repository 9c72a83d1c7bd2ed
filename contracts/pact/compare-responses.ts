// What changed in the response that a contract expects.
import { compareResponseGenerators } from './compare-generators.ts';
import { compareHeaders, headerRules, selected } from './compare-headers.ts';
import type { ChangeInside } from './compare-pacts.ts';
import { describeRules, ignoresExample, sameRules } from './compare-rules.ts';
import { isLooserText } from './compare-texts.ts';
import { compareValues } from './compare-values.ts';
import { isBinary, isForm, parseContentType } from './content-type.ts';
import { excerpt } from './difference.ts';
import { jsonSide } from './json-side.ts';
import { bytesOf } from './match-body.ts';
import { matchResponse } from './match-request.ts';
import { matchStatus } from './match-status.ts';
import type { ExpectedBody, ExpectedResponse } from './pact.ts';
import { bodyRuleSet, type SelectedRules } from './rule-set.ts';

export function compareResponses(before: ExpectedResponse, after: ExpectedResponse): ChangeInside[] {
  return [
    ...compareStatus(before, after),
    ...compareHeaders(before, after),
    ...compareBodies(before, after),
    ...compareResponseGenerators(before, after),
  ];
}

function compareStatus(before: ExpectedResponse, after: ExpectedResponse): ChangeInside[] {
  const [one, other] = [selected(before.matchingRules.status), selected(after.matchingRules.status)];
  if (before.status === after.status && sameRules(one, other)) return [];
  // There are few enough to ask for each; a generated one is not known here.
  const every = Array.from({ length: 900 }, (_, index) => 100 + index);
  const fits = ({ status, matchingRules }: ExpectedResponse, actual: number) =>
    matchStatus(status, actual, matchingRules.status).length === 0;
  const looser = before.generators.status === null && every.every((status) => fits(after, status) || !fits(before, status));
  const what = sameRules(one, other)
    ? `response status ${looser ? 'has another example under the same rule' : `must now be ${after.status} instead of ${before.status}`}`
    : `response status is now checked by ${describeRules(other)} instead of ${describeRules(one)}`;
  return [{ effect: looser ? 'compatible' : 'breaking', what }];
}

function compareBodies(before: ExpectedResponse, after: ExpectedResponse): ChangeInside[] {
  if (after.body === null) return before.body === null ? [] : [{ effect: 'compatible', what: 'response body is no longer expected' }];
  if (before.body === null) return [{ effect: 'breaking', what: 'response body is now expected' }];
  const types = [typeOf(before.body), typeOf(after.body)];
  if (types[0] !== types[1]) return [breaking(`must now be ${types[1]} instead of ${types[0]}`)];
  const type = typeChange(before, after);
  if (before.body.kind === 'json' && after.body.kind === 'json') {
    const sides = {
      before: { ...jsonSide(before), value: before.body.value },
      after: { ...jsonSide(after), value: after.body.value },
    };
    return [...type, ...compareValues({ path: ['$'], ...sides, reported: null })];
  }
  return [...type, ...compareContent(before, after, before.body, after.body)];
}

// A body of another type than the contract's passes where the rule for Content-Type lets it.
function typeChange(before: ExpectedResponse, after: ExpectedResponse): ChangeInside[] {
  const [one, other] = [headerRules(before, 'content-type'), headerRules(after, 'content-type')];
  if (before.body?.kind === 'empty') {
    // Trap: where no body is expected, one of another type passes; so the fewer types are other ones, the better.
    const isSame = sameRules(one, other) && typeHeader(before) === typeHeader(after);
    return isSame || typeHeader(before) === undefined ? [] : [breaking('may now be there with other content types')];
  }
  if (one === null || sameRules(one, other)) return [];
  const example = typeOf(after.body);
  const looser = other !== null && isLooserText({ rules: one, example }, { rules: other, example });
  return looser ? [] : [breaking(`must now be of the type ${example}, without another rule for Content-Type`)];
}

function compareContent(before: ExpectedResponse, after: ExpectedResponse, one: ExpectedBody, other: ExpectedBody): ChangeInside[] {
  const [rules, rulesAfter] = [bodyRules(before), bodyRules(after)];
  const same = sameRules(rules, rulesAfter);
  if (same && bytesOf(one).equals(bytesOf(other))) return [];
  const looser = isLooserContent({ response: before, body: one, rules }, { response: after, body: other, rules: rulesAfter });
  if (looser) return [compatible(same ? 'has another example under the same rule' : `is now checked by ${describeRules(rulesAfter)}`)];
  if (!same) return [breaking(`is now checked by ${describeRules(rulesAfter)} instead of ${describeRules(rules)}`)];
  return [breaking(`must now be ${excerpt(bytesOf(other).toString())} instead of ${excerpt(bytesOf(one).toString())}`)];
}

interface ContentSide {
  readonly response: ExpectedResponse;
  readonly body: ExpectedBody;
  readonly rules: SelectedRules | null;
}

function isLooserContent(before: ContentSide, after: ContentSide): boolean {
  const type = typeOf(before.body);
  const parsed = parseContentType(type);
  // Forms are compared field by field, and a generated text is not known here.
  if (parsed === undefined || isForm(parsed) || Object.keys(before.response.generators.body).length > 0) return false;
  if (before.rules === null) {
    const only = { status: after.response.status, headers: { 'content-type': type }, body: bytesOf(before.body) };
    return matchResponse(after.response, only).every(({ part }) => part !== 'body');
  }
  if (after.rules === null) return false;
  const areBytes = [before, after].map(({ rules }) => isBinary(parsed) || rules?.matchers.some(({ match }) => match === 'contentType'));
  if (areBytes.includes(true)) {
    return areBytes[0] === areBytes[1] && sameRules(before.rules, after.rules) && ignoresExample(after.rules, ['type']);
  }
  const text = ({ body, rules }: ContentSide) => ({ rules, example: bytesOf(body).toString() });
  return isLooserText(text(before), text(after));
}

function bodyRules({ matchingRules }: ExpectedResponse): SelectedRules | null {
  return bodyRuleSet(matchingRules.body).select(['$']);
}

function typeOf(body: ExpectedBody | null): string {
  return body === null || body.kind === 'empty' ? 'no body' : body.contentType;
}

function typeHeader({ headers }: ExpectedResponse): string | undefined {
  return Object.entries(headers)
    .find(([name]) => name.toLowerCase() === 'content-type')?.[1]
    .join(', ');
}

function breaking(what: string): ChangeInside {
  return { effect: 'breaking', what: `response body ${what}` };
}

function compatible(what: string): ChangeInside {
  return { effect: 'compatible', what: `response body ${what}` };
}
