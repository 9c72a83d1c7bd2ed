import { expect, test } from 'vitest';
import { type InvocationLogInput, invocationLog } from '../../../emulator/functions/invocation-log.ts';

const input: InvocationLogInput = {
  requestId: 'r-1',
  version: '$LATEST',
  outcome: { kind: 'returned', payload: 'null' },
  writtenBefore: '',
  written: 'hello\n',
  durationMs: 1.234,
  initDurationMs: null,
  memorySizeMb: 128,
  memoryUsedMb: 20,
  timeoutSeconds: 3,
  endedAt: Date.UTC(2026, 10, 22),
};

test('a warm invocation has START, its lines, END and REPORT, tab-separated [V]', () => {
  expect(invocationLog(input)).toBe(
    'START RequestId: r-1 Version: $LATEST\nhello\nEND RequestId: r-1\nREPORT RequestId: r-1\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 20 MB\t\n',
  );
});

test('a cold start reports its init phase', () => {
  expect(invocationLog({ ...input, initDurationMs: 100 })).toContain(
    'Billed Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: 20 MB\tInit Duration: 100.00 ms\t\n',
  );
});

test('a timeout is a line of its own [V] and a status in the report [M]', () => {
  const log = invocationLog({
    ...input,
    written: 'cut',
    outcome: { kind: 'timedOut', error: { errorType: 'Sandbox.Timedout', errorMessage: '' } },
  });
  expect(log).toContain('cut\n2026-11-22T00:00:00.000Z r-1 Task timed out after 3.00 seconds\nEND RequestId: r-1\n');
  expect(log).toContain('\tStatus: timeout\t\n');
});

test('no more than 4 KB, the end stays', () => {
  const log = invocationLog({ ...input, writtenBefore: 'init\n', written: 'x'.repeat(4_096) });
  expect(Buffer.byteLength(log)).toBe(4_096);
  expect(log.endsWith('Max Memory Used: 20 MB\t\n')).toBe(true);
});
