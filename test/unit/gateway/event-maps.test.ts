import { expect, test } from 'vitest';
import { compileApi } from '../../../emulator/gateway/compile-api.ts';
import { eventHeaders } from '../../../emulator/gateway/event-maps.ts';
import { parseRequest } from '../../../emulator/gateway/stages/parse-request.ts';
import { routeRequest } from '../../../emulator/gateway/stages/route-request.ts';
import type { RouteAuthorization } from '../../../emulator/template/api-definition.ts';
import { createTestInvoker, gatewayOptions, restApi, route } from './api-fixture.ts';

function headersFor(rawHeaders: readonly string[], authorization: RouteAuthorization = { type: 'NONE' }) {
  const api = compileApi(
    gatewayOptions({ invoker: createTestInvoker({}), api: restApi({ routes: [route('POST', '/request', { authorization })] }) }),
  );
  const received = { method: 'POST', rawUrl: '/v1/request', rawHeaders, httpVersion: '1.1', sourceIp: '10.0.0.9', body: null };
  const routed = routeRequest(api, parseRequest(received, 0));
  if (!('route' in routed)) throw new Error('not routed');
  return eventHeaders(routed);
}

/** Facts 1.2: HDR and recorded (S). */
const dropped = [
  'Connection',
  'Content-Length',
  'Content-MD5',
  'Expect',
  'Max-Forwards',
  'Proxy-Authenticate',
  'Server',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'WWW-Authenticate',
];
const passed = ['Accept', 'Accept-Encoding', 'Age', 'Authorization', 'Content-Encoding', 'Content-Type', 'Date', 'Host', 'Pragma', 'Range'];

test.each(dropped)('%s does not reach the function', (name) => {
  expect(Object.keys(headersFor([name, 'v']).headers)).not.toContain(name);
});

test.each([...passed, 'Referer', 'User-Agent', 'Via', 'Warn', 'tEsT-HEADeR'])('%s reaches the function as spelt', (name) => {
  const { headers, multiValueHeaders } = headersFor([name, 'v']);
  expect(headers[name]).toBe('v');
  expect(multiValueHeaders[name]).toEqual(['v']);
});

test('of a repeated header the last value wins, in whatever spelling; all are in the multi map', () => {
  const { headers, multiValueHeaders } = headersFor(['X-A', '1', 'x-a', '2']);
  expect(headers['X-A']).toBe('2');
  expect(multiValueHeaders['X-A']).toEqual(['1', '2']);
});

test('a signature in Authorization does not reach the function, nor any Authorization where AWS_IAM is used', () => {
  expect(headersFor(['Authorization', 'AWS4-HMAC-SHA256 Credential=x']).headers).not.toHaveProperty('Authorization');
  expect(headersFor(['authorization', 'Bearer x'], { type: 'AWS_IAM' }).headers).not.toHaveProperty('authorization');
});

test('the service adds its own, and a client cannot pose as it', () => {
  const { headers } = headersFor(['X-Forwarded-For', '1.2.3.4', 'X-Forwarded-Proto', 'gopher', 'x-amzn-trace-id', 'nonsense']);
  expect(headers).toEqual({
    'X-Forwarded-For': '1.2.3.4, 10.0.0.9',
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
    'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
  });
});

test('a trace root the client sends is kept', () => {
  const root = '1-65a1b2c3-0123456789abcdef01234567';
  expect(headersFor(['X-Amzn-Trace-Id', `Self=1;Root=${root};Sampled=1`]).headers['X-Amzn-Trace-Id']).toBe(`Root=${root}`);
});

test('a header called __proto__ is just a header', () => {
  const { headers } = headersFor(['__proto__', 'v']);
  expect(JSON.parse(JSON.stringify(headers))).toHaveProperty(['__proto__'], 'v');
});
