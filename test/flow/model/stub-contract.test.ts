// The built-in model as SageMaker would call it: real HTTP, and for its stop the real process.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadArtifact } from '../../../model-stub/artifact.ts';
import { createIdentityModel, type IdentityModel } from '../../../model-stub/identity-model.ts';
import { createModelServer, type ServerEvent } from '../../../model-stub/server.ts';
import { readSettings } from '../../../model-stub/settings.ts';
import { until } from './model-fixture.ts';

const stub = (path: string) => fileURLToPath(new URL(`../../../model-stub/${path}`, import.meta.url));

async function serve(environment: Record<string, string> = {}) {
  let model: IdentityModel | null = null;
  const events: ServerEvent[] = [];
  const server = createModelServer({
    model: () => model,
    faults: readSettings(environment).faults,
    onEvent: (event) => events.push(event),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    events,
    load: async () => {
      model = createIdentityModel(await loadArtifact(stub('model')));
    },
    post: (body: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
      fetch(`${url}/invocations`, { method: 'POST', headers, body }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let running: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  running = await serve();
  await running.load();
});
afterAll(() => running[Symbol.asyncDispose]());

const secret = 'someone.secret';
const one = `{"records":[{"id":"c-1","email":"${secret}@example.com"}]}`;

describe('GET /ping', () => {
  it('is 503 until the model is loaded, then 200 with an empty body', async () => {
    await using loading = await serve();
    expect((await fetch(`${loading.url}/ping`)).status).toBe(503);
    expect((await loading.post(one)).status).toBe(503);
    await loading.load();
    const pong = await fetch(`${loading.url}/ping`);
    expect([pong.status, await pong.text()]).toEqual([200, '']);
  });
});

describe('GET /execution-parameters', () => {
  it('gives what batch transform asks for', async () => {
    const parameters = await (await fetch(`${running.url}/execution-parameters`)).json();
    expect(parameters).toEqual({ MaxConcurrentTransforms: 4, BatchStrategy: 'MULTI_RECORD', MaxPayloadInMB: 6 });
  });
});

describe('POST /invocations', () => {
  it.each([
    ['application/json', 'people.json', undefined, 'application/json'],
    ['application/jsonlines', 'people.jsonl', undefined, 'application/jsonlines'],
    ['application/x-ndjson', 'people.jsonl', '*/*', 'application/x-ndjson'],
    ['text/csv', 'people.csv', undefined, 'text/csv'],
    ['text/csv; charset=utf-8', 'people.csv', 'application/json', 'application/json'],
    ['application/json', 'people.json', 'text/csv', 'text/csv'],
  ])('answers the samples in %s (%s, Accept %s) as %s, one result a record', async (contentType, file, accept, answered) => {
    const response = await running.post(readFileSync(stub(`samples/${file}`)), { 'content-type': contentType, ...(accept && { accept }) });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(answered);
    expect(response.headers.get('x-amzn-inference-metering')).toBe('{"Dimension":"inference.count","ConsumedUnits":1000}');
    const text = await response.text();
    if (answered === 'application/json') expect(JSON.parse(text).results).toHaveLength(1_000);
    else expect(text.trimEnd().split(/\r?\n/)).toHaveLength(answered === 'text/csv' ? 1_001 : 1_000);
  });

  it('answers the same bytes for the same bytes', async () => {
    const [first, second] = [await (await running.post(one)).text(), await (await running.post(one)).text()];
    expect(second).toBe(first);
  });

  it('takes CSV columns in any order and ignores others', async () => {
    const body = 'Note,COUNTRY,phone,id\r\nhello,US,(212) 555-0100,7\r\n';
    const text = await (await running.post(body, { 'content-type': 'text/csv' })).text();
    expect(text).toMatch(/^id,personId,confidence,matchedOn,reason\r\n7,prs_[\w-]{32},0\.[59],(phone)?,(NOT_IN_GRAPH)?\r\n$/);
  });

  const json = { 'content-type': 'application/json' };
  const lines = { 'content-type': 'application/jsonlines' };
  const csv = { 'content-type': 'text/csv' };
  it.each([
    ['no content type', secret, {}, 415, 'UNSUPPORTED_CONTENT_TYPE'],
    ['another content type', secret, { 'content-type': 'application/x-unknown' }, 415, 'UNSUPPORTED_CONTENT_TYPE'],
    ['another charset', one, { 'content-type': 'application/json; charset=utf-16' }, 415, 'UNSUPPORTED_CHARSET'],
    ['an Accept that cannot be met', one, { ...json, accept: 'image/png' }, 406, 'NOT_ACCEPTABLE'],
    ['an empty body', '', json, 400, 'MALFORMED_BODY'],
    ['broken JSON', `{"records":[${secret}`, json, 400, 'MALFORMED_BODY'],
    ['JSON without records', `{"rows":["${secret}"]}`, json, 400, 'MALFORMED_BODY'],
    ['a JSON array', `[{"email":"${secret}"}]`, json, 400, 'MALFORMED_BODY'],
    ['a record that is no object', `{"records":["${secret}"]}`, json, 400, 'MALFORMED_BODY'],
    ['a record that is an array', `{"records":[["${secret}"]]}`, json, 400, 'MALFORMED_BODY'],
    ['a record that is null', '{"records":[null]}', json, 400, 'MALFORMED_BODY'],
    ['no records', '{"records":[]}', json, 400, 'NO_RECORDS'],
    ['no lines', '', lines, 400, 'NO_RECORDS'],
    ['a broken line', `{}\n{"email":${secret}}\n`, lines, 400, 'MALFORMED_BODY'],
    ['a blank line', '{}\n\n{}\n', lines, 400, 'MALFORMED_BODY'],
    ['CSV without a header', `${secret}@example.com\n`, csv, 400, 'MALFORMED_BODY'],
    ['CSV with a column twice', 'email,email\na,b\n', csv, 400, 'MALFORMED_BODY'],
    ['ragged CSV', `id,email\n1,${secret},x\n`, csv, 400, 'MALFORMED_BODY'],
    ['an open quote in CSV', `id,email\n1,"${secret}\n`, csv, 400, 'MALFORMED_BODY'],
    ['CSV with a header only', 'id,email\n', csv, 400, 'NO_RECORDS'],
    ['empty CSV', '', csv, 400, 'MALFORMED_BODY'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe]), json, 400, 'MALFORMED_BODY'],
  ])('refuses %s without repeating it', async (_, body, headers, status, code) => {
    const response = await running.post(typeof body === 'string' ? Buffer.from(body) : body, headers as Record<string, string>);
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-amzn-inference-metering')).toBeNull();
    expect(JSON.parse(text)).toEqual({ error: { code, message: expect.any(String) } });
    expect(text).not.toContain(secret);
    expect((await fetch(`${running.url}/ping`)).status).toBe(200);
  });

  it('refuses a body above 25 MB, announced or not', async () => {
    const big = Buffer.alloc(25 * 1024 * 1024 + 1, ' ');
    const announced = await running.post(big);
    expect([announced.status, ((await announced.json()) as { error: { code: string } }).error.code]).toEqual([413, 'BODY_TOO_LARGE']);
    const stream = new ReadableStream({
      start(controller) {
        for (let offset = 0; offset < big.length; offset += 1024 * 1024) controller.enqueue(big.subarray(offset, offset + 1024 * 1024));
        controller.close();
      },
    });
    const streamed = await fetch(`${running.url}/invocations`, {
      method: 'POST',
      headers: json,
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(streamed.status).toBe(413);
  });

  it('takes a body of exactly 25 MB', async () => {
    const padding = 25 * 1024 * 1024 - one.length;
    expect((await running.post(Buffer.concat([Buffer.from(one), Buffer.alloc(padding, ' ')]))).status).toBe(200);
  });

  it('refuses more than 150,000 records', async () => {
    const body = `email\n${'\n'.repeat(150_001)}`;
    expect((await running.post(body, csv)).status).toBe(413);
    expect((await running.post('{}\n'.repeat(150_001), lines)).status).toBe(413);
  });

  it('answers /ping while it works on many records', async () => {
    const work = running.post(`email\n${'a@example.com\n'.repeat(20_000)}`, csv);
    let pingMsMax = 0;
    let working = true;
    const done = work
      .then((response) => response.arrayBuffer())
      .finally(() => {
        working = false;
      });
    while (working) {
      const startedAt = performance.now();
      await fetch(`${running.url}/ping`);
      pingMsMax = Math.max(pingMsMax, performance.now() - startedAt);
    }
    await done;
    expect(pingMsMax).toBeLessThan(2_000);
  });

  it('logs numbers and never a record', async () => {
    await using other = await serve();
    await other.load();
    await other.post(one);
    await other.post(`{"records":[${secret}`);
    expect(other.events).toMatchObject([
      { event: 'invocation', status: 200, records: 1, requestBytes: one.length },
      { event: 'invocation', status: 400, code: 'MALFORMED_BODY' },
    ]);
    expect(JSON.stringify(other.events)).not.toContain(secret);
  });
});

describe('other requests', () => {
  it.each([
    ['GET', '/', 404, null],
    ['GET', '/models', 404, null],
    ['GET', '/invocations', 405, 'POST'],
    ['POST', '/ping', 405, 'GET'],
    ['DELETE', '/execution-parameters', 405, 'GET'],
  ])('%s %s is %i', async (method, path, status, allow) => {
    const response = await fetch(`${running.url}${path}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
  });
});

describe('a fault from the environment', () => {
  it('answers with the status and the body that were asked for', async () => {
    await using faulty = await serve({ MODEL_STUB_FAULT_STATUS: '507', MODEL_STUB_FAULT_BODY: 'disk full' });
    await faulty.load();
    const response = await faulty.post(one);
    expect([response.status, await response.text()]).toEqual([507, 'disk full']);
  });

  it('waits as long as it was asked to', async () => {
    await using faulty = await serve({ MODEL_STUB_FAULT_LATENCY_MS: '150' });
    await faulty.load();
    const startedAt = performance.now();
    expect((await faulty.post(one)).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(149);
  });

  it('makes /ping 503', async () => {
    await using faulty = await serve({ MODEL_STUB_FAULT: 'ping-503' });
    await faulty.load();
    expect((await fetch(`${faulty.url}/ping`)).status).toBe(503);
  });
});

describe('the program', () => {
  function start(environment: Record<string, string>, args = ['serve']) {
    const child = spawn(process.execPath, [stub('serve.ts'), ...args], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const events = () => output.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    return { child, exited, events, has: (event: string) => events().some((line) => line.event === event) };
  }

  it('listens on the port of SAGEMAKER_BIND_TO_PORT on all interfaces, and on SIGTERM finishes what runs and ends with 0', async () => {
    const { child, exited, events, has } = start({ SAGEMAKER_BIND_TO_PORT: '0', MODEL_STUB_FAULT_LATENCY_MS: '300' });
    await until(() => has('loaded'));
    const { address, port } = events()[0].address;
    expect(address).toBe('0.0.0.0');
    const answer = new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(
        { port, path: '/invocations', method: 'POST', headers: { 'content-type': 'application/json' } },
        (response) => {
          response.resume().on('end', () => resolve(response.statusCode));
        },
      );
      request.on('error', reject).end(one, () => setTimeout(() => child.kill('SIGTERM'), 100));
    });
    const startedAt = performance.now();
    expect(await answer).toBe(200);
    expect(await exited).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(events().map(({ event }) => event)).toEqual(['listening', 'loaded', 'stopping', 'invocation', 'stopped']);
  });

  it.skipIf(process.platform === 'win32')(
    'listens on a Unix socket that only its owner can open, also over the one of a killed predecessor',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'stub-'));
      try {
        const path = join(directory, 'model.sock');
        const first = start({ MODEL_STUB_LISTEN: `unix:${path}` });
        await until(() => first.has('loaded'));
        first.child.kill('SIGKILL');
        await first.exited;
        const second = start({ MODEL_STUB_LISTEN: `unix:${path}`, MODEL_STUB_EXIT_WITH_STDIN: '1' });
        await until(() => second.has('loaded'));
        expect(statSync(path).mode & 0o777).toBe(0o600);
        second.child.stdin.end();
        expect(await second.exited).toBe(0);
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );

  it.each([
    [{}, [], 'usage'],
    [{ MODEL_STUB_FAULT: 'explode' }, ['serve'], 'MODEL_STUB_FAULT'],
    [{ MODEL_DIR: '/nowhere', SAGEMAKER_BIND_TO_PORT: '0' }, ['serve'], 'ENOENT'],
  ])('ends with 1 and says why for %j %j', async (environment, args, message) => {
    const { exited, events } = start(environment, args);
    expect(await exited).toBe(1);
    expect(events().at(-1)).toMatchObject({ event: 'failed', message: expect.stringContaining(message) });
  });
});
