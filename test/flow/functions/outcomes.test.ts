import { describe, expect, test } from 'vitest';
import { oneFunction } from './host-for-test.ts';

const exitError = (text: string) => ({
  errorType: 'Runtime.ExitError',
  errorMessage: expect.stringMatching(new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${text}$`)),
});

// S recorded or the runtime's own code, M memory or inference.
const rows: readonly [mark: string, source: string, kind: string, expected: unknown][] = [
  ['S returns an object', 'export const handler = async () => ({ a: 1 });', 'returned', '{"a":1}'],
  ['S returns without a promise', 'export const handler = () => "text";', 'returned', '"text"'],
  ['S returns undefined', 'export const handler = async () => {};', 'returned', 'null'],
  [
    'S throws an Error',
    'export const handler = async () => { throw new RangeError("too far"); };',
    'threw',
    { errorType: 'RangeError', errorMessage: 'too far' },
  ],
  [
    'S throws synchronously',
    'export const handler = () => { throw new Error("now"); };',
    'threw',
    { errorType: 'Error', errorMessage: 'now' },
  ],
  [
    'S throws a string',
    'export const handler = async () => { throw "Unauthorized"; };',
    'threw',
    { errorType: 'string', errorMessage: 'Unauthorized', trace: [] },
  ],
  [
    'S BigInt in the result',
    'export const handler = async () => ({ n: 1n });',
    'unserialisable',
    { errorType: 'Runtime.JSONStringifyError', errorMessage: 'Unable to stringify response body' },
  ],
  [
    'S cycle in the result',
    'export const handler = async () => { const a = {}; a.a = a; return a; };',
    'unserialisable',
    { errorType: 'Runtime.JSONStringifyError' },
  ],
  [
    'S result of 7 MB',
    'export const handler = async () => "x".repeat(7 * 1024 * 1024);',
    'unserialisable',
    {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    },
  ],
  [
    'S process.exit()',
    'export const handler = async () => process.exit();',
    'crashed',
    exitError('Runtime exited without providing a reason'),
  ],
  [
    'M a signal to itself, which must not reach Airlock',
    'export const handler = async () => { process.kill(process.pid, "SIGTERM"); await new Promise(() => {}); };',
    'crashed',
    exitError('Runtime exited with error: exit status 1'),
  ],
  [
    'S process.exit(3)',
    'export const handler = async () => process.exit(3);',
    'crashed',
    exitError('Runtime exited with error: exit status 3'),
  ],
  [
    'M unhandled rejection in the background',
    'export const handler = async () => { Promise.reject(new Error("lost")); return 1; };',
    'crashed',
    exitError('Runtime exited with error: exit status 1'),
  ],
  [
    'M throws in a timer',
    'export const handler = () => new Promise(() => setTimeout(() => { throw new Error("late"); }));',
    'crashed',
    exitError('Runtime exited with error: exit status 1'),
  ],
  [
    'S the module throws',
    'throw new Error("at load"); export const handler = 1;',
    'crashed',
    { errorType: 'Error', errorMessage: 'at load' },
  ],
  [
    'S process.exit while loading',
    'process.exit(4); export const handler = 1;',
    'crashed',
    exitError('Runtime exited with error: exit status 4'),
  ],
  ['S a module that does not parse', 'export const handler = async () => {', 'crashed', { errorType: 'Runtime.UserCodeSyntaxError' }],
  [
    'S require() of a missing module',
    'exports.handler = require("nowhere-at-all");',
    'crashed',
    { errorType: 'Runtime.ImportModuleError', errorMessage: expect.stringContaining("Error: Cannot find module 'nowhere-at-all'") },
  ],
  [
    'S no such export',
    'export const other = 1;',
    'crashed',
    { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
  ],
  [
    'S the export is no function',
    'export const handler = 1;',
    'crashed',
    { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is not a function' },
  ],
  [
    'S three parameters on nodejs24',
    'export const handler = (event, context, callback) => callback(null, 1);',
    'crashed',
    { errorType: 'Runtime.CallbackHandlerDeprecated' },
  ],
  [
    'S streaming says that it is not emulated',
    'export const handler = awslambda.streamifyResponse(async () => {});',
    'crashed',
    { errorType: 'Error', errorMessage: expect.stringContaining('does not emulate response streaming') },
  ],
  [
    'M out of memory',
    'export const handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); };',
    'outOfMemory',
    { errorType: 'Runtime.OutOfMemory', errorMessage: expect.stringContaining('signal: killed') },
  ],
];

test.each(rows)('%s', async (_, source, kind, expected) => {
  const { invoke } = await oneFunction(source, { timeoutSeconds: 20 });
  const { outcome } = await invoke();
  expect(outcome.kind).toBe(kind);
  if (outcome.kind === 'returned') expect(outcome.payload).toBe(expected);
  else expect(outcome.error).toMatchObject(expected as object);
});

describe('the function timeout', () => {
  test('kills a busy loop, and the log says so', async () => {
    const { invoke } = await oneFunction('export const handler = async () => { console.log("before"); for (;;); };', { timeoutSeconds: 1 });
    const { outcome, durationMs, requestId, logTail } = await invoke();
    expect(outcome).toEqual({
      kind: 'timedOut',
      error: { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds` },
    });
    expect(durationMs).toBeGreaterThan(950);
    expect(durationMs).toBeLessThan(1_900);
    expect(logTail).toMatch(/INFO\tbefore\n.*Task timed out after 1\.00 seconds\nEND/);
  });

  test('ends a promise that never settles, though nothing else keeps the loop alive (M)', async () => {
    const { invoke } = await oneFunction('export const handler = () => new Promise(() => {});', { timeoutSeconds: 1 });
    expect((await invoke()).outcome.kind).toBe('timedOut');
  });

  test('resets the module and keeps /tmp', async () => {
    const { call, invoke } = await oneFunction(
      `import { existsSync, writeFileSync } from 'node:fs';
       import { tmpdir } from 'node:os';
       let number = 0;
       export const handler = async ({ hang }) => {
         number += 1;
         const file = tmpdir() + '/kept';
         if (hang) { writeFileSync(file, ''); for (;;); }
         return { number, kept: existsSync(file) };
       };`,
      { timeoutSeconds: 1 },
    );
    expect(await call()).toEqual({ number: 1, kept: false });
    expect((await invoke({ hang: true })).outcome.kind).toBe('timedOut');
    expect(await call()).toEqual({ number: 1, kept: true });
  });
});

describe('a failed init phase', () => {
  test('is kept by warm(), told to the first invocation, and tried again by the next', async () => {
    const { host, invoke } = await oneFunction(
      `import { existsSync, writeFileSync } from 'node:fs';
       import { tmpdir } from 'node:os';
       const file = tmpdir() + '/started';
       if (!existsSync(file)) { writeFileSync(file, ''); throw new Error('first time'); }
       export const handler = async () => 'second time';`,
    );
    await host.warm();
    expect((await invoke()).outcome).toMatchObject({ kind: 'crashed', error: { errorMessage: 'first time' } });
    expect((await invoke()).outcome).toEqual({ kind: 'returned', payload: '"second time"' });
  });
});

test('after a crash the next invocation has a new environment', async () => {
  const { call, invoke } = await oneFunction(
    'let n = 0; export const handler = async ({ crash }) => { if (crash) process.exit(1); return ++n; };',
  );
  expect(await call()).toBe(1);
  expect(await call()).toBe(2);
  expect((await invoke({ crash: true })).outcome.kind).toBe('crashed');
  expect(await call()).toBe(1);
});

// [S]
describe('nodejs22.x', () => {
  test.each([
    [
      'callback(null, result)',
      'exports.handler = (event, context, callback) => setTimeout(() => callback(null, "late"), 5);',
      'returned',
      '"late"',
    ],
    [
      'callback(error)',
      'exports.handler = (event, context, callback) => callback(new TypeError("told"));',
      'threw',
      { errorType: 'TypeError', errorMessage: 'told' },
    ],
    ['context.succeed', 'exports.handler = (event, context) => context.succeed(7);', 'returned', '7'],
    ['a handler that never calls back', 'exports.handler = (event, context, callback) => {};', 'returned', 'null'],
    [
      'an async handler that never settles',
      'exports.handler = async () => new Promise(() => {});',
      'threw',
      { errorType: 'Runtime.NodeJsExit' },
    ],
    [
      'an unhandled rejection',
      'exports.handler = async () => { Promise.reject(new Error("lost")); return 1; };',
      'crashed',
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
    ],
    [
      'an uncaught exception',
      'exports.handler = () => new Promise(() => setTimeout(() => { throw new TypeError("late"); }));',
      'crashed',
      { errorType: 'TypeError', errorMessage: 'late' },
    ],
  ])('%s', async (_, source, kind, expected) => {
    const { invoke } = await oneFunction(source, { runtime: 'nodejs22.x' });
    const { outcome } = await invoke();
    expect(outcome.kind).toBe(kind);
    if (outcome.kind === 'returned') expect(outcome.payload).toBe(expected);
    else expect(outcome.error).toMatchObject(expected as object);
  });
});
