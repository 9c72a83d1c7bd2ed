// API Gateway's own behaviour over real HTTP. S sourced, M memory.
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startGateway } from '../../../emulator/gateway/start-gateway.ts';
import { createTracer } from '../../../emulator/trace/tracer.ts';
import { createMovableClock, createTestInvoker, gatewayOptions, proxyTo, route } from '../../unit/gateway/api-fixture.ts';
import { echo, gatewayFor } from './gateway-for-test.ts';
import { type HttpCall, send, sendBytes } from './http-client.ts';

const internalError = '{"message": "Internal server error"}';
const proxyRoutes = [route('POST', '/request'), route('ANY', '/proxy-value/{proxy+}')];

// biome-ignore lint/suspicious/noExplicitAny: an event of any shape
async function eventOf(path: string, call: HttpCall, binaryMediaTypes: readonly string[] = []): Promise<any> {
  const gateway = await gatewayFor({ handler: echo }, { routes: proxyRoutes, binaryMediaTypes });
  const answer = await send(`${gateway.url}${path}`, call);
  expect(answer.status).toBe(200);
  return answer.json();
}

describe('routing', () => {
  test.each([
    ['unknown path', 'GET', '/nope', 'S'],
    ['GET on a POST path', 'GET', '/request', 'S'],
    ['OPTIONS that is not defined', 'OPTIONS', '/request', 'S'],
    ['an unusual method', 'PROPFIND', '/request', 'M'],
  ])('%s is 403 Missing Authentication Token, without CORS headers', async (_name, method, path) => {
    const gateway = await gatewayFor({ handler: echo });
    const answer = await send(`${gateway.url}${path}`, { method });
    expect(answer.status).toBe(403);
    expect(answer.text).toBe('{"message":"Missing Authentication Token"}');
    expect(answer.header('x-amzn-ErrorType')).toBe('MissingAuthenticationTokenException');
    expect(answer.header('Content-Type')).toBe('application/json');
    expect(answer.names).toEqual(expect.arrayContaining(['x-amzn-RequestId', 'x-amz-apigw-id', 'x-amzn-ErrorType']));
    expect(answer.names.filter((name) => /^access-control/i.test(name))).toEqual([]);
  });

  test('an unknown path with an Authorization header is an incomplete signature (S)', async () => {
    const gateway = await gatewayFor({ handler: echo });
    const answer = await send(`${gateway.url}/nope`, { headers: ['Authorization', 'Bearer abc'] });
    expect(answer.status).toBe(403);
    expect(answer.header('x-amzn-ErrorType')).toBe('IncompleteSignatureException');
    expect(answer.text).toMatch(/^\{"message":"Invalid key=value pair \(missing equal-sign\) in Authorization header /);
  });

  test('an unknown stage is 403 Forbidden (M)', async () => {
    const gateway = await gatewayFor({ handler: echo });
    const answer = await send(`http://127.0.0.1:${gateway.port}/v2/request`, { method: 'POST' });
    expect([answer.status, answer.text]).toEqual([403, '{"message":"Forbidden"}']);
  });

  test('a trailing slash is routed, and kept in path (S)', async () => {
    expect(await eventOf('/request/', { method: 'POST' })).toMatchObject({ path: '/request/', resource: '/request' });
  });

  test('X-HTTP-Method-Override changes the method that is routed (S)', async () => {
    const event = await eventOf('/request', { method: 'GET', headers: ['X-HTTP-Method-Override', 'post'] });
    expect(event.httpMethod).toBe('POST');
  });

  test('the greedy parameter loses the trailing slash, keeps inner ones, and is not decoded (S)', async () => {
    const event = await eventOf('/proxy-value/test%2Balias//a+b/', { method: 'PUT' });
    expect(event.pathParameters).toEqual({ proxy: 'test%2Balias//a+b' });
    expect(event.path).toBe('/proxy-value/test%2Balias//a+b/');
  });

  test('a path that cannot be decoded, or is longer than a router likes, arrives as sent', async () => {
    const path = `/proxy-value/%zz%/${'x'.repeat(500)}/..`;
    expect((await eventOf(path, {})).path).toBe(path);
  });

  test('slashes in front of the path are collapsed in path and kept in requestContext.path (S)', async () => {
    const event = await eventOf('//proxy-value/a', {});
    expect(event.path).toBe('/proxy-value/a');
    expect(event.requestContext.path).toBe('/v1//proxy-value/a');
  });
});

describe('what a function returns', () => {
  const rows: readonly [name: string, result: unknown, status: number, body: string, mark: 'S' | 'M'][] = [
    ['a status', { statusCode: 200 }, 200, '', 'S'],
    ['an empty object', {}, 200, '', 'S'],
    ['headers only', { headers: { 'test-header': 'value' } }, 200, '', 'S'],
    ['a numeric string', { statusCode: '201' }, 201, '', 'S'],
    ['a word as status', { statusCode: 'test' }, 502, internalError, 'S'],
    ['an unknown key', { statusCode: 200, wrongValue: 1 }, 502, internalError, 'S'],
    ['a string', 'justAString', 502, internalError, 'S'],
    ['undefined', undefined, 502, internalError, 'M'],
    ['an object as body', { body: {} }, 502, internalError, 'M'],
    ['headers null', { headers: null }, 200, '', 'S'],
    ['a string as multi value', { multiValueHeaders: { a: 'x' } }, 502, internalError, 'S'],
    ['base64 without a list', { body: 'aGk=', isBase64Encoded: true }, 200, 'aGk=', 'S'],
  ];
  test.each(rows)('%s', async (_name, result, status, body) => {
    const gateway = await gatewayFor({ handler: () => result });
    const answer = await send(`${gateway.url}/request`, { method: 'POST' });
    expect([answer.status, answer.text]).toEqual([status, body]);
    expect(answer.header('Content-Type')).toBe('application/json');
    expect(answer.header('Content-Length')).toBe(String(body.length));
    expect(answer.header('x-amzn-ErrorType')).toBe(status === 502 ? 'InternalServerErrorException' : undefined);
  });

  test('its headers, single and multi, with their spelling (S)', async () => {
    const result = { headers: { 'tEst-Header': 'value' }, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] } };
    const gateway = await gatewayFor({ handler: () => result });
    const answer = await send(`${gateway.url}/request`, { method: 'POST' });
    expect(answer.values('set-cookie')).toEqual(['a=1', 'b=2']);
    expect(answer.names).toContain('tEst-Header');
  });

  test.each(['plain', 'Zoë €'])('a header beyond ASCII is UTF-8 on the wire, whatever the body is: %j', async (body) => {
    const gateway = await gatewayFor({ handler: () => ({ headers: { 'X-Name': 'Zoë €' }, body }) });
    const answer = await send(`${gateway.url}/request`, { method: 'POST' });
    expect(Buffer.from(answer.header('X-Name') ?? '', 'latin1').toString('utf8')).toBe('Zoë €');
    expect(answer.text).toBe(body);
    expect(answer.header('Content-Length')).toBe(String(Buffer.byteLength(body)));
  });

  test('Content-Type null sends none (S)', async () => {
    const gateway = await gatewayFor({ handler: () => ({ headers: { 'Content-Type': null } }) });
    expect((await send(`${gateway.url}/request`, { method: 'POST' })).header('content-type')).toBeUndefined();
  });

  test('a length and framing of its own cannot break the answer (S)', async () => {
    const headers = { 'Content-Length': '3', 'Transfer-Encoding': 'chunked', Connection: 'close', Date: 'then' };
    const gateway = await gatewayFor({ handler: () => ({ headers, body: 'hello' }) });
    const answer = await send(`${gateway.url}/request`, { method: 'POST' });
    expect(answer.text).toBe('hello');
    expect(answer.header('Content-Length')).toBe('5');
    expect(answer.header('x-amzn-Remapped-Content-Length')).toBe('3');
    expect(answer.header('x-amzn-Remapped-Date')).toBe('then');
    expect(answer.header('transfer-encoding')).toBeUndefined();
  });

  test('a throw is a 502 that says nothing of it, without X-Amzn-Trace-Id (S)', async () => {
    const gateway = await gatewayFor({
      handler: () => {
        throw new Error('secret x');
      },
    });
    const answer = await send(`${gateway.url}/request`, { method: 'POST' });
    expect([answer.status, answer.text, answer.header('Content-Length')]).toEqual([502, internalError, '36']);
    expect(answer.header('x-amzn-ErrorType')).toBe('InternalServerErrorException');
    expect(answer.header('X-Amzn-Trace-Id')).toBeUndefined();
  });

  test('an integration that takes too long is a 504, and the function keeps running (S)', async () => {
    let finish: (value: unknown) => void = () => undefined;
    let hasEnded = false;
    const handler = async () => {
      await new Promise((resolve) => {
        finish = resolve;
      });
      hasEnded = true;
      return {};
    };
    const gateway = await gatewayFor(
      { handler },
      { routes: [route('POST', '/request', { integration: proxyTo('handler', { timeoutMs: 50 }) })] },
    );
    const answer = await send(`${gateway.url}/request`, { method: 'POST' });
    expect([answer.status, answer.text]).toEqual([504, '{"message": "Endpoint request timed out"}']);
    expect(hasEnded).toBe(false);
    finish(null);
    await expect.poll(() => hasEnded).toBe(true);
  });

  test('a result that is too large is a 502 (S)', async () => {
    const gateway = await gatewayFor({ handler: () => ({ body: 'x'.repeat(7_000_000) }) });
    expect((await send(`${gateway.url}/request`, { method: 'POST' })).status).toBe(502);
  });

  test('an answer to HEAD has its length and no body', async () => {
    const gateway = await gatewayFor({ handler: () => ({ body: 'hello' }) }, { routes: proxyRoutes });
    const answer = await send(`${gateway.url}/proxy-value/x`, { method: 'HEAD' });
    expect([answer.status, answer.text, answer.header('content-length')]).toEqual([200, '', '5']);
  });
});

describe('what API Gateway refuses to pass on', () => {
  test('no permission to invoke is a 500 (S)', async () => {
    const asked: string[][] = [];
    const gateway = await gatewayFor(
      { handler: echo },
      { routes: [route('ANY', '/items/{id}')] },
      {
        mayInvoke: (...pair) => {
          asked.push(pair);
          return false;
        },
      },
    );
    const answer = await send(`${gateway.url}/items/7`, { method: 'PUT' });
    expect([answer.status, answer.text]).toEqual([500, internalError]);
    expect(gateway.invoker.calls).toHaveLength(0);
    expect(asked).toEqual([
      ['arn:aws:lambda:us-east-1:222222222222:function:handler', 'arn:aws:execute-api:us-east-1:222222222222:a1b2c3d4e5/v1/PUT/items/*'],
    ]);
  });

  test('an integration method other than POST is a 500 (S)', async () => {
    const routes = [route('POST', '/request', { integration: proxyTo('handler', { httpMethod: 'GET' }) })];
    const gateway = await gatewayFor({ handler: echo }, { routes });
    expect((await send(`${gateway.url}/request`, { method: 'POST' })).status).toBe(500);
  });

  test('an event over 6 MB is 413 Request Too Long (S)', async () => {
    const gateway = await gatewayFor({ handler: echo });
    const answer = await send(`${gateway.url}/request`, { method: 'POST', body: Buffer.alloc(7_000_000, 'x') });
    expect([answer.status, answer.json()]).toEqual([413, { message: 'Request Too Long' }]);
    expect(gateway.invoker.calls).toHaveLength(0);
  });

  test.each([
    ['announced', false],
    ['in chunks', true],
  ])('a body over 10 MB, %s, is 413 in plain text, and nothing is called (S/M)', async (_name, chunked) => {
    const gateway = await gatewayFor({ handler: echo });
    const body = Buffer.alloc(11 * 1024 * 1024, 'x');
    const answer = chunked
      ? await fetch(`${gateway.url}/request`, { method: 'POST', body: new Blob([body]).stream(), duplex: 'half' } as RequestInit)
      : await fetch(`${gateway.url}/request`, { method: 'POST', body });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('content-type')).toBe('text/plain');
    expect(await answer.text()).toBe('HTTP content length exceeded 10485760 bytes.');
    expect(gateway.invoker.calls).toHaveLength(0);
  });

  test('a body of exactly 10 MB is not over it', async () => {
    const gateway = await gatewayFor({ handler: echo });
    const answer = await send(`${gateway.url}/request`, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024, 'x') });
    expect(answer.json()).toEqual({ message: 'Request Too Long' });
  });

  test('headers over 10,240 bytes are refused (status M)', async () => {
    const gateway = await gatewayFor({ handler: echo });
    const answer = await send(`${gateway.url}/request`, { method: 'POST', headers: ['X-A', 'x'.repeat(10_240)] });
    expect(answer.status).toBe(431);
    expect(gateway.invoker.calls).toHaveLength(0);
  });

  test('a URL over 10,240 characters is 414 (S limit, M text)', async () => {
    const gateway = await gatewayFor({ handler: echo });
    expect((await send(`${gateway.url}/request?a=${'x'.repeat(10_000)}`, { method: 'POST' })).status).toBe(200);
    const answer = await send(`${gateway.url}/request?a=${'x'.repeat(10_240)}`, { method: 'POST' });
    expect([answer.status, answer.text]).toEqual([414, 'Request URI too long']);
  });

  test('a bar or brace in the query that is not encoded is a 400 (M)', async () => {
    const gateway = await gatewayFor({ handler: echo });
    expect((await send(`${gateway.url}/request?a=%7C`, { method: 'POST' })).status).toBe(200);
    expect((await send(`${gateway.url}/request?a=|`, { method: 'POST' })).status).toBe(400);
  });
});

describe('binary bodies', () => {
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00, 0xff]);
  const handler = () => ({ headers: { 'Content-Type': 'image/png' }, isBase64Encoded: true, body: png.toString('base64') });

  test.each([
    ['24', 'image/png', true, 'S'],
    ['25', '*/*', false, 'S'],
    ['25', 'image/*', false, 'S'],
  ])('%s list [image/png], Accept %s -> bytes: %s', async (_case, accept, isBytes) => {
    const gateway = await gatewayFor({ handler }, { binaryMediaTypes: ['image/png'] });
    const answer = await send(`${gateway.url}/request`, { method: 'POST', headers: ['Accept', accept] });
    expect(answer.body).toEqual(isBytes ? png : Buffer.from(png.toString('base64')));
  });

  test('text that is no base64 is a 500 (S)', async () => {
    const gateway = await gatewayFor(
      { handler: () => ({ isBase64Encoded: true, body: 'no base64!' }) },
      { binaryMediaTypes: ['image/png'] },
    );
    const answer = await send(`${gateway.url}/request`, { method: 'POST', headers: ['Accept', 'image/png'] });
    expect([answer.status, answer.text]).toEqual([500, internalError]);
  });

  test('list [*/*]: JSON arrives as base64 (S)', async () => {
    const event = await eventOf('/request', { method: 'POST', headers: ['Content-Type', 'application/json'], body: '{}' }, ['*/*']);
    expect(event).toMatchObject({ isBase64Encoded: true, body: 'e30=' });
  });

  test('list [application/octet-stream]: the bytes are the same after decoding (S)', async () => {
    const call = { method: 'POST', headers: ['Content-Type', 'application/octet-stream'], body: png };
    const event = await eventOf('/request', call, ['application/octet-stream']);
    expect(Buffer.from(event.body, 'base64')).toEqual(png);
  });

  test('no list: bytes that are no UTF-8 become U+FFFD (S)', async () => {
    const event = await eventOf('/request', { method: 'POST', body: Buffer.from([0x61, 0xff]) });
    expect(event).toMatchObject({ isBase64Encoded: false, body: 'a\ufffd' });
  });
});

describe('the event', () => {
  test('what is empty is null (S)', async () => {
    expect(await eventOf('/request', { method: 'POST' })).toMatchObject({
      body: null,
      isBase64Encoded: false,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
    });
  });

  test('of a repeated parameter the last value, and all of them (S)', async () => {
    const event = await eventOf('/request?a=1&a=2&b=x+y', { method: 'POST' });
    expect(event.queryStringParameters).toEqual({ a: '2', b: 'x y' });
    expect(event.multiValueQueryStringParameters).toEqual({ a: ['1', '2'], b: ['x y'] });
  });

  test('has exactly the twelve keys, and no version (S)', async () => {
    const keys =
      'resource path httpMethod headers multiValueHeaders queryStringParameters multiValueQueryStringParameters pathParameters stageVariables requestContext body isBase64Encoded';
    expect(Object.keys(await eventOf('/request', { method: 'POST' }))).toEqual(keys.split(' '));
  });

  test('requestContext (S)', async () => {
    const event = await eventOf('/request?a=1', { method: 'POST', headers: ['User-Agent', 'test'] });
    expect(event.path).toBe('/request');
    expect(event.requestContext).toEqual({
      accountId: '222222222222',
      apiId: 'a1b2c3d4e5',
      deploymentId: expect.stringMatching(/^[a-z0-9]{6}$/),
      domainName: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'a1b2c3d4e5',
      extendedRequestId: expect.stringMatching(/^[A-Za-z0-9+/]{15}=$/),
      httpMethod: 'POST',
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: '127.0.0.1',
        user: null,
        userAgent: 'test',
        userArn: null,
      },
      path: '/v1/request',
      protocol: 'HTTP/1.1',
      requestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      requestTime: '22/Nov/2026:09:05:07 +0000',
      requestTimeEpoch: Date.UTC(2026, 10, 22, 9, 5, 7),
      resourceId: expect.stringMatching(/^[a-z0-9]{6}$/),
      resourcePath: '/request',
      stage: 'v1',
    });
  });

  test('stage variables (S)', async () => {
    const gateway = await gatewayFor({ handler: echo }, { stages: [{ stageName: 'prod', variables: { env: 'x' } }] });
    expect(gateway.url).toMatch(/\/prod$/);
    expect((await send(`${gateway.url}/request`, { method: 'POST' })).json()).toMatchObject({ stageVariables: { env: 'x' } });
  });

  test('hop-by-hop headers are gone, the others keep their spelling (S)', async () => {
    const gone = ['Expect', '100-continue', 'TE', 'trailers', 'Max-Forwards', '1', 'Proxy-Authenticate', 'x'];
    const more = ['Upgrade', 'x', 'Content-MD5', 'x', 'Connection', 'close', 'tEsT-HEADeR', 'Value'];
    const { headers, multiValueHeaders } = await eventOf('/request', { method: 'POST', headers: [...gone, ...more], body: 'x' });
    const names = ['Host', 'tEsT-HEADeR', 'X-Forwarded-For', 'X-Forwarded-Port', 'X-Forwarded-Proto', 'X-Amzn-Trace-Id'];
    expect(Object.keys(headers)).toEqual(names);
    expect(Object.keys(multiValueHeaders)).toEqual(names);
  });

  test('its ids are those of the answer (S/M)', async () => {
    const gateway = await gatewayFor({ handler: echo });
    const answer = await send(`${gateway.url}/request`, { method: 'POST' });
    const event = answer.json() as { requestContext: Record<string, string>; headers: Record<string, string> };
    expect(answer.header('x-amzn-RequestId')).toBe(event.requestContext.requestId);
    expect(answer.header('x-amz-apigw-id')).toBe(event.requestContext.extendedRequestId);
    expect(answer.header('X-Amzn-Trace-Id')).toBe(event.headers['X-Amzn-Trace-Id']);
    expect(answer.names).toEqual(expect.arrayContaining(['x-amzn-RequestId', 'x-amz-apigw-id', 'X-Amzn-Trace-Id']));
  });
});

describe('the connection', () => {
  test('a client that leaves in the middle of its body ends quietly, and the next one is served', async () => {
    const clock = createMovableClock();
    const tracer = createTracer(clock);
    const gateway = await gatewayFor({ handler: echo }, {}, { clock, tracer });
    await new Promise<void>((resolve) => {
      const socket = connect(gateway.port, '127.0.0.1', () => {
        socket.write('POST /v1/request HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc', () => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    expect((await send(`${gateway.url}/request`, { method: 'POST' })).status).toBe(200);
    expect(gateway.invoker.calls).toHaveLength(1);
    expect(tracer.list()).toHaveLength(1);
  });

  test('a client that leaves before its answer does not stop the function', async () => {
    let finish: (value: unknown) => void = () => undefined;
    let hasEnded = false;
    const handler = async () => {
      await new Promise((resolve) => {
        finish = resolve;
      });
      hasEnded = true;
      return {};
    };
    const gateway = await gatewayFor({ handler });
    const leaving = new AbortController();
    const call = fetch(`${gateway.url}/request`, { method: 'POST', signal: leaving.signal }).catch(() => 'left');
    await expect.poll(() => gateway.invoker.calls.length).toBe(1);
    leaving.abort();
    expect(await call).toBe('left');
    finish(null);
    await expect.poll(() => hasEnded).toBe(true);
  });

  test('two requests on one connection each get one answer', async () => {
    const gateway = await gatewayFor({ handler: () => ({ body: 'hello' }) });
    const one = 'POST /v1/request HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}';
    const text = await sendBytes(gateway.port, one + one.replace('Host: x', 'Host: x\r\nConnection: close'));
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  test('what is no HTTP gets a 400', async () => {
    const gateway = await gatewayFor({ handler: echo });
    expect(await sendBytes(gateway.port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  });

  test('a port that is taken is an error that says so', async () => {
    const gateway = await gatewayFor({ handler: echo });
    const second = startGateway({ ...gatewayOptions({ invoker: createTestInvoker({}) }), port: gateway.port });
    await expect(second).rejects.toMatchObject({ code: 'PORT_IN_USE', hint: expect.stringContaining('--port') });
  });

  test('close ends it, with a request under way', async () => {
    const gateway = await gatewayFor({ handler: () => new Promise(() => undefined) });
    const call = fetch(`${gateway.url}/request`, { method: 'POST' }).catch(() => 'lost');
    await expect.poll(() => gateway.invoker.calls.length).toBe(1);
    await gateway.close();
    expect(await call).toBe('lost');
    await expect(fetch(gateway.url)).rejects.toThrow();
  });
});

describe('what is no HTTP', () => {
  test.each([
    ['headers of 70,000 bytes', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`, 431],
    ['an unknown method', 'NO-SUCH / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['two framings', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ])("%s gets the gateway's kind of body and the end of the connection (M)", async (_name, bytes, status) => {
    const gateway = await gatewayFor({ handler: echo });
    const { port } = new URL(gateway.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('Connection: close');
    expect(answer).toContain('x-amzn-RequestId: ');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual({ message: expect.any(String) });
  });
});
