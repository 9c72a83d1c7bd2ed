import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../../emulator/clock.ts';
import { lengthenChain } from '../../../emulator/functions/trace-header.ts';
import { createTracer } from '../../../emulator/trace/tracer.ts';
import { inline, sampleFunction } from '../../unit/functions/sample-function.ts';
import { hostOf, oneFunction } from './host-for-test.ts';

const counter =
  'let n = 0; export const handler = async ({ waitMs = 0 }) => { n += 1; await new Promise((r) => setTimeout(r, waitMs)); return n; };';

test('module state survives from one invocation to the next', async () => {
  const { call } = await oneFunction(counter);
  expect([await call(), await call(), await call()]).toEqual([1, 2, 3]);
});

test('invocations at the same time never share an environment', async () => {
  const { call } = await oneFunction(counter);
  const three = () => Promise.all([call({ waitMs: 100 }), call({ waitMs: 100 }), call({ waitMs: 100 })]);
  expect(await three()).toEqual([1, 1, 1]);
  // Now three are free: each is taken once.
  expect(await three()).toEqual([2, 2, 2]);
});

test('an invocation that comes while the environment is warmed waits for that one', async () => {
  const { host, invoke } = await oneFunction(counter);
  const warming = host.warm();
  const { outcome, initDurationMs } = await invoke();
  await warming;
  expect(outcome).toEqual({ kind: 'returned', payload: '1' });
  expect(initDurationMs).toBeNull();
});

test('of two invocations that come while it is warmed one uses that environment, and the other never shares it', async () => {
  const { host, invoke } = await oneFunction(counter);
  const warming = host.warm();
  const both = await Promise.all([invoke({ waitMs: 50 }), invoke({ waitMs: 50 })]);
  await warming;
  expect(both.map(({ outcome }) => outcome)).toEqual(Array(2).fill({ kind: 'returned', payload: '1' }));
  expect(both.filter(({ initDurationMs }) => initDurationMs === null)).toHaveLength(1);
});

test('what an environment was given is released once, when it ends, and with each environment anew', async () => {
  const given: string[] = [];
  const released: string[] = [];
  const environmentFor = () => {
    const key = `key-${given.length}`;
    given.push(key);
    return { variables: { AWS_ACCESS_KEY_ID: key }, release: () => void released.push(key) };
  };
  const { host, call, invoke } = await oneFunction(
    'export const handler = async ({ crash }) => (crash ? process.exit(1) : process.env.AWS_ACCESS_KEY_ID);',
    {},
    { environmentFor },
  );
  expect(await call()).toBe('key-0');
  // The thread is another one then, the environment is the same.
  await invoke({ crash: true });
  expect(await call()).toBe('key-0');
  expect(released).toEqual([]);
  await host.reload('sample');
  expect(released).toEqual(['key-0']);
  expect(await call()).toBe('key-1');
  await host.close();
  await host.close();
  expect(released).toEqual(['key-0', 'key-1']);
});

test('more than the reserved concurrency is throttled', async () => {
  const { host, call } = await oneFunction(counter, { reservedConcurrency: 1 });
  const first = call({ waitMs: 200 });
  expect(await host.invoke({ functionArn: sampleFunction().arn, payload: '{}' })).toEqual({ kind: 'refused', reason: 'throttled' });
  expect(await first).toBe(1);
});

test('where nothing is reserved, invocations beyond our own limit wait for a free environment', async () => {
  const { call } = await oneFunction(counter);
  const results = await Promise.all(Array.from({ length: 14 }, () => call({ waitMs: 50 })));
  expect(results.filter((n) => n === 1)).toHaveLength(10);
});

test("nothing of this process's environment is visible, and nothing that a handler sets gets out", async () => {
  vi.stubEnv('AIRLOCK_TEST_SECRET', 'of the parent');
  const { call } = await oneFunction('export const handler = async () => { process.env.FROM_HANDLER = "1"; return process.env; };', {
    environment: { PRODUCT: 'p' },
  });
  const seen = (await call()) as Record<string, string>;
  vi.unstubAllEnvs();
  expect(seen).toMatchObject({ PRODUCT: 'p', AWS_REGION: 'us-east-1', FROM_HANDLER: '1', _HANDLER: 'index.handler' });
  expect(seen).not.toHaveProperty('AIRLOCK_TEST_SECRET');
  expect(seen).not.toHaveProperty('HOME');
  expect(process.env).not.toHaveProperty('FROM_HANDLER');
});

test('a handler finds neither arguments, flags nor messages of ours', async () => {
  const { call } = await oneFunction(`import { workerData } from 'node:worker_threads';
    export const handler = async () => ({ data: Object.keys(workerData), args: process.argv.length, flags: process.execArgv });`);
  expect(await call()).toEqual({ data: [], args: 2, flags: [] });
});

test('timers stand still between invocations and go on in the next', async () => {
  const { call } = await oneFunction(
    `let ticks = 0; setInterval(() => { ticks += 1; }, 5);
     export const handler = async ({ waitMs }) => { const before = ticks; await new Promise((r) => setTimeout(r, waitMs)); return { before, after: ticks }; };`,
  );
  const { after } = (await call({ waitMs: 50 })) as { after: number };
  expect(after).toBeGreaterThan(2);
  // Time passes for us: the frozen environment must not notice. This wait is the thing under test.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { before } = (await call({ waitMs: 0 })) as { before: number };
  expect(before - after).toBeLessThanOrEqual(1);
});

test('the context is that of nodejs24', async () => {
  const { call } = await oneFunction(
    `export const handler = async (event, context) => {
       const first = context.getRemainingTimeInMillis();
       await new Promise((r) => setTimeout(r, 20));
       return { keys: Object.keys(context).sort(), ...context, first, second: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID, args: 0 };
     };`,
    { versions: ['1'], aliases: [{ name: 'live', functionVersion: '1' }] },
  );
  const context = (await call()) as Record<string, unknown>;
  expect(context.keys).toEqual(
    'awsRequestId clientContext functionName functionVersion getRemainingTimeInMillis identity invokedFunctionArn logGroupName logStreamName memoryLimitInMB tenantId xRayTraceId'.split(
      ' ',
    ),
  );
  expect(context).toMatchObject({
    functionName: 'sample',
    functionVersion: '$LATEST',
    memoryLimitInMB: '128',
    invokedFunctionArn: sampleFunction().arn,
  });
  expect(context.first).toBeGreaterThan(context.second as number);
  expect(context.second).toBeGreaterThan(2_000);
  expect(context.trace).toBe(context.xRayTraceId);
});

test('an alias runs its version, and the handler sees the ARN as invoked', async () => {
  const definition = sampleFunction({
    code: inline(
      'export const handler = async (event, context) => [context.functionVersion, context.invokedFunctionArn, process.env.AWS_LAMBDA_FUNCTION_VERSION];',
    ),
    versions: ['1', '2'],
    aliases: [{ name: 'c-1', functionVersion: '2' }],
  });
  const host = await hostOf([definition]);
  const arn = `${definition.arn}:c-1`;
  expect(await host.invoke({ functionArn: arn, payload: '' })).toMatchObject({
    executedVersion: '2',
    outcome: { kind: 'returned', payload: JSON.stringify(['2', arn, '2']) },
  });
  expect(await host.invoke({ functionArn: `${definition.arn}:gone`, payload: '' })).toEqual({ kind: 'refused', reason: 'notFound' });
});

test('trace header and client context reach the handler', async () => {
  const definition = sampleFunction({
    code: inline('export const handler = async (e, c) => [process.env._X_AMZN_TRACE_ID, c.clientContext];'),
  });
  const host = await hostOf([definition]);
  const traceHeader = 'Root=1-5e1b4151-5ac6c58f5ac6c58f5ac6c58f;Parent=53995c3f42cd8ad8;Sampled=1';
  const clientContext = Buffer.from('{"custom":{"a":"b"}}').toString('base64');
  const invocation = await host.invoke({ functionArn: definition.arn, payload: '{}', traceHeader, clientContext });
  // The first call of a chain is counted, whoever makes it. [M]
  const counted = lengthenChain(traceHeader, definition.arn).traceHeader;
  expect(counted).toMatch(/;Sampled=1;Lineage=[0-9a-f]{8}:1$/);
  expect(invocation).toMatchObject({ outcome: { payload: JSON.stringify([counted, { custom: { a: 'b' } }]) } });
});

test("what the handler writes is in the log tail, in Lambda's text format", async () => {
  const { invoke } = await oneFunction(
    'console.log("loading"); export const handler = async () => { console.warn("n is %d", 5, { a: 1 }); process.stdout.write("raw"); throw new Error("no"); };',
  );
  const { logTail, requestId } = await invoke();
  const [first, start, warn, raw] = logTail.split('\n');
  expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\t-\tINFO\tloading$/);
  expect(start).toBe(`START RequestId: ${requestId} Version: $LATEST`);
  expect(warn).toMatch(new RegExp(`Z\t${requestId}\tWARN\tn is 5 { a: 1 }$`));
  expect(raw).toMatch(/^raw\d{4}.*\tERROR\tInvoke Error \t\{"errorType":"Error","errorMessage":"no"/);
  expect(logTail).toMatch(/Init Duration: [\d.]+ ms\t\n$/);
});

test('an invocation that did not ask for the log tail has none, and leaves nothing to the next', async () => {
  const { host, invoke } = await oneFunction('export const handler = async ({ say }) => { console.log(say); };');
  const { logTail } = (await host.invoke({ functionArn: sampleFunction().arn, payload: '{"say":"first"}' })) as { logTail: unknown };
  expect(logTail).toBeNull();
  const second = await invoke({ say: 'second' });
  expect(second.logTail).toMatch(/^START.*\n.*second\nEND.*\nREPORT.*Max Memory Used: \d+ MB/);
  expect(second.logTail).not.toContain('first');
});

test('lines of a handler reach our log at debug only, with function and request as fields', async () => {
  const linesAt = async (level: string) => {
    const lines: Record<string, unknown>[] = [];
    const destination = new Writable({
      write(chunk, _encoding, done) {
        lines.push(JSON.parse(String(chunk)));
        done();
      },
    });
    const { invoke } = await oneFunction(
      'export const handler = async () => { console.log("a line"); };',
      {},
      { log: pino({ level, base: null }, destination) },
    );
    const { requestId } = await invoke();
    return { lines, requestId };
  };
  expect((await linesAt('info')).lines).toEqual([]);
  const { lines, requestId } = await linesAt('debug');
  expect(lines).toMatchObject([{ functionName: 'sample', requestId, msg: expect.stringContaining('INFO\ta line') }]);
});

test('closing resolves what is under way as refused, and starts nothing any more', async () => {
  const { host } = await oneFunction(counter);
  const functionArn = sampleFunction().arn;
  const pending = host.invoke({ functionArn, payload: '{"waitMs":60000}' });
  await host.invoke({ functionArn, payload: '{}' });
  await host.close();
  expect(await pending).toEqual({ kind: 'refused', reason: 'closed' });
  expect(await host.invoke({ functionArn, payload: '{}' })).toEqual({ kind: 'refused', reason: 'closed' });
});

test('closing while environments are warmed ends them, and may be done twice', async () => {
  const { host } = await oneFunction(counter);
  const warming = host.warm();
  await Promise.all([host.close(), host.close()]);
  await warming;
  expect(process.getActiveResourcesInfo()).not.toContain('MessagePort');
});

test('each invocation is a span of its trace, with its outcome', async () => {
  const tracer = createTracer(systemClock);
  const { invoke } = await oneFunction('export const handler = async () => { throw new TypeError("x"); };', {}, { tracer });
  const { requestId } = await invoke();
  const [trace] = tracer.list();
  expect(trace?.spans).toMatchObject([
    {
      name: 'function',
      durationMs: expect.any(Number),
      fields: { functionName: 'sample', requestId, outcome: 'threw', errorCode: 'TypeError', executedVersion: '$LATEST', coldStart: true },
    },
  ]);
});
