// A body against a contract. How it is compared follows from the content type that the contract names: pact_matching 2.0, lib.rs.
import { hasBinaryKind } from './binary-kind.ts';
import {
  baseType,
  type ContentType,
  isBinary,
  isEquivalent,
  isForm,
  isJson,
  isUnknown,
  isXml,
  parseContentType,
  showContentType,
  unknownContentType,
} from './content-type.ts';
import type { Difference } from './difference.ts';
import { matchHeaderValue } from './match-headers.ts';
import { type JsonComparison, matchJson } from './match-json.ts';
import { matchQuery } from './match-query.ts';
import { combine, matchText } from './match-text.ts';
import { compilePattern } from './oniguruma-pattern.ts';
import type { ExpectedBody, ExpectedRequest, ExpectedResponse, Matcher } from './pact.ts';
import { parseQuery } from './query-string.ts';
import { type ReceivedBody, receivedBody } from './received-body.ts';
import { bodyRuleSet, namedRuleSet, type RuleSet } from './rule-set.ts';

export interface BodyComparison extends Omit<JsonComparison, 'rules'> {
  readonly expected: ExpectedRequest | ExpectedResponse;
  readonly body: ReceivedBody;
  readonly headers: Readonly<Record<string, string>>;
}

export function matchBody(comparison: Omit<BodyComparison, 'body' | 'enough'> & { readonly body: Buffer }): Difference[] {
  return matchReceivedBody({ ...comparison, body: receivedBody(comparison.body), enough: Number.POSITIVE_INFINITY });
}

/** As above, for a body that is compared with several interactions. */
export function matchReceivedBody({ expected, body, headers, ...how }: BodyComparison): Difference[] {
  if (expected.body === null) return [];
  const wanted = expectedType(expected);
  // Sic: where the contract wants no body, one of another type passes.
  if (!typeFits(expected, wanted, actualType(headers, body))) {
    return expected.body.kind === 'empty' ? [] : [differ(`expected a body of the type ${showContentType(wanted)}, got another type`)];
  }
  if (expected.body.kind === 'empty') return body.bytes.length > 0 ? [differ('expected no body')] : [];
  if (body.bytes.length === 0) return [differ('expected a body, got none')];
  return matchContent({ expected: expected.body, type: wanted, body, rules: bodyRuleSet(expected.matchingRules.body), ...how });
}

function typeFits({ matchingRules }: ExpectedRequest | ExpectedResponse, wanted: ContentType, received: ContentType): boolean {
  const rules = namedRuleSet(matchingRules.header);
  return (
    isUnknown(wanted) ||
    isUnknown(received) ||
    isEquivalent(wanted, received) ||
    isEquivalent(wanted, baseType(received)) ||
    (rules.select(['$', 'content-type']) !== null &&
      matchHeaderValue('Content-Type', showContentType(wanted), showContentType(received), rules).length === 0)
  );
}

interface ContentComparison extends Omit<JsonComparison, 'rules'> {
  readonly expected: Exclude<ExpectedBody, { kind: 'empty' }>;
  readonly type: ContentType;
  readonly body: ReceivedBody;
  readonly rules: RuleSet;
}

function matchContent({ expected, type, body, rules, ...how }: ContentComparison): Difference[] {
  if (isJson(type)) {
    if (expected.kind !== 'json') return [differ(`the contract's own body is called ${showContentType(type)}, but is no JSON`)];
    const actual = body.json();
    return actual === undefined ? [differ('expected JSON')] : matchJson(expected.value, actual.value, { rules, ...how });
  }
  const wanted = bytesOf(expected);
  if (isXml(type) || type.type === 'multipart') {
    // readPact() lets these through without rules only.
    return wanted.equals(body.bytes) ? [] : [differ('expected exactly the body of the contract')];
  }
  if (isForm(type)) {
    return matchQuery({ expected: parseQuery(wanted.toString()), actual: parseQuery(body.bytes.toString()), rules, part: 'body' });
  }
  const selected = rules.select(['$']);
  if (isBinary(type) || selected?.matchers.some(({ match }) => match === 'contentType')) {
    if (selected === null) return wanted.equals(body.bytes) ? [] : [differ('expected exactly the bytes of the contract')];
    return combine(selected, (matcher) => matchBytes(wanted, body, matcher)).map(differ);
  }
  if (selected === null) return wanted.equals(body.bytes) ? [] : [differ('expected exactly the text of the contract')];
  const text = body.text();
  return text === undefined ? [differ('expected text')] : matchText(wanted.toString(), text, selected).map(differ);
}

export function bytesOf(body: ExpectedBody): Buffer {
  switch (body.kind) {
    case 'json':
      return Buffer.from(JSON.stringify(body.value));
    case 'text':
      return Buffer.from(body.text);
    case 'bytes':
      return body.bytes;
    case 'empty':
      return Buffer.alloc(0);
  }
}

function matchBytes(expected: Buffer, body: ReceivedBody, matcher: Matcher): string | null {
  const { bytes: actual } = body;
  const text = body.text();
  switch (matcher.match) {
    case 'type':
      return null;
    case 'regex':
      return text !== undefined && compilePattern(String(matcher.regex))(text) ? null : `expected text that matches ${matcher.regex}`;
    case 'equality':
      return expected.equals(actual) ? null : 'expected exactly the bytes of the contract';
    case 'include':
      return text?.includes(String(matcher.value)) ? null : 'expected text that includes what the contract says';
    case 'contentType':
      return hasBinaryKind(actual, String(matcher.value)) ? null : `expected content of the type ${matcher.value}`;
    case 'notEmpty':
      return actual.length > 0 ? null : 'expected a body that is not empty';
    default:
      return `the contract has a rule here that fits no bytes (${matcher.match})`;
  }
}

function expectedType({ headers, body }: ExpectedRequest | ExpectedResponse): ContentType {
  if (body !== null && body.kind !== 'empty') return parseContentType(body.contentType) ?? unknownContentType;
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type');
  return parseContentType(header?.[1].join(', ') ?? '') ?? unknownContentType;
}

function actualType(headers: Readonly<Record<string, string>>, body: ReceivedBody): ContentType {
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const declared = header === undefined ? undefined : parseContentType(header);
  if (declared !== undefined) return declared;
  return body.bytes.length === 0 ? unknownContentType : body.guessedType();
}

function differ(message: string): Difference {
  return { part: 'body', path: '$', message };
}
