// What needs Lambda's own behaviour, with the real function host behind the gateway.
import { describe, expect, onTestFinished, test } from 'vitest';
import { startGateway } from '../../../emulator/gateway/start-gateway.ts';
import type { FunctionDefinition } from '../../../emulator/template/deployment.ts';
import { inline, sampleFunction } from '../../unit/functions/sample-function.ts';
import { accountId, authorizer, gatewayOptions, proxyTo, restApi, route } from '../../unit/gateway/api-fixture.ts';
import { hostOf } from '../functions/host-for-test.ts';
import { send } from './http-client.ts';

interface Sources {
  readonly handler: string;
  readonly authorizer?: string;
}

async function start({ handler, authorizer: authorizerSource }: Sources, changes: Partial<FunctionDefinition> = {}, timeoutMs = 29_000) {
  const define = (functionName: string, source: string) => sampleFunction({ functionName, accountId, code: inline(source), ...changes });
  const functions = [define('handler', handler), ...(authorizerSource === undefined ? [] : [define('authorizer', authorizerSource)])];
  const host = await hostOf(functions);
  const authorization = authorizerSource === undefined ? ({ type: 'NONE' } as const) : ({ type: 'CUSTOM', authorizer: 'tokens' } as const);
  const routes = [route('POST', '/request', { authorization, integration: proxyTo('handler', { timeoutMs }) })];
  const gateway = await startGateway({
    ...gatewayOptions({ invoker: host, api: restApi({ routes, authorizers: [authorizer()] }) }),
    port: 0,
  });
  onTestFinished(() => gateway.close());
  return (headers: readonly string[] = []) => send(`${gateway.url}/request`, { method: 'POST', headers });
}

describe('a function that', () => {
  test.each([
    ['returns a string', "export const handler = async () => 'justAString';"],
    ['returns undefined', 'export const handler = async () => undefined;'],
    ['throws', "export const handler = async () => { throw new Error('secret'); };"],
    ['exits', 'export const handler = async () => { process.exit(1); };'],
    ['cannot be loaded', "import './not-there.mjs'; export const handler = async () => ({});"],
    ['returns 7 MB', "export const handler = async () => ({ statusCode: 200, body: 'x'.repeat(7_000_000) });"],
  ])('%s is a 502', async (_name, handler) => {
    const call = await start({ handler });
    const answer = await call();
    expect([answer.status, answer.text]).toEqual([502, '{"message": "Internal server error"}']);
    expect(answer.header('X-Amzn-Trace-Id')).toBeUndefined();
  });

  test('times out by itself is a 502 as soon as it does', async () => {
    const call = await start({ handler: 'export const handler = () => new Promise((r) => setTimeout(r, 60_000));' }, { timeoutSeconds: 1 });
    const startedAt = performance.now();
    expect((await call()).status).toBe(502);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test('is slower than the integration allows is a 504, runs to its end, and is warm for the next call', async () => {
    const handler = `
      let ended = 0;
      export const handler = async () => {
        if (ended === 0) await new Promise((r) => setTimeout(r, 600));
        return { statusCode: 200, body: String(ended++) };
      };`;
    const call = await start({ handler }, { reservedConcurrency: 1 }, 200);
    expect((await call()).status).toBe(504);
    await expect.poll(async () => (await call()).text, { timeout: 10_000 }).toBe('1');
  });

  test('is reserved once gives the second caller a 500 (M)', async () => {
    const handler = 'export const handler = async () => { await new Promise((r) => setTimeout(r, 500)); return {}; };';
    const call = await start({ handler }, { reservedConcurrency: 1 });
    await call();
    const statuses = (await Promise.all([call(), call()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 500]);
  });

  test('counts, counts on', async () => {
    const call = await start({ handler: 'let n = 0; export const handler = async () => ({ body: String(++n) });' });
    expect([(await call()).text, (await call()).text]).toEqual(['1', '2']);
  });
});

describe('an authorizer that', () => {
  const handler = 'export const handler = async (event) => ({ body: JSON.stringify(event.requestContext.authorizer) });';
  const rows: readonly [name: string, source: string, status: number, text: string][] = [
    ['throws Error("Unauthorized")', "throw new Error('Unauthorized')", 401, '{"message":"Unauthorized"}'],
    ['throws "Unauthorized"', "throw 'Unauthorized'", 401, '{"message":"Unauthorized"}'],
    ['throws anything else', "throw new Error('jwt expired')", 500, '{"message":null}'],
    ['times out', 'await new Promise((r) => setTimeout(r, 60_000))', 500, '{"message":null}'],
    ['exits', 'process.exit(0)', 500, '{"message":null}'],
    ['returns a BigInt', 'return { principalId: 1n }', 500, '{"message":null}'],
  ];
  test.each(rows)('%s', async (_name, body, status, text) => {
    const call = await start({ handler, authorizer: `export const handler = async (event) => { ${body}; };` }, { timeoutSeconds: 1 });
    const answer = await call(['Authorization', 'x']);
    expect([answer.status, answer.text]).toEqual([status, text]);
  });

  test('allows gives its context to the function', async () => {
    const source = `export const handler = async ({ methodArn }) => ({
      principalId: 7, context: { n: 1 },
      policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: methodArn }] },
    });`;
    const call = await start({ handler, authorizer: source });
    expect((await call(['Authorization', 'x'])).json()).toEqual({ n: '1', principalId: '7', integrationLatency: expect.any(Number) });
    expect((await call(['Authorization', 'x'])).json()).toMatchObject({ integrationLatency: 0 });
  });
});
