import { describe, expect, it } from 'vitest';
import { shouldLeave } from '../../../emulator/model/relay/program/leave-when-stale.ts';

/** The longest time without a model after which the relay still stays, in seconds. */
function patienceSeconds(reached: boolean, fruitlessRuns: number): number {
  for (let seconds = 0; seconds < 1_000; seconds += 1) {
    if (shouldLeave({ reached, fruitlessRuns, refusingMs: seconds * 1_000 + 1 })) return seconds;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a relay whose model does not listen', () => {
  it.each([
    [0, 1],
    [1, 2],
    [2, 4],
    [5, 32],
    [6, 64],
    [7, 70],
    [50, 70],
  ])('that was there, after %i runs that came to nothing, leaves after %i s: longer than Docker waits with the model', (runs, seconds) => {
    expect(patienceSeconds(true, runs)).toBe(seconds);
    const dockerSeconds = Math.min(0.1 * 2 ** runs, 60);
    expect(seconds).toBeGreaterThan(dockerSeconds);
  });

  it('and never did in this run, which began because of a restart, leaves as early', () => {
    expect(patienceSeconds(false, 1)).toBe(2);
    expect(patienceSeconds(false, 3)).toBe(8);
  });

  it('and never did since the first start waits for a model that loads slowly', () => {
    expect(patienceSeconds(false, 0)).toBe(70);
  });
});
