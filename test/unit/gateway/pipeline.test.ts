import { array, assert, asyncProperty, constantFrom, jsonValue, oneof, option, record, string, tuple, uint8Array } from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createGatewayApp } from '../../../emulator/gateway/create-gateway-app.ts';
import { createGateway } from '../../../emulator/gateway/gateway.ts';
import { runPipeline } from '../../../emulator/gateway/pipeline.ts';
import { parseRequest } from '../../../emulator/gateway/stages/parse-request.ts';
import { createTestInvoker, FunctionEnd, gatewayOptions, restApi, route } from './api-fixture.ts';

const routes = [route('POST', '/request'), route('ANY', '/{proxy+}'), route('GET', '/items/{id}')];

const anyText = oneof(string({ unit: 'binary' }), string());
const anyRequest = record({
  method: constantFrom('GET', 'POST', 'OPTIONS', 'PROPFIND'),
  rawUrl: oneof(
    tuple(constantFrom('/v1/request', '/v1/', '/v1//x', '//v1/items/', '/', '*', 'http://h/v1/request'), anyText).map((parts) =>
      parts.join(''),
    ),
    anyText,
  ),
  rawHeaders: array(tuple(oneof(anyText, constantFrom('Authorization', '__proto__', 'content-type', 'X-HTTP-Method-Override')), anyText), {
    maxLength: 6,
  }).map((pairs) => pairs.flat()),
  httpVersion: constantFrom('1.0', '1.1'),
  sourceIp: constantFrom('127.0.0.1', '::1'),
  body: option(uint8Array().map((bytes) => Buffer.from(bytes))),
});

test('any bytes in: the function sees an event of exactly the 12 keys, and there is one answer', async () => {
  const invoker = createTestInvoker({ handler: (event) => ({ statusCode: 200, body: JSON.stringify(event) }) });
  const gateway = createGateway(gatewayOptions({ invoker, api: restApi({ routes }) }));
  await assert(
    asyncProperty(anyRequest, async (received) => {
      const { answer } = await runPipeline(gateway, received, parseRequest(received, 0));
      expect(answer.status).toBeGreaterThanOrEqual(200);
      for (const [name, value] of answer.headers) expect(`${name}${value}`).not.toMatch(/[\r\n]/);
    }),
    { numRuns: 500 },
  );
  expect(invoker.calls.length).toBeGreaterThan(20);
  for (const { event } of invoker.calls) expect(Object.keys(event)).toHaveLength(12);
});

test('any JSON a function returns becomes an answer that can be sent', async () => {
  let result: unknown = null;
  const invoker = createTestInvoker({ handler: () => result });
  const app = createGatewayApp(gatewayOptions({ invoker, api: restApi({ routes }) }));
  const proxyLike = record(
    {
      statusCode: oneof(constantFrom<unknown>(200, '404', 204, 304, 99, null), jsonValue()),
      headers: oneof(jsonValue(), record({ 'x-a': anyText, 'content-type': anyText })),
      multiValueHeaders: jsonValue(),
      body: oneof(anyText, jsonValue()),
      isBase64Encoded: constantFrom<unknown>(true, false, null),
    },
    { requiredKeys: [] },
  );
  await assert(
    asyncProperty(oneof(proxyLike, jsonValue()), async (returned) => {
      result = returned;
      const answer = await app.inject({ method: 'POST', url: '/v1/request' });
      expect(answer.statusCode).toBeGreaterThanOrEqual(200);
      expect(answer.headers).not.toHaveProperty('x-airlock-error');
    }),
    { numRuns: 300 },
  );
  await app.close();
});

test('a bug of ours is 500 with x-airlock-error and without its message', async () => {
  const invoker = { invoke: () => Promise.reject(new RangeError('holds a secret')) };
  const app = createGatewayApp(gatewayOptions({ invoker }));
  const answer = await app.inject({ method: 'POST', url: '/v1/request' });
  expect(answer.statusCode).toBe(500);
  expect(answer.headers['x-airlock-error']).toBe('RangeError');
  expect(answer.body).toBe('{"message": "Internal server error"}');
  expect(JSON.stringify(answer.headers)).not.toContain('secret');
});

test.each(['timedOut', 'crashed', 'outOfMemory'] as const)('a function that ended as %s is a 502', async (kind) => {
  const invoker = createTestInvoker({
    handler: () => {
      throw new FunctionEnd(kind);
    },
  });
  const answer = await createGatewayApp(gatewayOptions({ invoker })).inject({ method: 'POST', url: '/v1/request' });
  expect([answer.statusCode, answer.body]).toEqual([502, '{"message": "Internal server error"}']);
});

test('one line a request is logged, without body, query or token', async () => {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => void lines.push(line) });
  const invoker = createTestInvoker({ handler: () => ({ statusCode: 200, body: 'secret-answer' }) });
  const app = createGatewayApp(gatewayOptions({ invoker, log }));
  await app.inject({
    method: 'POST',
    url: '/v1/request?q=secret-query',
    headers: { authorization: 'secret-token' },
    payload: 'secret-body',
  });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ method: 'POST', resourcePath: '/request', status: 200, ms: expect.any(Number) });
  expect(lines[0]).not.toContain('secret');
});

test('a request leaves one trace with the spans gateway and integration, and the function gets its id', async () => {
  const invoker = createTestInvoker({ handler: () => ({ statusCode: 201 }) });
  const options = gatewayOptions({ invoker });
  const traceId = '1-65a1b2c3-0123456789abcdef01234567';
  await createGatewayApp(options).inject({ method: 'POST', url: '/v1/request', headers: { 'x-amzn-trace-id': `Root=${traceId}` } });
  const [trace] = options.tracer.list();
  expect(trace?.traceId).toBe(traceId);
  expect(trace?.spans.map(({ name, durationMs }) => [name, durationMs !== null])).toEqual([
    ['gateway', true],
    ['integration', true],
  ]);
  expect(trace?.spans[0]?.fields).toMatchObject({ method: 'POST', resourcePath: '/request', status: 201 });
  expect(invoker.calls[0]?.request.traceHeader).toMatch(new RegExp(`^Root=${traceId};Parent=[0-9a-f]{16};Sampled=1$`));
});
