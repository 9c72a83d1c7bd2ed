// Does a request fit what a contract expects? By Pact's own rules; test/contract/pact-rules.test.ts compares the verdicts with Pact's.
import { type Difference, excerpt } from './difference.ts';
import { matchBody, matchReceivedBody } from './match-body.ts';
import { matchHeaders } from './match-headers.ts';
import { matchQuery } from './match-query.ts';
import { matchStatus } from './match-status.ts';
import { matchText } from './match-text.ts';
import type { ExpectedRequest, ExpectedResponse } from './pact.ts';
import { parseQuery } from './query-string.ts';
import { type ReceivedBody, receivedBody } from './received-body.ts';
import { namedRuleSet } from './rule-set.ts';

export interface ActualRequest {
  readonly method: string;
  /** As it stands in the request line, percent-encoded, without the query. */
  readonly path: string;
  /** As it stands in the request line, without "?"; empty where there is none. */
  readonly query: string;
  /** One value a header, several joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ActualResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Empty where the request fits. */
export function matchRequest(expected: ExpectedRequest, actual: ActualRequest): Difference[] {
  return [...matchHead(expected, actual), ...matchRequestBody(expected, actual.headers, receivedBody(actual.body))];
}

/** Everything but the body. */
export function matchHead(expected: ExpectedRequest, actual: Omit<ActualRequest, 'body'>): Difference[] {
  const { path, query, header } = expected.matchingRules;
  const methodFits = expected.method.toLowerCase() === actual.method.toLowerCase();
  const pathFaults = matchText(expected.path, actual.path, path === null ? null : { ...path, cascaded: false });
  return [
    ...(methodFits ? [] : [{ part: 'method', path: '', message: `expected ${excerpt(expected.method)}` } as const]),
    ...pathFaults.map((message) => ({ part: 'path', path: '', message }) as const),
    ...matchQuery({ expected: expected.query, actual: parseQuery(actual.query), rules: namedRuleSet(query), part: 'query' }),
    ...matchHeaders(expected.headers, actual.headers, namedRuleSet(header)),
  ];
}

/** `enough`: 1 where it is only asked whether the body fits; a body of JSON is then compared up to its first difference. */
export function matchRequestBody(
  expected: ExpectedRequest,
  headers: ActualRequest['headers'],
  body: ReceivedBody,
  enough = Number.POSITIVE_INFINITY,
): Difference[] {
  return matchReceivedBody({ expected, body, headers, unexpectedKeys: 'refused', enough });
}

/** As above; a response may have keys that the contract does not name. */
export function matchResponse(expected: ExpectedResponse, actual: ActualResponse): Difference[] {
  const { status, header } = expected.matchingRules;
  return [
    ...matchStatus(expected.status, actual.status, status).map((message) => ({ part: 'status', path: '', message }) as const),
    ...matchHeaders(expected.headers, actual.headers, namedRuleSet(header)),
    ...matchBody({ expected, body: actual.body, headers: actual.headers, unexpectedKeys: 'allowed' }),
  ];
}
