import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createIdentityClient } from '../../../contracts/client/identity-client.ts';
import { answer, saySilent, startScriptedServer, type Turn } from './scripted-server.ts';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' };
const done = answer(200, { requestId: 'r-1', result: { bucket: 'b', key: 'k', contentType: 'text/csv', bytes: 1, records: 1 } });
const tokenFor = (ms: number) =>
  answer(200, { token: 'first', tokenType: 'Bearer', expiresAt: new Date(Date.now() + ms).toISOString().replace(/\.\d+Z$/, 'Z') });

/** Gives one token, and answers every /init after that with `renewal`. */
const startApi = (renewal: Turn) =>
  startScriptedServer(({ path }, count) => {
    if (path.endsWith('/request')) return done;
    return count === 1 ? tokenFor(900_000) : renewal;
  });

/** Its own process: asks, asks again near the end of the token, and has then nothing left to do. */
const script = `
import { createIdentityClient } from ${JSON.stringify(new URL('../../../contracts/client/identity-client.ts', import.meta.url).href)};
let laterMs = 0;
let asked = 0;
const client = createIdentityClient({
  apiUrl: process.argv[1],
  productCode: 'p',
  credentials: async () => {
    asked += 1;
    if (asked > 1 && process.argv[2] === 'reject') throw new Error('no credentials');
    return ${JSON.stringify(credentials)};
  },
  now: () => Date.now() + laterMs,
  timeoutMs: 1500,
});
await client.request({ records: [] });
laterMs = 880_000;
const startedAtMs = performance.now();
await client.request({ records: [] }, { signal: AbortSignal.timeout(60_000) });
process.on('exit', () => console.log(JSON.stringify({ asked, leftMs: performance.now() - answeredAtMs, waitedMs: answeredAtMs - startedAtMs })));
const answeredAtMs = performance.now();
`;

async function runScript(apiUrl: string, credentialsOutcome: 'give' | 'reject') {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, apiUrl, credentialsOutcome], { timeout: 20_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  expect([code, output]).toEqual([0, expect.stringMatching(/^\{.*\}\n$/)]);
  return JSON.parse(output) as { asked: number; leftMs: number; waitedMs: number };
}

describe('a renewal of the token', () => {
  it('that hangs holds up neither the request nor, beyond its own time, the end of the script', { timeout: 30_000 }, async () => {
    await using server = await startApi(saySilent);
    const { asked, leftMs, waitedMs } = await runScript(server.apiUrl, 'give');
    expect([asked, server.at('/request').length]).toEqual([2, 2]);
    expect(waitedMs).toBeLessThan(1_000);
    expect(leftMs).toBeLessThan(4_000);
  });

  it('whose credentials do not come to be fails neither the request nor the process', { timeout: 30_000 }, async () => {
    await using server = await startApi(saySilent);
    const { asked } = await runScript(server.apiUrl, 'reject');
    expect([asked, server.at('/init').length, server.at('/request').length]).toEqual([2, 1, 2]);
  });

  it('outlives the abort of the request that started it, and is used by the next', async () => {
    const held: (() => void)[] = [];
    await using server = await startApi((response, seen) => {
      held.push(() => answer(200, { token: 'second', tokenType: 'Bearer', expiresAt: '2099-01-01T00:00:00Z' })(response, seen));
    });
    let laterMs = 0;
    const client = createIdentityClient({ apiUrl: server.apiUrl, productCode: 'p', credentials, now: () => Date.now() + laterMs });
    await client.request({ records: [] });
    laterMs = 880_000;
    const controller = new AbortController();
    await client.request({ records: [] }, { signal: controller.signal });
    controller.abort();
    await expect.poll(() => held.length).toBe(1);
    // The first token has ended: this call joins the renewal.
    laterMs = 901_000;
    const joined = client.request({ records: [] });
    held[0]?.();
    await joined;
    expect(server.at('/request').map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer first', 'Bearer second']);
  });

  it('that the partner refuses ends the use of the token', async () => {
    await using server = await startApi(answer(403, { error: { code: 'SUBSCRIPTION_ENDED', message: 'x' } }));
    let laterMs = 0;
    const client = createIdentityClient({ apiUrl: server.apiUrl, productCode: 'p', credentials, now: () => Date.now() + laterMs });
    await client.request({ records: [] });
    laterMs = 880_000;
    const outcome = () =>
      client.request({ records: [] }).then(
        () => 'answered',
        (error: unknown) => (error as { code: unknown }).code,
      );
    expect(await outcome()).toBe('answered');
    await expect.poll(outcome).toBe('SUBSCRIPTION_ENDED');
  });
});
