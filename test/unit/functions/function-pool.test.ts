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
  return { lines, pool: createFunctionPool({ concurrencyMax: 1, waits: true, create, log }) };
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
