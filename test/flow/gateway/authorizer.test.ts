// API Gateway's own behaviour over real HTTP. S sourced, M memory.
import { describe, expect, test } from 'vitest';
import type { GatewayOptions } from '../../../emulator/gateway/gateway-options.ts';
import type { AuthorizerDefinition, GatewayResponse, Route } from '../../../emulator/template/api-definition.ts';
import { apiArn, authorizer, createMovableClock, FunctionEnd, route, type TestFunction } from '../../unit/gateway/api-fixture.ts';
import { echo, gatewayFor } from './gateway-for-test.ts';
import { type HttpCall, send } from './http-client.ts';

const unauthorized = { status: 401, text: '{"message":"Unauthorized"}', errorType: 'UnauthorizedException' };
const misconfigured = { status: 500, text: '{"message":null}', errorType: 'AuthorizerConfigurationException' };
const token = { method: 'POST', headers: ['Authorization', 'Bearer abc'] };

function policy(Effect: 'Allow' | 'Deny', Resource: string | readonly string[], more: object = {}) {
  return {
    principalId: 'p',
    policyDocument: { Version: '2012-10-17', Statement: [{ Effect, Action: 'execute-api:Invoke', Resource }] },
    ...more,
  };
}

interface Setup {
  readonly definition?: Partial<AuthorizerDefinition>;
  readonly route?: Partial<Route>;
  readonly gatewayResponses?: Readonly<Record<string, GatewayResponse>>;
  readonly options?: Partial<GatewayOptions>;
}

function guarded(run: TestFunction, setup: Setup = {}) {
  const authorization = { type: 'CUSTOM', authorizer: 'tokens' } as const;
  const routes = ['/request', '/other'].map((path) => route('POST', path, { authorization, ...setup.route }));
  const api = { routes, authorizers: [authorizer(setup.definition)], gatewayResponses: setup.gatewayResponses ?? {} };
  return gatewayFor({ handler: echo, authorizer: run }, api, setup.options);
}

async function outcomeOf(url: string, call: HttpCall) {
  const answer = await send(url, call);
  return { status: answer.status, text: answer.text, errorType: answer.header('x-amzn-ErrorType') };
}

describe('before the authorizer runs', () => {
  const rows: readonly [name: string, headers: readonly string[], definition: Partial<AuthorizerDefinition>, mark: 'S' | 'M'][] = [
    ['no header', [], {}, 'S'],
    ['an empty header', ['Authorization', ''], {}, 'S'],
    ['a token that fails the expression', ['Authorization', 'Basic x'], { identityValidationExpression: 'Bearer .+' }, 'S'],
    ['REQUEST, one of two sources missing', ['a', '1'], twoSources(300), 'S'],
  ];
  test.each(rows)('%s is 401, and it is not called', async (_name, headers, definition) => {
    const gateway = await guarded(() => policy('Allow', '*'), { definition });
    expect(await outcomeOf(`${gateway.url}/request`, { method: 'POST', headers })).toEqual(unauthorized);
    expect(gateway.invoker.calls).toHaveLength(0);
  });

  test('REQUEST with TTL 0 is called without its sources (S)', async () => {
    const gateway = await guarded(() => policy('Allow', '*'), { definition: twoSources(0) });
    expect((await send(`${gateway.url}/request`, { method: 'POST' })).status).toBe(200);
    expect(gateway.invoker.countOf('authorizer')).toBe(1);
  });

  function twoSources(resultTtlSeconds: number): Partial<AuthorizerDefinition> {
    return { type: 'REQUEST', resultTtlSeconds, identitySources: ['method.request.header.a', 'method.request.header.b'] };
  }
});

describe('what the authorizer is given', () => {
  test('TOKEN: three keys, the real path in methodArn (S)', async () => {
    const gateway = await guarded(() => policy('Allow', '*'));
    await send(`${gateway.url}/request`, token);
    expect(gateway.invoker.calls[0]?.event).toEqual({
      type: 'TOKEN',
      authorizationToken: 'Bearer abc',
      methodArn: `${apiArn}/v1/POST/request`,
    });
  });

  test('REQUEST: no body, {} for what is empty, last value and all values (S/M)', async () => {
    const gateway = await guarded(() => policy('Allow', '*'), { definition: { type: 'REQUEST' } });
    await send(`${gateway.url}/request?`, { ...token, body: 'secret', headers: [...token.headers, 'mv', 'a', 'mv', 'b'] });
    const event = gateway.invoker.calls[0]?.event;
    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('isBase64Encoded');
    expect(event).toMatchObject({
      type: 'REQUEST',
      methodArn: `${apiArn}/v1/POST/request`,
      queryStringParameters: {},
      multiValueQueryStringParameters: {},
      pathParameters: {},
      stageVariables: {},
      headers: { mv: 'b', Authorization: 'Bearer abc' },
      multiValueHeaders: { mv: ['a', 'b'] },
      requestContext: { resourcePath: '/request', path: '/v1/request' },
    });
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });
});

describe('how the authorizer ends', () => {
  const fail = (error: unknown) => () => {
    throw error;
  };
  const deny = 'User is not authorized to access this resource';
  const explicitDeny = accessDenied(`${deny} with an explicit deny in an identity-based policy`);
  const implicitDeny = accessDenied(`${deny} because no identity-based policy allows the execute-api:Invoke action`);
  const rows: readonly [name: string, run: TestFunction, expected: object, mark: 'S' | 'M'][] = [
    ['Error("Unauthorized")', fail(new Error('Unauthorized')), unauthorized, 'S'],
    ['throw "Unauthorized"', fail('Unauthorized'), unauthorized, 'S'],
    ['Error("jwt expired")', fail(new Error('jwt expired')), misconfigured, 'S'],
    ['a timeout', fail(new FunctionEnd('timedOut')), misconfigured, 'S'],
    ['{statusCode: 401}', () => ({ statusCode: 401 }), misconfigured, 'S'],
    ['no principalId', () => ({ policyDocument: policy('Allow', '*').policyDocument }), misconfigured, 'S'],
    ['an object in context', () => policy('Allow', '*', { context: { a: {} } }), misconfigured, 'S'],
    ['an array in context', () => policy('Allow', '*', { context: { a: [1] } }), misconfigured, 'S'],
    ['null in context', () => policy('Allow', '*', { context: { a: null } }), misconfigured, 'S'],
    ['an explicit Deny', () => policy('Deny', '*'), explicitDeny, 'S'],
    ['Allow for another path', () => policy('Allow', `${apiArn}/v1/POST/other`), implicitDeny, 'S'],
  ];
  test.each(rows)('%s', async (_name, run, expected) => {
    const gateway = await guarded(run);
    expect(await outcomeOf(`${gateway.url}/request`, token)).toEqual(expected);
    expect(gateway.invoker.countOf('handler')).toBe(0);
  });

  test.each([
    ['a string', 'arn:aws:execute-api:*:*:*/v1/POST/*'],
    ['an array', ['x', `${apiArn}/v1/POST/request`]],
  ])('Resource as %s (S)', async (_name, resource) => {
    const gateway = await guarded(() => policy('Allow', resource));
    expect((await send(`${gateway.url}/request`, token)).status).toBe(200);
  });

  test('the older texts can be had (S)', async () => {
    const gateway = await guarded(() => policy('Deny', '*'), { options: { denialTexts: 'before2025' } });
    expect((await send(`${gateway.url}/request`, token)).text).toBe(`{"Message":"${deny} with an explicit deny"}`);
  });

  test('no permission for API Gateway is a 500 (S)', async () => {
    const asked: string[] = [];
    const mayInvoke = (_arn: string, sourceArn: string) => {
      asked.push(sourceArn);
      return false;
    };
    const gateway = await guarded(() => policy('Allow', '*'), { options: { mayInvoke } });
    expect(await outcomeOf(`${gateway.url}/request`, token)).toEqual(misconfigured);
    expect(asked).toEqual([`${apiArn}/authorizers/abc123`]);
    expect(gateway.invoker.calls).toHaveLength(0);
  });

  function accessDenied(message: string) {
    return { status: 403, text: `{"Message":"${message}"}`, errorType: 'AccessDeniedException' };
  }
});

test('context values reach the function as strings, beside principalId and a latency that is a number (S)', async () => {
  const gateway = await guarded(() => policy('Allow', '*', { context: { n: 123, b: true, s: 'x', integrationLatency: 'mine' } }));
  const event = (await send(`${gateway.url}/request`, token)).json() as { requestContext: { authorizer: object } };
  expect(event.requestContext.authorizer).toEqual({
    n: '123',
    b: 'true',
    s: 'x',
    principalId: 'p',
    integrationLatency: expect.any(Number),
  });
});

describe('the cache', () => {
  test('saves the second call with the same token until the TTL ends (S)', async () => {
    const clock = createMovableClock();
    const gateway = await guarded(() => policy('Allow', '*'), { options: { clock } });
    await send(`${gateway.url}/request`, token);
    const second = (await send(`${gateway.url}/request`, token)).json();
    expect(gateway.invoker.countOf('authorizer')).toBe(1);
    expect(second).toMatchObject({ requestContext: { authorizer: { integrationLatency: 0, principalId: 'p' } } });
    await send(`${gateway.url}/request`, { ...token, headers: ['Authorization', 'Bearer other'] });
    expect(gateway.invoker.countOf('authorizer')).toBe(2);
    clock.moveMs(300_000);
    await send(`${gateway.url}/request`, token);
    expect(gateway.invoker.countOf('authorizer')).toBe(3);
    gateway.flushAuthorizerCache();
    await send(`${gateway.url}/request`, token);
    expect(gateway.invoker.countOf('authorizer')).toBe(4);
  });

  test('TTL 0 calls it each time (S)', async () => {
    const gateway = await guarded(() => policy('Allow', '*'), { definition: { resultTtlSeconds: 0 } });
    await send(`${gateway.url}/request`, token);
    await send(`${gateway.url}/request`, token);
    expect(gateway.invoker.countOf('authorizer')).toBe(2);
  });

  test('a Deny is kept, a thrown 401 is not (S/M)', async () => {
    const denying = await guarded(() => policy('Deny', '*'));
    for (let call = 0; call < 2; call++) expect((await send(`${denying.url}/request`, token)).status).toBe(403);
    expect(denying.invoker.countOf('authorizer')).toBe(1);
    const throwing = await guarded(() => {
      throw new Error('Unauthorized');
    });
    for (let call = 0; call < 2; call++) expect((await send(`${throwing.url}/request`, token)).status).toBe(401);
    expect(throwing.invoker.countOf('authorizer')).toBe(2);
  });

  test('a policy for its own method denies the next path with the same token (S)', async () => {
    const gateway = await guarded(({ methodArn }) => policy('Allow', methodArn));
    expect((await send(`${gateway.url}/request`, token)).status).toBe(200);
    expect((await send(`${gateway.url}/other`, token)).status).toBe(403);
    expect(gateway.invoker.countOf('authorizer')).toBe(1);
  });
});

describe('around the authorizer', () => {
  const bodyRequired: Partial<Route> = {
    validateBody: true,
    validateParameters: true,
    requiredParameters: { header: ['x-header-param'], path: [], querystring: [] },
    requestSchemas: { 'application/json': { type: 'object', required: ['a'] } },
  };

  test('validation comes after it, and names what is missing (S)', async () => {
    const gateway = await guarded(() => policy('Allow', '*'), { route: bodyRequired });
    expect((await send(`${gateway.url}/request`, { method: 'POST' })).status).toBe(401);
    expect(await outcomeOf(`${gateway.url}/request`, token)).toEqual({
      status: 400,
      text: '{"message": "Missing required request parameters: [x-header-param]"}',
      errorType: 'BadRequestException',
    });
    const headers = [...token.headers, 'x-header-param', '1', 'Content-Type', 'application/json'];
    expect(await outcomeOf(`${gateway.url}/request`, { ...token, headers, body: '{}' })).toEqual({
      status: 400,
      text: '{"message": "Invalid request body"}',
      errorType: 'BadRequestException',
    });
    expect((await send(`${gateway.url}/request`, { ...token, headers, body: '{"a":1}' })).status).toBe(200);
    expect(gateway.invoker.countOf('handler')).toBe(1);
  });

  test('DEFAULT_4XX headers are on 401 and 403, and not on 413 (S)', async () => {
    const parameters = { 'gatewayresponse.header.Access-Control-Allow-Origin': "'https://app.example'" };
    const cors = { statusCode: null, responseParameters: parameters, responseTemplates: {} };
    const gateway = await guarded(() => policy('Deny', '*'), { gatewayResponses: { DEFAULT_4XX: cors } });
    const originOf = async (call: HttpCall) => {
      const answer = await send(`${gateway.url}/request`, call);
      return [answer.status, answer.header('Access-Control-Allow-Origin')];
    };
    expect(await originOf({ method: 'POST' })).toEqual([401, 'https://app.example']);
    expect(await originOf(token)).toEqual([403, 'https://app.example']);
    expect(await originOf({ ...token, body: Buffer.alloc(11 * 1024 * 1024) })).toEqual([413, undefined]);
  });

  test('a body over 10 MB is refused before it is called (M)', async () => {
    const gateway = await guarded(() => policy('Allow', '*'));
    expect((await send(`${gateway.url}/request`, { ...token, body: Buffer.alloc(11 * 1024 * 1024) })).status).toBe(413);
    expect(gateway.invoker.calls).toHaveLength(0);
  });

  test('a method ARN over 1,600 bytes is 414 in plain text (S)', async () => {
    const authorization = { type: 'CUSTOM', authorizer: 'tokens' } as const;
    const api = { routes: [route('ANY', '/{proxy+}', { authorization })], authorizers: [authorizer()] };
    const gateway = await gatewayFor({ handler: echo, authorizer: () => policy('Allow', '*') }, api);
    const answer = await send(`${gateway.url}/${'x'.repeat(1_600)}`, token);
    expect([answer.status, answer.text]).toEqual([414, 'Request URI too long']);
    expect(gateway.invoker.calls).toHaveLength(0);
  });
});
