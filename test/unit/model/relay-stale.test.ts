import { describe, expect, it } from 'vitest';
import { describeRestart, shouldLeave } from '../../../emulator/model/relay/program/leave-when-stale.ts';

/** Seconds after the model's start at which a relay leaves that has been there for long, or null. */
function leavesAfterSeconds(previousRunMs: number, backOffMs: number, upMs = 60_000): number | null {
  for (let agoMs = 0; agoMs < 200_000; agoMs += 100) {
    if (shouldLeave({ upMs: upMs + agoMs, refusingMs: 30_000, restart: { agoMs, previousRunMs, backOffMs } })) return agoMs / 1_000;
  }
  return null;
}

describe('a relay whose model does not listen', () => {
  it('stays while the model was not started again: it loads, or Docker waits to start it', () => {
    for (const refusingMs of [1_000, 70_000, 480_000]) expect(shouldLeave({ upMs: refusingMs, refusingMs, restart: null })).toBe(false);
  });

  it('leaves all the same after 10 minutes, which no model may take, should starts not be seen', () => {
    expect(shouldLeave({ upMs: 601_000, refusingMs: 601_000, restart: null })).toBe(true);
  });

  it('leaves soon after the model was started again that had served for long', () => {
    expect(leavesAfterSeconds(3_600_000, 150)).toBe(0.6);
  });

  it('leaves soon where it came only a few seconds ago itself, if Docker lets it come back in time', () => {
    expect(leavesAfterSeconds(5_000, 300, 2_000)).toBe(0.6);
  });

  // What Docker waits doubles with each run under 10 s. The next start comes a run and this wait after the last.
  it.each([
    [100, 0.4],
    [800, 0.4],
    [12_800, 0.4],
    [60_000, 0.4],
  ])('does not leave in a crash loop with a wait of %i ms and runs of %f s, before the model stays', (waitMs, runSeconds) => {
    const nextStartAfterSeconds = runSeconds + Math.min(2 * waitMs, 60_000) / 1_000;
    const seconds = leavesAfterSeconds(runSeconds * 1_000, waitMs) ?? 0;
    expect(seconds).toBeGreaterThan(nextStartAfterSeconds);
    expect(seconds).toBeLessThan(nextStartAfterSeconds + 12);
  });

  it.each([0.4, 3, 9])('does not leave in a crash loop with runs of %f s whose ends it cannot see', (runSeconds) => {
    for (let waitMs = 100, at = 0; at < 20; at += 1) {
      const nextWaitMs = Math.min(2 * waitMs, 60_000);
      const starts = { count: 2, previousMs: 0, lastMs: runSeconds * 1_000 + waitMs };
      const nextMs = starts.lastMs + runSeconds * 1_000 + nextWaitMs;
      for (let nowMs = starts.lastMs; nowMs <= nextMs; nowMs += 100) {
        const restart = describeRestart(starts, null, nowMs);
        const leaves = shouldLeave({ upMs: nowMs, refusingMs: nowMs, restart });
        // Soon after a start is well: the new run is there then, for as long as the last.
        if (leaves) expect(nowMs - starts.lastMs, `wait ${nextWaitMs}`).toBeLessThan(Math.min(1_500, runSeconds * 1_000));
      }
      waitMs = nextWaitMs;
    }
  });

  it('does not leave where something listens again in this namespace', () => {
    expect(shouldLeave({ upMs: 60_000, refusingMs: 0, restart: { agoMs: 600, previousRunMs: 60_000, backOffMs: 100 } })).toBe(false);
  });
});

describe('what a relay knows of a restart', () => {
  it('is the run and the wait, where it saw the end', () => {
    const restart = describeRestart({ count: 1, lastMs: 30_200, previousMs: 10_000 }, 30_000, 30_700);
    expect(restart).toEqual({ agoMs: 500, previousRunMs: 20_000, backOffMs: 200 });
  });

  it('is their sum, where it saw no end: the model never listened, or this was a later run', () => {
    const unseen = { agoMs: 500, previousRunMs: 0, backOffMs: 5_000 };
    expect(describeRestart({ count: 1, lastMs: 15_000, previousMs: 10_000 }, null, 15_500)).toEqual(unseen);
    expect(describeRestart({ count: 2, lastMs: 15_000, previousMs: 10_000 }, 9_000, 15_500)).toEqual(unseen);
  });

  it('is a run of at least what is more than Docker ever waits', () => {
    const restart = describeRestart({ count: 1, lastMs: 300_000, previousMs: 0 }, null, 300_000);
    expect(restart).toEqual({ agoMs: 0, previousRunMs: 240_000, backOffMs: 60_000 });
  });
});
