import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createIdentityClient, type IdentityClientOptions, IdentityNetworkError } from '../../../contracts/client/identity-client.ts';
import { answer, hangUp, saySilent, startScriptedServer, type Turn } from './scripted-server.ts';

const secret = 'canary.sample7391@example.com';
const token = 'tokencanary.aaaa.bbbb';
const credentials = { accessKeyId: 'AKIACANARY', secretAccessKey: 'secretcanary', sessionToken: 'sessioncanary' };
const records = [{ email: secret }];
const result = { bucket: 'results', key: 'results/1', contentType: 'application/json', bytes: 10, records: 1 };
const done = answer(200, { requestId: 'r-1', result });
const issued = answer(200, { token, tokenType: 'Bearer', expiresAt: new Date(Date.now() + 900_000).toISOString() });

/** A client of a server that gives tokens, and answers the n-th /request with the n-th turn, and after the last with that. */
async function clientOf(turns: readonly Turn[], options: Partial<IdentityClientOptions> = {}) {
  const waitsMs: number[] = [];
  const server = await startScriptedServer(({ path }, count) =>
    path.endsWith('/init') ? issued : (turns[Math.min(count, turns.length) - 1] ?? hangUp),
  );
  const client = createIdentityClient({
    apiUrl: server.apiUrl,
    productCode: 'airlock-identity',
    credentials,
    random: () => 0,
    wait: async (ms) => {
      waitsMs.push(ms);
    },
    ...options,
  });
  return { client, server, waitsMs, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** What was written into each endless body before the client gave up. */
const endlessBytes: number[] = [];

const endless: Turn = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  let bytes = 0;
  const more = () => {
    do bytes += 65_536;
    while (!response.destroyed && response.write(' '.repeat(65_536)));
  };
  response.once('close', () => endlessBytes.push(bytes));
  response.on('drain', more);
  more();
};

const cutOff: Turn = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"requestId"', () => response.destroy());
};

const outside: readonly (readonly [name: string, turn: Turn, code: string])[] = [
  ['HTML', answer(200, `<html>${secret}</html>`), 'INVALID_ANSWER'],
  ['nothing', answer(200, ''), 'INVALID_ANSWER'],
  ['JSON of another form', answer(200, { result: { bucket: secret } }), 'INVALID_ANSWER'],
  ['not modified, which is no redirection', answer(304, ''), 'INVALID_ANSWER'],
  ['another success', answer(202, { requestId: 'r-1', result }), 'INVALID_ANSWER'],
  ['an endless body', endless, 'ANSWER_TOO_LARGE'],
  ['4xx in HTML', answer(404, `<html>${secret} ${token}</html>`), 'NOT_FOUND'],
  ['403 that repeats the call', answer(403, { Message: `${secret} ${token} sessioncanary` }), 'FORBIDDEN'],
  [
    'an error of ours that repeats the call',
    answer(400, { error: { code: 'INVALID_JSON', message: `${secret} ${token}` } }),
    'INVALID_JSON',
  ],
];

describe('an API that answers', () => {
  it.each(outside)('%s ends the call, once, and shows nothing of it', async (_name, turn, code) => {
    await using run = await clientOf([turn]);
    const error = await run.client.request({ records }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'IdentityApiError', code, retryable: false });
    expect(inspect(error, { depth: null, showHidden: true })).not.toMatch(/canary/i);
    expect(run.server.at('/request').length).toBe(1);
  });

  it('an endless body is read no further than its limit', async () => {
    await using run = await clientOf([endless]);
    endlessBytes.length = 0;
    await expect(run.client.request({ records })).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' });
    await expect.poll(() => endlessBytes.length).toBe(1);
    // The limit of 1 MB, and what the operating system holds in between.
    expect(endlessBytes[0]).toBeLessThan(16_000_000);
  });

  it.each([
    ['500', answer(500, { message: null }), 100],
    ['502', answer(502, { message: 'Internal server error' }), 100],
    ['503 with Retry-After', answer(503, { message: 'Service Unavailable' }, { 'retry-after': '2' }), 2_100],
    ['503 that asks for an hour', answer(503, {}, { 'retry-after': '3600' }), 20_100],
    ['504', answer(504, { message: 'Endpoint request timed out' }), 100],
    ['429', answer(429, { message: 'Too Many Requests' }), 100],
    ['409 REQUEST_IN_PROGRESS', answer(409, { error: { code: 'REQUEST_IN_PROGRESS', message: 'x' } }, { 'retry-after': '1' }), 1_100],
    ['nothing and hangs up', hangUp, 100],
    ['half of an answer', cutOff, 100],
  ] as const)('%s is asked again, with the same key and body', async (_name, turn, pauseMs) => {
    await using run = await clientOf([turn, done]);
    expect(await run.client.request({ records }, { idempotencyKey: 'order-7' })).toEqual({ requestId: 'r-1', result });
    expect(run.waitsMs).toEqual([pauseMs]);
    const [first, second] = run.server.at('/request');
    expect([first?.headers['idempotency-key'], second?.headers['idempotency-key']]).toEqual(['order-7', 'order-7']);
    expect(second?.body).toBe(first?.body);
    expect(run.server.at('/init').length).toBe(1);
  });

  it.each([
    ['409 for another body', answer(409, { error: { code: 'IDEMPOTENCY_KEY_REUSED', message: 'x' } })],
    ['409 of unknown kind', answer(409, { message: 'Conflict' })],
    ['429 for a quota', answer(429, { message: 'Limit Exceeded' }, { 'x-amzn-errortype': 'LimitExceededException' })],
    ['500 for an API without an authorizer', answer(500, { error: { code: 'AUTHORIZER_MISSING', message: 'x' } })],
    ['422', answer(422, { error: { code: 'MODEL_REJECTED_REQUEST', message: 'x' } })],
    ['501', answer(501, {})],
    ['520', answer(520, {})],
  ])('%s is not asked again', async (_name, turn) => {
    await using run = await clientOf([turn, done]);
    await expect(run.client.request({ records })).rejects.toMatchObject({ name: 'IdentityApiError' });
    expect(run.server.at('/request').length).toBe(1);
  });

  it('failures for ever gets as many attempts as were allowed', async () => {
    await using run = await clientOf([answer(503, {})], { attemptsMax: 4 });
    await expect(run.client.request({ records })).rejects.toMatchObject({ code: 'GATEWAY_ERROR', status: 503, retryable: true });
    expect(run.server.at('/request').length).toBe(4);
    expect(run.waitsMs).toEqual([100, 200, 400]);
  });

  it('too late is given up, asked again, and is then a failure with the cause', async () => {
    await using run = await clientOf([saySilent], { timeoutMs: 150, attemptsMax: 2 });
    const error = await run.client.request({ records }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(IdentityNetworkError);
    expect(error).toMatchObject({ code: 'TIMED_OUT', retryable: true, message: 'POST /request: no complete answer came in time.' });
    expect(run.server.at('/request').length).toBe(2);
    expect(inspect(error, { depth: null, showHidden: true })).not.toMatch(/canary/i);
  });

  it('nothing because the credentials do not come says so, and sends nothing', async () => {
    await using run = await clientOf([done], { timeoutMs: 100, attemptsMax: 2, credentials: () => new Promise<never>(() => {}) });
    await expect(run.client.request({ records })).rejects.toMatchObject({
      name: 'IdentityNetworkError',
      code: 'CREDENTIALS_TIMED_OUT',
      message: 'POST /init: the credentials did not come in time, and nothing was sent.',
    });
    expect(run.server.seen).toEqual([]);
  });

  it('401 to a new token is believed, and the token is not used again', async () => {
    await using run = await clientOf([answer(401, { message: 'Unauthorized' }), done]);
    await expect(run.client.request({ records })).rejects.toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    expect([run.server.at('/init').length, run.server.at('/request').length]).toEqual([1, 1]);
    await run.client.request({ records });
    expect([run.server.at('/init').length, run.server.at('/request').length]).toEqual([2, 2]);
  });

  it('401 to a kept token, and to the next, gets no third', async () => {
    const refused = answer(401, { error: { code: 'TOKEN_EXPIRED', message: 'x' } });
    await using run = await clientOf([done, refused]);
    await run.client.request({ records });
    await expect(run.client.request({ records })).rejects.toMatchObject({ status: 401, code: 'TOKEN_EXPIRED' });
    expect([run.server.at('/init').length, run.server.at('/request').length]).toEqual([2, 3]);
  });

  it('a redirection to another host gets nothing sent there', async () => {
    await using elsewhere = await startScriptedServer(() => done);
    for (const status of [301, 302, 307, 308]) {
      await using run = await clientOf([answer(status, '', { location: `${elsewhere.apiUrl}/request` })]);
      await expect(run.client.request({ records })).rejects.toMatchObject({ status, code: 'UNEXPECTED_REDIRECT', retryable: false });
    }
    expect(elsewhere.seen).toEqual([]);
  });

  it('nonsense to /init ends the request before any record is sent', async () => {
    for (const body of [{ token: 'a\r\nb' }, { token, tokenType: 'Bearer' }, '<html>']) {
      await using server = await startScriptedServer(() => answer(200, body));
      const client = createIdentityClient({ apiUrl: server.apiUrl, productCode: 'p', credentials });
      await expect(client.request({ records })).rejects.toMatchObject({ code: 'INVALID_ANSWER', status: 200 });
      expect(server.seen.map(({ path }) => path)).toEqual(['/v1/init']);
    }
  });

  it('a failing /init is asked as often as allowed, not that often for every attempt at /request', async () => {
    await using server = await startScriptedServer(() => answer(502, { error: { code: 'PARTNER_UNAVAILABLE', message: 'x' } }));
    const client = createIdentityClient({ apiUrl: server.apiUrl, productCode: 'p', credentials, wait: async () => {} });
    await expect(client.request({ records })).rejects.toMatchObject({ code: 'PARTNER_UNAVAILABLE', retryable: true });
    expect(server.at('/init').length).toBe(3);
  });
});

describe('what the client sends', () => {
  it('is signed with the session, and names the types exactly', async () => {
    await using run = await clientOf([done]);
    await run.client.request({ contentType: 'text/csv', body: 'id\n1\n' });
    const [init] = run.server.at('/init');
    expect(init?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-amz-security-token': 'sessioncanary',
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIACANARY\/\d{8}\/us-east-1\/execute-api\/aws4_request, /),
    });
    expect(init?.body).toBe('{"productCode":"airlock-identity"}');
    const [request] = run.server.at('/request');
    expect(request?.headers).toMatchObject({ 'content-type': 'text/csv', authorization: `Bearer ${token}` });
    expect(request?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(request?.body).toBe('id\n1\n');
  });
});
