import { expect, test } from 'vitest';
import { outcomeOfThread } from '../../../emulator/functions/outcome-of-thread.ts';
import type { ThreadEvent } from '../../../emulator/functions/runtime-thread.ts';

const error = { errorType: 'TypeError', errorMessage: 'x', trace: [] };
const exitError = (text: string) => ({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: r-1 Error: ${text}` });

// S recorded or the runtime's own code, M memory or inference.
test.each<[string, ThreadEvent, unknown]>([
  ['S a result', { kind: 'returned', payload: '1', heapBytes: 0 }, { kind: 'returned', payload: '1' }],
  ['S a thrown error', { kind: 'threw', error, heapBytes: 0 }, { kind: 'threw', error }],
  ['S a failed load', { kind: 'initFailed', error }, { kind: 'crashed', error }],
  [
    'S a timeout',
    { kind: 'timedOut' },
    {
      kind: 'timedOut',
      error: { errorType: 'Sandbox.Timedout', errorMessage: 'RequestId: r-1 Error: Task timed out after 3.00 seconds' },
    },
  ],
  ['S process.exit()', { kind: 'exited', exitCode: 0 }, { kind: 'crashed', error: exitError('Runtime exited without providing a reason') }],
  ['S process.exit(7)', { kind: 'exited', exitCode: 7 }, { kind: 'crashed', error: exitError('Runtime exited with error: exit status 7') }],
  [
    'M an uncaught error on nodejs24',
    { kind: 'uncaught', reported: null, error: new Error('x') },
    { kind: 'crashed', error: exitError('Runtime exited with error: exit status 1') },
  ],
  ['S an uncaught error that the runtime reported', { kind: 'uncaught', reported: error, error: null }, { kind: 'crashed', error }],
  [
    'M out of memory',
    { kind: 'outOfMemory' },
    { kind: 'outOfMemory', error: { ...exitError('Runtime exited with error: signal: killed'), errorType: 'Runtime.OutOfMemory' } },
  ],
  ['closed', { kind: 'closed' }, null],
])('%s', (_, event, expected) => {
  expect(outcomeOfThread(event, { requestId: 'r-1', timeoutSeconds: 3 })).toEqual(expected);
});
