import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { ExecutionEnvironment } from '../../../emulator/functions/execution-environment.ts';
import { createFunctionPool } from '../../../emulator/functions/function-pool.ts';

const request = { requestId: 'r', payload: '{}', invokedFunctionArn: 'arn', traceHeader: 'Root=1', wantsLogTail: false };

/** A pool of one place whose environments cannot remove their files. */
function stubbornPool() {
  const lines: { level: number; msg: string }[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const create = (version: string): ExecutionEnvironment => ({
    version,
    warm: async () => {},
    invoke: async ({ requestId }) => ({
      requestId,
      outcome: { kind: 'returned', payload: 'null' },
      executedVersion: version,
      durationMs: 1,
      initDurationMs: null,
      logTail: null,
    }),
    close: () => Promise.reject(new Error('EBUSY')),
  });
  return { lines, pool: createFunctionPool({ concurrencyMax: 1, waits: true, chainEnvironmentsMax: 0, create, log }) };
}

test('an environment that makes room for another version and cannot be removed is a warning, and the invocation goes on', async () => {
  const { pool, lines } = stubbornPool();
  await pool.invoke('1', request);
  expect(await pool.invoke('2', request)).toMatchObject({ executedVersion: '2' });
  expect(lines).toMatchObject([{ level: 40, msg: "an environment's files could not be removed" }]);
});

test('closing a pool whose environments cannot be removed is a warning too', async () => {
  const { pool, lines } = stubbornPool();
  await pool.warm('1');
  await pool.close();
  expect(lines).toHaveLength(1);
});

test('an invocation of a chain that holds the only place gets one more, up to a limit, and never waits', async () => {
  const closed: number[] = [];
  const ends: (() => void)[] = [];
  let made = 0;
  const create = (version: string): ExecutionEnvironment => {
    const number = ++made;
    return {
      version,
      warm: async () => {},
      async invoke({ requestId }) {
        await new Promise<void>((resolve) => ends.push(resolve));
        const outcome = { kind: 'returned', payload: String(number) } as const;
        return { requestId, outcome, executedVersion: version, durationMs: 1, initDurationMs: null, logTail: null };
      },
      close: async () => void closed.push(number),
    };
  };
  const pool = createFunctionPool({ concurrencyMax: 1, waits: true, chainEnvironmentsMax: 1, create, log: pino({ level: 'silent' }) });
  const first = pool.invoke('1', request);
  const ofChain = pool.invoke('1', request, { isOfChain: true });
  expect(await pool.invoke('1', request, { isOfChain: true })).toEqual({ kind: 'refused', reason: 'throttled' });
  const waiting = pool.invoke('1', request);
  expect(made).toBe(2);
  ends[1]?.();
  expect(await ofChain).toMatchObject({ outcome: { payload: '2' } });
  expect(closed).toEqual([2]);
  ends[0]?.();
  expect(await first).toMatchObject({ outcome: { payload: '1' } });
  await expect.poll(() => ends.length).toBe(3);
  ends[2]?.();
  expect(await waiting).toMatchObject({ outcome: { payload: '1' } });
  await pool.close();
});
