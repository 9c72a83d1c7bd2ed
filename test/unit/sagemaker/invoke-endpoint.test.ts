import { describe, expect, test } from 'vitest';
import { invokeEndpointBytesMax, invokeEndpointTimeoutMs } from '../../../emulator/limits.ts';
import { requestHeaders } from '../../../emulator/sagemaker/header-limits.ts';
import { denied, partnerAccount, userOf } from '../kms/aws-call.ts';
import { createFixture, okAnswer } from './sagemaker-fixture.ts';

describe('what reaches the container', () => {
  test('five headers and no others, the body as it was, on POST /invocations', async () => {
    const { send, requests } = createFixture();
    const five = {
      'content-type': 'application/jsonlines',
      accept: 'text/csv',
      'x-amzn-sagemaker-custom-attributes': 'trace=1',
      'x-amzn-sagemaker-inference-id': 'i-1',
      'x-amzn-sagemaker-session-id': 'NEW_SESSION',
    };
    const others = {
      authorization: 'AWS4-HMAC-SHA256 …',
      cookie: 'a=b',
      'user-agent': 'sdk',
      'x-amz-date': 'now',
      'x-own': '1',
      'content-length': '3',
      'x-amzn-sagemaker-target-variant': 'AllTraffic',
      'x-amzn-sagemaker-prefix-aware-id': 'p',
    };
    await send({ headers: { ...others, ...five }, body: Buffer.of(0, 255, 10) });
    expect(requests).toEqual([
      {
        method: 'POST',
        path: '/invocations',
        headers: five,
        body: Buffer.of(0, 255, 10),
        timeoutMs: invokeEndpointTimeoutMs,
        signal: expect.any(AbortSignal),
      },
    ]);
  });

  test('a header that the caller does not send is absent', async () => {
    const { send, requests } = createFixture();
    await send();
    expect(requests[0]?.headers).toEqual({});
  });
});

describe('metering', () => {
  const header = (dimension: string, units: unknown = 3) => JSON.stringify({ Dimension: dimension, ConsumedUnits: units });
  const answering = async (value: string | undefined, status = 200) => {
    const { send, logLines } = createFixture({
      reply: () => okAnswer(value === undefined ? {} : { 'x-amzn-inference-metering': value }, '', status),
    });
    const { annotations } = await send();
    return { fields: Object.assign({}, ...annotations), logLines };
  };

  test.each([
    [header('inference.count'), { metered: true, consumedUnits: 3, meteringDimension: 'inference.count' }],
    [header('d', 0.5), { metered: true, consumedUnits: 0.5, meteringDimension: 'd' }],
    [undefined, { metered: false, consumedUnits: 1 }],
  ])('%s is in the trace as %j', async (value, expected) => {
    const { fields, logLines } = await answering(value);
    expect(fields).toMatchObject(expected);
    expect(logLines).toEqual([]);
  });

  test.each(['lena@example.com', '+491701234567', 'two words', 'a'.repeat(65), 'line\nbreak'])(
    'a dimension that is no name stays out of the trace: %j',
    async (dimension) => {
      const { fields, logLines } = await answering(header(dimension));
      expect(fields).toMatchObject({ metered: true, consumedUnits: 3 });
      expect(fields).not.toHaveProperty('meteringDimension');
      expect(JSON.stringify([fields, logLines])).not.toContain(dimension);
    },
  );

  test.each([
    header('inference.count', 0),
    header('inference.count', -1),
    header('inference.count', '3'),
    header(''),
    '{"ConsumedUnits":3}',
    '{"Dimension":"d","ConsumedUnits":1e999}',
    '3 units',
    'null',
    '[]',
    header('d'.repeat(2_000)),
  ])('%s cannot be read: a warning, and no units', async (value) => {
    const { fields, logLines } = await answering(value);
    expect(fields).toMatchObject({ metered: false });
    expect(fields).not.toHaveProperty('consumedUnits');
    expect(logLines.join()).toContain('cannot be read');
    expect(logLines.join()).not.toContain(value);
  });

  test('only 2xx is metered', async () => {
    const { fields, logLines } = await answering(header('d'), 500);
    expect(fields).not.toHaveProperty('metered');
    expect(logLines).toEqual([]);
  });
});

describe('authorization', () => {
  test('asks for the endpoint in lower case, in the account of the caller', async () => {
    const { send } = createFixture();
    const { checks } = await send({ headers: { 'x-amzn-sagemaker-target-model': 'm.tar.gz' } });
    expect(checks).toEqual([
      {
        action: 'sagemaker:InvokeEndpoint',
        resourceArn: 'arn:aws:sagemaker:us-east-1:222222222222:endpoint/identity-resolver',
        resourceAccountId: '222222222222',
        resourcePolicies: [],
        context: { 'sagemaker:TargetModel': 'm.tar.gz' },
      },
    ]);
  });

  test('comes before the endpoint and the model: neither is looked at, or told about', async () => {
    const { send, requests } = createFixture({ isRunning: false });
    for (const name of ['Identity-Resolver', 'no-such-endpoint']) {
      const { fault } = await send({ rawPath: `/endpoints/${name}/invocations`, authorize: () => denied() });
      expect(fault?.code).toBe('AccessDeniedException');
    }
    expect(requests).toEqual([]);
  });
});

describe('faults before the model', () => {
  const notFound = (name: string, account = '222222222222') => `Endpoint ${name} of account ${account} not found.`;
  test.each([
    ['unknown endpoint [I]', { rawPath: '/endpoints/other/invocations' }, 400, 'ValidationError', notFound('other')],
    [
      'name in another case [src:CP]',
      { rawPath: '/endpoints/identity-resolver/invocations' },
      400,
      'ValidationError',
      notFound('identity-resolver'),
    ],
    [
      'endpoint of another account',
      { principal: userOf(partnerAccount) },
      400,
      'ValidationError',
      notFound('Identity-Resolver', partnerAccount),
    ],
    ['name of 64 characters', { rawPath: `/endpoints/${'a'.repeat(64)}/invocations` }, 400, 'ValidationError', 'less than or equal to 63'],
    ['name out of pattern', { rawPath: '/endpoints/a%2Fb/invocations' }, 400, 'ValidationError', 'regular expression pattern'],
    ['broken encoding', { rawPath: '/endpoints/%E0%A4/invocations' }, 404, 'UnknownOperationException', ''],
    ['other path', { rawPath: '/endpoints' }, 404, 'UnknownOperationException', ''],
    ['a name every object has', { rawPath: '/endpoints/x/constructor' }, 404, 'UnknownOperationException', ''],
    ['GET', { method: 'GET' }, 404, 'UnknownOperationException', ''],
    ['no signature', { principal: { kind: 'anonymous' } as const }, 403, 'MissingAuthenticationTokenException', ''],
    [
      'bidirectional stream',
      { rawPath: '/endpoints/Identity-Resolver/invocations-bidirectional-stream' },
      501,
      'NotImplemented',
      'InvokeEndpointWithBidirectionalStream is not emulated',
    ],
  ])('%s', async (_, call, status, code, message) => {
    const { send, requests } = createFixture();
    expect((await send(call)).fault).toMatchObject({ status, code, message: expect.stringContaining(message) });
    expect(requests).toEqual([]);
  });

  test.each(requestHeaders.InvokeEndpoint.map((header) => [header.member, header] as const))(
    '%s longer than its limit is refused, and not repeated',
    async (_, header) => {
      const { send, requests } = createFixture();
      const { fault } = await send({ headers: { [header.name]: 'v'.repeat(header.lengthMax + 1) } });
      const member = header.member.charAt(0).toLowerCase() + header.member.slice(1);
      expect(fault).toMatchObject({ status: 400, code: 'ValidationError' });
      expect(fault?.message).toBe(
        `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${header.lengthMax}`,
      );
      expect(requests).toEqual([]);
    },
  );

  test('headers at their limit pass', async () => {
    const { send, requests } = createFixture();
    const headers = Object.fromEntries(
      requestHeaders.InvokeEndpoint.filter(({ containerName }) => containerName !== null).map(({ name, lengthMax }) => [
        name,
        'v'.repeat(lengthMax),
      ]),
    );
    expect((await send({ headers })).fault).toBeNull();
    expect(requests[0]?.headers).toEqual(headers);
  });

  test.each([
    ['content-type', 'caf\u00e9', '\\p{ASCII}*'],
    ['x-amzn-sagemaker-inference-id', ' i', '\\A\\S[\\p{Print}]*\\z'],
    ['x-amzn-sagemaker-target-variant', 'a_b', '^[a-zA-Z0-9](-*[a-zA-Z0-9])*'],
    ['x-amzn-sagemaker-session-id', 'NEW-SESSION-', '^(NEW_SESSION)$|^[a-zA-Z0-9](-*[a-zA-Z0-9])*$'],
  ])('%s out of the pattern of the API is refused, and not repeated', async (name, value, pattern) => {
    const { send, requests } = createFixture();
    const { fault } = await send({ headers: { [name]: value } });
    expect(fault).toMatchObject({ status: 400, code: 'ValidationError' });
    expect(fault?.message.endsWith(`Member must satisfy regular expression pattern: ${pattern}`)).toBe(true);
    expect(fault?.message).not.toContain(`'${value}'`);
    expect(requests).toEqual([]);
  });

  test('an empty InferenceId is too short', async () => {
    const { send } = createFixture();
    expect((await send({ headers: { 'x-amzn-sagemaker-inference-id': '' } })).fault?.message).toContain('greater than or equal to 1');
  });

  test.each([
    [
      'target-model',
      'm',
      { ErrorCode: 'TARGET_MODEL_HEADER_NOT_SUPPORTED' },
      'is not a multi-model endpoint and does not support target model header.',
    ],
    ['target-variant', 'alltraffic', undefined, 'Variant alltraffic of endpoint Identity-Resolver of account 222222222222 not found.'],
    ['target-container-hostname', 'h', undefined, 'is not a multi-container endpoint'],
    ['inference-component', 'c', undefined, 'has no inference components'],
    ['enable-explanations', '`true`', undefined, 'has no explainer'],
  ])('x-amzn-sagemaker-%s names something this endpoint does not have', async (name, value, details, message) => {
    const { send } = createFixture();
    const { fault } = await send({ headers: { [`x-amzn-sagemaker-${name}`]: value } });
    expect(fault).toMatchObject({ status: 400, code: 'ValidationError', message: expect.stringContaining(message) });
    expect(fault?.details).toEqual(details);
  });

  test('a body of 25 MiB passes with a warning, one byte more is 413', async () => {
    const { send, requests, logLines } = createFixture();
    expect((await send({ body: Buffer.alloc(invokeEndpointBytesMax) })).fault).toBeNull();
    expect(logLines.join()).toContain('body above 6 MB');
    expect((await send({ body: Buffer.alloc(invokeEndpointBytesMax + 1) })).fault).toMatchObject({
      status: 413,
      message: 'HTTP content length exceeded 26214400 bytes.',
    });
    expect(requests).toHaveLength(1);
  });

  test.each(['failed', 'stopped'] as const)('a model that is %s is 503 ServiceUnavailable and is not asked', async (state) => {
    const { send, requests } = createFixture({ state });
    expect((await send()).fault).toMatchObject({ status: 503, code: 'ServiceUnavailable', message: expect.stringContaining(state) });
    expect(requests).toEqual([]);
  });

  test('no model at all is 503 too', async () => {
    expect((await createFixture({ isRunning: false }).send()).fault).toMatchObject({ status: 503, code: 'ServiceUnavailable' });
  });
});

test('nothing the caller or the container says gets into log or trace', async () => {
  const { send, logLines } = createFixture({
    reply: () => okAnswer({ 'x-amzn-sagemaker-custom-attributes': 'secret-b' }, 'secret-c', 500),
  });
  const { annotations } = await send({ body: 'secret-a', headers: { 'x-amzn-sagemaker-session-id': 'secret-d' } });
  expect(JSON.stringify([annotations, logLines])).not.toContain('secret');
  expect(annotations).toContainEqual({ endpointName: 'Identity-Resolver' });
  expect(annotations).toContainEqual({ requestBytes: 8, responseBytes: 8 });
});
