import { describe, expect, test } from 'vitest';
import type { AuthorizerRequest } from '../../../emulator/authorizer/authorizer-request.ts';
import { createAuthorizer } from '../../../emulator/authorizer/create-authorizer.ts';
import type { AuthorizerDefinition } from '../../../emulator/template/api-definition.ts';
import { apiArn, authorizer, createMovableClock, createTestInvoker, FunctionEnd, type TestFunction } from '../gateway/api-fixture.ts';

function request(headers: Readonly<Record<string, readonly string[]>> = {}, more: Partial<AuthorizerRequest> = {}): AuthorizerRequest {
  return {
    methodArn: `${apiArn}/v1/POST/request`,
    stageVariables: { env: 'test' },
    headerValues: (name) => headers[name.toLowerCase()] ?? [],
    queryValues: (name) => (name === 'q' ? ['1', '2'] : []),
    contextVariable: (path) => (path === 'identity.sourceIp' ? '127.0.0.1' : undefined),
    conditionContext: { 'aws:SourceIp': '127.0.0.1' },
    traceHeader: 'Root=1-65a1b2c3-0123456789abcdef01234567',
    describe: () => ({
      resource: '/request',
      path: '/request',
      httpMethod: 'POST',
      headers: {},
      multiValueHeaders: {},
      queryStringParameters: {},
      multiValueQueryStringParameters: {},
      pathParameters: {},
      stageVariables: {},
      requestContext: {},
    }),
    ...more,
  };
}

const bearer = (token: string) => request({ authorization: [token] });
const allowOwn: TestFunction = ({ methodArn }) => allow(methodArn);

function allow(Resource: string | readonly string[], more: object = {}) {
  return {
    principalId: 'p',
    policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }] },
    ...more,
  };
}

function start(run: TestFunction, definition: Partial<AuthorizerDefinition> = {}, mayInvoke = true) {
  const invoker = createTestInvoker({ authorizer: run });
  const clock = createMovableClock();
  return { invoker, clock, subject: createAuthorizer({ definition: authorizer(definition), invoker, clock, mayInvoke: () => mayInvoke }) };
}

describe('before the function runs', () => {
  const rows: readonly [
    name: string,
    definition: Partial<AuthorizerDefinition>,
    headers: Record<string, string[]>,
    calls: number,
    mark: 'S' | 'M',
  ][] = [
    ['TOKEN without a header', {}, {}, 0, 'S'],
    ['TOKEN with an empty header', {}, { authorization: [''] }, 0, 'S'],
    ['TOKEN that fails the expression', { identityValidationExpression: 'Bearer .+' }, { authorization: ['Basic x'] }, 0, 'S'],
    [
      'TOKEN that matches the expression in part',
      { identityValidationExpression: 'Bearer [a-z]+' },
      { authorization: ['xBearer abc'] },
      0,
      'M',
    ],
    ['TOKEN where an alternative matches in part', { identityValidationExpression: 'a|b' }, { authorization: ['ax'] }, 0, 'M'],
    ['TOKEN that matches', { identityValidationExpression: 'Bearer .+' }, { authorization: ['Bearer x'] }, 1, 'S'],
    ['TOKEN without a named source reads Authorization', { identitySources: [] }, { authorization: ['x'] }, 1, 'S'],
    ['TOKEN with TTL 0 needs its header all the same', { resultTtlSeconds: 0 }, {}, 0, 'S'],
    ['REQUEST with TTL 300 and one of two sources missing', twoSources(300), { a: ['1'] }, 0, 'S'],
    ['REQUEST with TTL 300 and one of two sources empty', twoSources(300), { a: ['1'], b: [''] }, 0, 'S'],
    ['REQUEST with TTL 300 and both', twoSources(300), { a: ['1'], b: ['2'] }, 1, 'S'],
    ['REQUEST with TTL 0 and none', twoSources(0), {}, 1, 'S'],
    ['REQUEST with query, stage variable and context', mixedSources(), {}, 1, 'S'],
  ];
  test.each(rows)('%s', async (_name, definition, headers, calls) => {
    const { subject, invoker } = start(allowOwn, definition);
    expect(await subject.authorize(request(headers))).toMatchObject({ kind: calls === 0 ? 'unauthorized' : 'allowed' });
    expect(invoker.calls).toHaveLength(calls);
  });

  function twoSources(resultTtlSeconds: number): Partial<AuthorizerDefinition> {
    return { type: 'REQUEST', resultTtlSeconds, identitySources: ['method.request.header.a', 'method.request.header.b'] };
  }

  function mixedSources(): Partial<AuthorizerDefinition> {
    return { type: 'REQUEST', identitySources: ['method.request.querystring.q', 'stageVariables.env', 'context.identity.sourceIp'] };
  }
});

describe('what the function is given', () => {
  test('TOKEN: exactly three keys, the prefix kept (S)', async () => {
    const { subject, invoker } = start(allowOwn);
    await subject.authorize(bearer('Bearer x'));
    expect(invoker.calls[0]?.event).toEqual({ type: 'TOKEN', authorizationToken: 'Bearer x', methodArn: `${apiArn}/v1/POST/request` });
  });

  test('REQUEST: no body, and {} for what is empty (S/M)', async () => {
    const { subject, invoker } = start(allowOwn, { type: 'REQUEST' });
    await subject.authorize(bearer('x'));
    const keys =
      'type methodArn resource path httpMethod headers multiValueHeaders queryStringParameters multiValueQueryStringParameters pathParameters stageVariables requestContext';
    expect(Object.keys(invoker.calls[0]?.event)).toEqual(keys.split(' '));
    expect(invoker.calls[0]?.event.pathParameters).toEqual({});
  });
});

describe('how the function can end', () => {
  const fail = (error: unknown) => () => {
    throw error;
  };
  const rows: readonly [name: string, run: TestFunction, kind: string, mark: 'S' | 'M'][] = [
    ['Error("Unauthorized")', fail(new Error('Unauthorized')), 'unauthorized', 'S'],
    ['throw "Unauthorized"', fail('Unauthorized'), 'unauthorized', 'S'],
    ['Error("unauthorized")', fail(new Error('unauthorized')), 'misconfigured', 'M'],
    ['Error("[401] Unauthorized")', fail(new Error('[401] Unauthorized')), 'misconfigured', 'M'],
    ['Error("jwt expired")', fail(new Error('jwt expired')), 'misconfigured', 'S'],
    ['a timeout', fail(new FunctionEnd('timedOut')), 'misconfigured', 'S'],
    ['a crash', fail(new FunctionEnd('crashed')), 'misconfigured', 'S'],
    ['out of memory', fail(new FunctionEnd('outOfMemory')), 'misconfigured', 'M'],
    ['a proxy result', () => ({ statusCode: 401 }), 'misconfigured', 'S'],
    ['nothing', () => undefined, 'misconfigured', 'S'],
  ];
  test.each(rows)('%s', async (_name, run, kind) => {
    const { subject, invoker } = start(run);
    expect(await subject.authorize(bearer('x'))).toMatchObject({ kind });
    // Errors are not cached.
    await subject.authorize(bearer('x'));
    expect(invoker.calls).toHaveLength(2);
  });

  test('no permission to invoke it, and it does not run', async () => {
    const { subject, invoker } = start(allowOwn, {}, false);
    expect(await subject.authorize(bearer('x'))).toMatchObject({ kind: 'misconfigured' });
    expect(invoker.calls).toHaveLength(0);
  });

  test('no such function', async () => {
    const { subject } = start(allowOwn, { functionArn: 'arn:aws:lambda:us-east-1:222222222222:function:other' });
    expect(await subject.authorize(bearer('x'))).toMatchObject({ kind: 'misconfigured' });
  });

  test('no answer in time', async () => {
    const invoker = createTestInvoker({ authorizer: () => new Promise(() => undefined) });
    const subject = createAuthorizer({
      definition: authorizer(),
      invoker,
      clock: createMovableClock(),
      mayInvoke: () => true,
      timeoutMs: 5,
    });
    expect(await subject.authorize(bearer('x'))).toEqual({ kind: 'misconfigured', reason: 'no answer within 5 ms' });
  });
});

describe('the policy', () => {
  const deny = { principalId: 'p', policyDocument: { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] } };
  const rows: readonly [name: string, output: unknown, expected: object, mark: 'S' | 'M'][] = [
    ['allows the method', allow(`${apiArn}/v1/POST/request`), { kind: 'allowed' }, 'S'],
    ['allows by pattern, in a list', allow(['x', 'arn:aws:execute-api:*:*:*/v1/POST/*']), { kind: 'allowed' }, 'S'],
    ['allows everything', allow('*'), { kind: 'allowed' }, 'S'],
    ['denies', deny, { kind: 'denied', effect: 'explicitDeny' }, 'S'],
    ['allows another path', allow(`${apiArn}/v1/POST/other`), { kind: 'denied', effect: 'implicitDeny' }, 'S'],
    ['has no statement', { principalId: 'p', policyDocument: { Statement: [] } }, { kind: 'denied', effect: 'implicitDeny' }, 'M'],
    [
      'allows and denies',
      { ...deny, policyDocument: { Statement: [...allow('*').policyDocument.Statement, ...deny.policyDocument.Statement] } },
      { kind: 'denied', effect: 'explicitDeny' },
      'S',
    ],
    [
      'allows for another address',
      {
        ...deny,
        policyDocument: {
          Statement: [{ ...allow('*').policyDocument.Statement[0], Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
        },
      },
      { kind: 'denied', effect: 'implicitDeny' },
      'M',
    ],
  ];
  test.each(rows)('%s', async (_name, output, expected) => {
    expect(await start(() => output).subject.authorize(bearer('x'))).toMatchObject(expected);
  });
});

describe('the cache', () => {
  test('saves the second call within the TTL, and reports it with a latency of 0 (S)', async () => {
    const { subject, invoker, clock } = start(() => allow('*', { context: { n: 1 } }));
    expect(await subject.authorize(bearer('a'))).toMatchObject({ kind: 'allowed', cacheHit: false, context: { n: '1' } });
    clock.moveMs(299_999);
    expect(await subject.authorize(bearer('a'))).toMatchObject({
      kind: 'allowed',
      cacheHit: true,
      integrationLatencyMs: 0,
      context: { n: '1' },
    });
    expect(invoker.calls).toHaveLength(1);
    await subject.authorize(bearer('b'));
    expect(invoker.calls).toHaveLength(2);
    clock.moveMs(1);
    await subject.authorize(bearer('a'));
    expect(invoker.calls).toHaveLength(3);
  });

  test('is off with a TTL of 0 (S)', async () => {
    const { subject, invoker } = start(allowOwn, { resultTtlSeconds: 0 });
    await subject.authorize(bearer('a'));
    await subject.authorize(bearer('a'));
    expect(invoker.calls).toHaveLength(2);
  });

  test('keeps the policy, not the decision: another method with the same token is judged anew (S)', async () => {
    const { subject, invoker } = start(allowOwn);
    expect(await subject.authorize(bearer('a'))).toMatchObject({ kind: 'allowed' });
    const other = { ...bearer('a'), methodArn: `${apiArn}/v1/POST/other` };
    expect(await subject.authorize(other)).toMatchObject({ kind: 'denied', effect: 'implicitDeny', cacheHit: true });
    expect(invoker.calls).toHaveLength(1);
  });

  test('keeps a Deny too (S)', async () => {
    const { subject, invoker } = start(() => ({
      principalId: 'p',
      policyDocument: { Statement: { Effect: 'Deny', Action: '*', Resource: '*' } },
    }));
    await subject.authorize(bearer('a'));
    expect(await subject.authorize(bearer('a'))).toMatchObject({ kind: 'denied', cacheHit: true });
    expect(invoker.calls).toHaveLength(1);
  });

  test('of a REQUEST authorizer misses when any value of any source changes (S)', async () => {
    const { subject, invoker } = start(() => allow('*'), {
      type: 'REQUEST',
      identitySources: ['method.request.header.a', 'method.request.header.b'],
    });
    for (const headers of [
      { a: ['1'], b: ['2'] },
      { a: ['2'], b: ['1'] },
      { a: ['12'], b: ['2'] },
      { a: ['0', '1'], b: ['2'] },
      { a: ['1'], b: ['2'] },
    ]) {
      await subject.authorize(request(headers));
    }
    expect(invoker.calls).toHaveLength(4);
  });

  test('does not join concurrent misses: each has its own invocation and its own method', async () => {
    const { subject, invoker } = start(async ({ methodArn }) => allow(methodArn));
    const arns = ['a', 'b', 'c'].map((path) => `${apiArn}/v1/GET/${path}`);
    const decisions = await Promise.all(arns.map((methodArn) => subject.authorize({ ...bearer('t'), methodArn })));
    expect(decisions.map(({ kind }) => kind)).toEqual(['allowed', 'allowed', 'allowed']);
    expect(invoker.calls).toHaveLength(3);
  });

  test('can be flushed, also while an invocation is under way', async () => {
    let answer: (output: unknown) => void = () => undefined;
    const pending = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const { subject, invoker } = start(pending);
    const first = subject.authorize(bearer('a'));
    await expect.poll(() => invoker.calls.length).toBe(1);
    subject.flushCache();
    answer(allow('*'));
    expect(await first).toMatchObject({ kind: 'allowed' });
    const second = subject.authorize(bearer('a'));
    await expect.poll(() => invoker.calls.length).toBe(2);
    answer(allow('*'));
    expect(await second).toMatchObject({ cacheHit: false });
  });
});

describe('refused at start:', () => {
  test.each<[string, Partial<AuthorizerDefinition>]>([
    ['a TTL of 3601', { resultTtlSeconds: 3601 }],
    ['a negative TTL', { resultTtlSeconds: -1 }],
    ['an expression only Java knows', { identityValidationExpression: '(?i)bearer .+(?' }],
    ['an expression on REQUEST', { type: 'REQUEST', identityValidationExpression: '.+' }],
    ['a path parameter as identity source', { type: 'REQUEST', identitySources: ['method.request.path.id'] }],
    ['a query parameter for TOKEN', { identitySources: ['method.request.querystring.token'] }],
    ['two sources for TOKEN', { identitySources: ['method.request.header.a', 'method.request.header.b'] }],
    ['a cache without an identity', { type: 'REQUEST', identitySources: [] }],
    ['a role', { credentialsRoleArn: 'arn:aws:iam::222222222222:role/r' }],
  ])('%s', (_name, definition) => {
    expect(() => start(allowOwn, definition)).toThrow(/^api\.yaml:7: /);
  });
});
