import { request as requestHttp } from 'node:http';
import { expect, test } from 'vitest';
import { startInteractionRun } from '../../../contracts/verification/interaction-run.ts';
import type { ProviderAnswer, ProviderRequest } from '../../../contracts/verification/provider.ts';
import { startVerificationProxy } from '../../../contracts/verification/verification-proxy.ts';

interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** By node:http, which sends the Host that it is told. */
function ask(url: string, { method = 'GET', headers = {}, body = '' }: Ask = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = requestHttp(url, { method, headers, agent: false });
    request.on('error', reject);
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.end(body);
  });
}

async function proxyOf(answer: ProviderAnswer = { status: 200, headers: {}, body: Buffer.alloc(0) }) {
  const sent: ProviderRequest[] = [];
  const changes: string[] = [];
  const proxy = await startVerificationProxy();
  const begin = (ownHeaders: readonly string[] = []) => {
    const run = startInteractionRun({
      send: async (request) => {
        sent.push(request);
        return answer;
      },
      setState: async ({ state }) => {
        changes.push(state);
        return {};
      },
      needs: [],
      timeoutMs: 5_000,
      signal: new AbortController().signal,
    });
    return { run, ...proxy.begin(run, { request: ownHeaders, response: [] }) };
  };
  return { sent, changes, begin, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
}

test('only who was given the address of this interaction gets anything sent, and a stranger spoils nothing', async () => {
  await using proxy = await proxyOf();
  const { run, baseUrl, statesUrl } = proxy.begin();
  const { origin, pathname } = new URL(baseUrl);
  const change = JSON.stringify({ state: 's', action: 'setup' });
  // Of the same length, and wrong in the last character only.
  const near = `${pathname.slice(0, -1)}${pathname.endsWith('A') ? 'B' : 'A'}`;
  for (const path of [
    `${near}/thing`,
    '/',
    '/thing',
    `${pathname.slice(0, -1)}/thing`,
    `${pathname}x/thing`,
    `/${'é'.repeat(pathname.length - 1)}/thing`,
  ])
    expect(await ask(`${origin}${encodeURI(path)}`, { method: 'POST', body: change })).toBe(403);
  const stateNames = new URL(statesUrl).pathname.split('/');
  expect(await ask(`${origin}/${stateNames.at(-1)}`, { method: 'POST', body: change })).toBe(403);
  expect(proxy.sent).toEqual([]);
  expect(proxy.changes).toEqual([]);
  expect(run.problem).toBeNull();

  expect(await ask(statesUrl, { method: 'POST', body: change })).toBe(200);
  expect(proxy.changes).toEqual(['s']);
  expect(await ask(`${baseUrl}/a%2Fb?q=1`)).toBe(200);
  expect(proxy.sent.map(({ path }) => path)).toEqual(['/a%2Fb?q=1']);
  expect(run.problem).toBeNull();
});

test('the address of an interaction that is over is of no use', async () => {
  await using proxy = await proxyOf();
  const before = proxy.begin();
  const { baseUrl } = proxy.begin();
  expect(baseUrl).not.toBe(before.baseUrl);
  expect(await ask(`${before.baseUrl}/thing`)).toBe(403);
  expect(proxy.sent).toEqual([]);
});

test.each([
  ['a foreign Host', { host: 'evil.example' }],
  ['a foreign port in Host', { host: '127.0.0.1:1' }],
  ['an Origin', { origin: 'http://evil.example' }],
  ['an Origin null', { origin: 'null' }],
])('%s is refused before anything is sent', async (_what, headers) => {
  await using proxy = await proxyOf();
  const { run, baseUrl, statesUrl } = proxy.begin();
  expect(await ask(`${baseUrl}/thing`, { headers })).toBe(403);
  expect(await ask(statesUrl, { method: 'POST', headers, body: JSON.stringify({ state: 's', action: 'setup' }) })).toBe(403);
  expect(proxy.sent).toEqual([]);
  expect(proxy.changes).toEqual([]);
  expect(run.problem).toMatchObject({ code: 'VERIFICATION_FAILED' });
});

test("a contract's own Host and Origin belong to its request", async () => {
  await using proxy = await proxyOf();
  const { run, baseUrl, statesUrl } = proxy.begin(['Origin', 'host']);
  const headers = { origin: 'https://app.example', host: 'api.example' };
  expect(await ask(`${baseUrl}/thing`, { headers })).toBe(200);
  expect(proxy.sent[0]?.headers.origin).toBe('https://app.example');
  expect(await ask(statesUrl, { method: 'POST', headers, body: '{}' })).toBe(403);
  expect(run.problem).toMatchObject({ code: 'VERIFICATION_FAILED' });
});

test('a second request of an interaction is not sent', async () => {
  await using proxy = await proxyOf();
  const { run, baseUrl } = proxy.begin();
  expect(await ask(`${baseUrl}/thing`)).toBe(200);
  await expect(ask(`${baseUrl}/thing`)).rejects.toThrow();
  expect(proxy.sent).toHaveLength(1);
  expect(run.problem).toMatchObject({ code: 'VERIFICATION_FAILED', message: expect.stringContaining('more than once') });
});

test("an answer that HTTP cannot carry is the provider's failure, not ours", async () => {
  await using proxy = await proxyOf({ status: 99, headers: {}, body: Buffer.alloc(0) });
  const { run, baseUrl } = proxy.begin();
  await expect(ask(`${baseUrl}/thing`)).rejects.toThrow();
  expect(run.problem).toMatchObject({ code: 'VERIFICATION_FAILED' });
});
