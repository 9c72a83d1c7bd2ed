import { describe, expect, test } from 'vitest';
import { compileApi } from '../../../emulator/gateway/compile-api.ts';
import { fixedResponses, type GatewayResponseType, gatewayResponseTypes } from '../../../emulator/gateway/gateway-response-types.ts';
import { refuse, refuseFixed } from '../../../emulator/gateway/refusal.ts';
import { answerRefusal } from '../../../emulator/gateway/stages/answer-refusal.ts';
import { parseRequest } from '../../../emulator/gateway/stages/parse-request.ts';
import { routeRequest } from '../../../emulator/gateway/stages/route-request.ts';
import type { GatewayResponse } from '../../../emulator/template/api-definition.ts';
import { createTestInvoker, gatewayOptions, restApi } from './api-fixture.ts';

const invoker = createTestInvoker({});

function compile(gatewayResponses: Readonly<Record<string, Partial<GatewayResponse>>>) {
  const complete = Object.entries(gatewayResponses).map(([type, response]) => [
    type,
    { statusCode: null, responseParameters: {}, responseTemplates: {}, ...response },
  ]);
  return compileApi(gatewayOptions({ invoker, api: restApi({ gatewayResponses: Object.fromEntries(complete) }) }));
}

function request(rawUrl = '/v1/request', rawHeaders: readonly string[] = []) {
  const received = { method: 'POST', rawUrl, rawHeaders, httpVersion: '1.1', sourceIp: '127.0.0.1', body: null };
  return parseRequest(received, Date.UTC(2026, 10, 22));
}

function header(answer: { readonly headers: readonly (readonly [string, string])[] }, name: string): string[] {
  return answer.headers.filter(([own]) => own.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** Facts 1.5, 2.4. S: body or error type seen on AWS; M: not. */
const defaults: readonly [type: GatewayResponseType, status: number, body: string, errorType: string, mark: 'S' | 'M'][] = [
  ['ACCESS_DENIED', 403, '{"Message":"User is not authorized to access this resource"}', 'AccessDeniedException', 'S'],
  ['API_CONFIGURATION_ERROR', 500, '{"message": "Internal server error"}', 'InternalServerErrorException', 'M'],
  ['AUTHORIZER_CONFIGURATION_ERROR', 500, '{"message":null}', 'AuthorizerConfigurationException', 'S'],
  ['AUTHORIZER_FAILURE', 500, '{"message":"Internal server error"}', 'AuthorizerFailureException', 'M'],
  ['BAD_REQUEST_BODY', 400, '{"message": "Invalid request body"}', 'BadRequestException', 'S'],
  ['INTEGRATION_FAILURE', 502, '{"message": "Internal server error"}', 'InternalServerErrorException', 'S'],
  ['INTEGRATION_TIMEOUT', 504, '{"message": "Endpoint request timed out"}', 'InternalServerErrorException', 'S'],
  ['INVALID_API_KEY', 403, '{"message":"Forbidden"}', 'ForbiddenException', 'S'],
  ['MISSING_AUTHENTICATION_TOKEN', 403, '{"message":"Missing Authentication Token"}', 'MissingAuthenticationTokenException', 'S'],
  ['QUOTA_EXCEEDED', 429, '{"message":"Limit Exceeded"}', 'LimitExceededException', 'S'],
  ['REQUEST_TOO_LARGE', 413, '{"message":"Request Too Long"}', 'RequestTooLargeException', 'M'],
  ['THROTTLED', 429, '{"message":"Too Many Requests"}', 'TooManyRequestsException', 'S'],
  ['UNAUTHORIZED', 401, '{"message":"Unauthorized"}', 'UnauthorizedException', 'S'],
];

test.each(defaults)('%s is %i %s by default', (type, status, body, errorType) => {
  const parsed = request();
  const answer = answerRefusal(compile({}), parsed, refuse(type));
  expect(answer).toMatchObject({ status, body });
  expect(header(answer, 'x-amzn-ErrorType')).toEqual([errorType]);
  expect(header(answer, 'Content-Type')).toEqual(['application/json']);
  expect(header(answer, 'x-amzn-RequestId')).toEqual([parsed.requestId]);
  expect(header(answer, 'x-amz-apigw-id')).toEqual([parsed.extendedRequestId]);
  expect(header(answer, 'X-Amzn-Trace-Id')).toEqual([]);
});

test('recorded lengths hold: 36, 26 and 16 bytes', () => {
  const api = compile({});
  const lengths = (['INTEGRATION_FAILURE', 'UNAUTHORIZED', 'AUTHORIZER_CONFIGURATION_ERROR'] as const).map(
    (type) => answerRefusal(api, request(), refuse(type)).body.length,
  );
  expect(lengths).toEqual([36, 26, 16]);
});

test('every row of both tables says how it is known', () => {
  for (const row of [...Object.values(gatewayResponseTypes), ...Object.values(fixedResponses)]) expect(['S', 'M']).toContain(row.mark);
});

describe('an override', () => {
  const cors = { responseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" } };

  test('of DEFAULT_4XX gives its headers to every 4xx without one of its own, and to no 5xx', () => {
    const api = compile({ DEFAULT_4XX: cors, THROTTLED: {} });
    const origin = (type: GatewayResponseType) => header(answerRefusal(api, request(), refuse(type)), 'Access-Control-Allow-Origin');
    expect(origin('UNAUTHORIZED')).toEqual(['*']);
    expect(origin('ACCESS_DENIED')).toEqual(['*']);
    expect(origin('THROTTLED')).toEqual([]);
    expect(origin('INTEGRATION_TIMEOUT')).toEqual([]);
  });

  test('never reaches 413, in either form', () => {
    const api = compile({ DEFAULT_4XX: cors, REQUEST_TOO_LARGE: cors });
    for (const refusal of [refuse('REQUEST_TOO_LARGE'), refuseFixed('BODY_OVER_10_MB')]) {
      const answer = answerRefusal(api, request(), refusal);
      expect(answer.status).toBe(413);
      expect(header(answer, 'Access-Control-Allow-Origin')).toEqual([]);
    }
  });

  test('without a template keeps the default body, capital Message included', () => {
    const answer = answerRefusal(compile({ ACCESS_DENIED: cors }), request(), refuse('ACCESS_DENIED', { message: 'no' }));
    expect(answer.body).toBe('{"Message":"no"}');
  });

  test('sets status, body and headers from variables', () => {
    const api = compile({
      UNAUTHORIZED: {
        statusCode: '418',
        responseParameters: {
          'gatewayresponse.header.X-Asked': 'method.request.header.X-Asked',
          'gatewayresponse.header.X-Query': 'method.request.querystring.q',
          'gatewayresponse.header.X-Absent': 'method.request.header.X-Absent',
          'gatewayresponse.header.X-Stage': 'context.stage',
        },
        responseTemplates: {
          'application/json': `{"error":{"message":$context.error.messageString,"requestId":"$context.requestId","type":"\${context.error.responseType}","at":"$context.resourcePath"}}`,
        },
      },
    });
    const parsed = request('/v1/request?q=1&q=2', ['x-asked', 'yes']);
    const routed = routeRequest(api, parsed);
    if (!('route' in routed)) throw new Error('not routed');
    const answer = answerRefusal(api, routed, refuse('UNAUTHORIZED'));
    expect(answer.status).toBe(418);
    expect(JSON.parse(String(answer.body))).toEqual({
      error: { message: 'Unauthorized', requestId: parsed.requestId, type: 'UNAUTHORIZED', at: '/request' },
    });
    expect(['X-Asked', 'X-Query', 'X-Absent', 'X-Stage'].map((name) => header(answer, name))).toEqual([['yes'], ['2'], [], ['v1']]);
  });

  test('a null message is the word null in messageString', () => {
    const template = { 'application/json': '{"m":$context.error.messageString,"v":"$context.error.validationErrorString"}' };
    const api = compile({ DEFAULT_5XX: { responseTemplates: template } });
    expect(answerRefusal(api, request(), refuse('AUTHORIZER_CONFIGURATION_ERROR')).body).toBe('{"m":null,"v":""}');
  });

  test('picks its template by Accept, else JSON', () => {
    const api = compile({ UNAUTHORIZED: { responseTemplates: { 'application/json': '{}', 'text/html': '<p>no</p>' } } });
    const bodyFor = (accept: string) => answerRefusal(api, request('/', ['Accept', accept]), refuse('UNAUTHORIZED')).body;
    expect([bodyFor('text/html, */*'), bodyFor('image/png')]).toEqual(['<p>no</p>', '{}']);
  });

  test('never sends a line end that a caller put into the query', () => {
    const api = compile({ UNAUTHORIZED: { responseParameters: { 'gatewayresponse.header.X-Q': 'method.request.querystring.q' } } });
    const answer = answerRefusal(api, request('/v1/request?q=a%0d%0aSet-Cookie:b'), refuse('UNAUTHORIZED'));
    expect(header(answer, 'X-Q')).toEqual([]);
  });

  test('of a header the service sets itself replaces it', () => {
    const api = compile({ UNAUTHORIZED: { responseParameters: { 'gatewayresponse.header.content-type': "'text/x'" } } });
    expect(header(answerRefusal(api, request(), refuse('UNAUTHORIZED')), 'Content-Type')).toEqual(['text/x']);
  });
});

describe('refused at start:', () => {
  test.each<[string, Readonly<Record<string, Partial<GatewayResponse>>>]>([
    ['an unknown type', { UNAUTHORISED: {} }],
    ['Velocity', { UNAUTHORIZED: { responseTemplates: { 'application/json': '#set($a = 1)' } } }],
    ['$input', { UNAUTHORIZED: { responseTemplates: { 'application/json': "$input.json('$')" } } }],
    ['an unknown variable', { UNAUTHORIZED: { responseTemplates: { 'application/json': '$context.nonsense' } } }],
    ['a parameter that is no header', { UNAUTHORIZED: { responseParameters: { 'gatewayresponse.body': "'x'" } } }],
    ['a parameter from nowhere', { UNAUTHORIZED: { responseParameters: { 'gatewayresponse.header.X': 'nowhere' } } }],
    ['a status that is none', { UNAUTHORIZED: { statusCode: 'teapot' } }],
  ])('%s', (_name, responses) => {
    expect(() => compile(responses)).toThrow(/^api\.yaml:7: /);
  });
});
