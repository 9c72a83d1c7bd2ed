import { describe, expect, it } from 'vitest';
import { readWaitOptions, type WaitOptions } from '../../../../contracts/client/call-options.ts';
import type { RequestStatus } from '../../../../contracts/client/read-answers.ts';
import { type Look, waitUntilFinished } from '../../../../contracts/client/wait-until-finished.ts';

const common = { requestId: 'r-1', createdAt: '2026-11-22T12:15:00Z', updatedAt: '2026-11-22T12:15:00Z' };
const running = (recordsDone: number, retryAfterMs: number | null = null): Look => ({
  status: { ...common, state: 'RUNNING', recordsDone },
  retryAfterMs,
});
const result = { bucket: 'b', key: 'k', contentType: 'text/csv', bytes: 1, records: 9 };
const succeeded: Look = { status: { ...common, state: 'SUCCEEDED', recordsDone: 9, result }, retryAfterMs: null };
const failed: Look = {
  status: { ...common, state: 'FAILED', recordsDone: 3, error: { code: 'INVALID_CSV', message: 'x' } },
  retryAfterMs: null,
};

/** Sees these, and the last one for ever; pauses take no time. */
function waitFor(looks: readonly (Look | Error)[], options: WaitOptions = {}) {
  const waitsMs: number[] = [];
  let count = 0;
  const look = async (): Promise<Look> => {
    const seen = looks[Math.min(count, looks.length - 1)];
    count += 1;
    if (seen instanceof Error || seen === undefined) throw seen;
    return seen;
  };
  const wait = async (ms: number) => {
    waitsMs.push(ms);
  };
  return { waitsMs, count: () => count, finished: waitUntilFinished({ wait, random: () => 0 }, look, readWaitOptions(options)) };
}

const forEver = () => new Promise<never>(() => {});

describe('a wait for a request', () => {
  it.each([succeeded, failed])('ends with $status.state', async (last) => {
    expect(await waitFor([running(0), running(5), last]).finished).toBe(last.status);
  });

  it('looks ever less often, at least every 10 s', async () => {
    const run = waitFor([...Array.from({ length: 9 }, () => running(0)), succeeded]);
    await run.finished;
    expect(run.waitsMs).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  });

  it('waits as long as the API asks for, up to a limit', async () => {
    const run = waitFor([running(0, 7_000), running(0, 3_600_000), succeeded]);
    await run.finished;
    expect(run.waitsMs).toEqual([7_100, 20_200]);
  });

  it('tells of every look', async () => {
    const told: RequestStatus[] = [];
    await waitFor([running(0), running(5), succeeded], { onProgress: (status) => told.push(status) }).finished;
    expect(told.map(({ state, recordsDone }) => [state, recordsDone])).toEqual([
      ['RUNNING', 0],
      ['RUNNING', 5],
      ['SUCCEEDED', 9],
    ]);
  });

  it('ends with what is thrown while it tells, and with what a look throws', async () => {
    const mine = new Error('mine');
    const onProgress = () => {
      throw mine;
    };
    await expect(waitFor([running(0)], { onProgress }).finished).rejects.toBe(mine);
    const run = waitFor([running(0), mine]);
    await expect(run.finished).rejects.toBe(mine);
    expect(run.count()).toBe(2);
  });

  it('ends when its time is over, in a look as between two', async () => {
    const expected = { name: 'IdentityNetworkError', code: 'WAIT_TIMED_OUT', retryable: true };
    const options = readWaitOptions({ timeoutMs: 30 });
    const idle = { wait: forEver, random: () => 0 };
    await expect(waitUntilFinished(idle, async () => running(0), options)).rejects.toMatchObject(expected);
    const stuck = (signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await expect(waitUntilFinished(idle, stuck, options)).rejects.toMatchObject(expected);
  });

  it('ends at an abort, with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('the user has gone');
    const finished = waitUntilFinished(
      { wait: forEver, random: () => 0 },
      async () => running(0),
      readWaitOptions({ signal: controller.signal }),
    );
    controller.abort(reason);
    await expect(finished).rejects.toBe(reason);
  });
});
