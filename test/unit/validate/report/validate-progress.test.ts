import { describe, expect, it } from 'vitest';
import { createValidateProgress } from '../../../../emulator/commands/validate-progress.ts';
import { everyOutcome } from './example-report.ts';

function progressOn(stream: { isTTY?: boolean; columns?: number }, term = 'xterm') {
  const written: string[] = [];
  let now = 0;
  const progress = createValidateProgress({ ...stream, write: (text) => written.push(text) }, { checks: 56, now: () => now, term });
  return { progress, written, after: (ms: number) => (now += ms) };
}

const failed = everyOutcome.results[2] as (typeof everyOutcome.results)[number];

describe('the progress of a validation', () => {
  it('is one live line on a terminal, as wide as that, and gone in the end', () => {
    const { progress, written, after } = progressOn({ isTTY: true, columns: 52 });
    progress.onProbe('starting the container sealed', true);
    after(3_100);
    progress.onProbe('looking at the image', true);
    progress.onResult(failed);
    expect(written.at(-1)).toBe('\r\u001b[2K1 of 56 checks, 1 failed  3 s  starting the contain\r');
    progress.onProbe('starting the container sealed', false);
    expect(written.at(-1)).toContain('looking at the image');
    progress[Symbol.dispose]();
    expect(written.at(-1)).toBe('\r\u001b[2K');
    expect(written.join('')).not.toContain('\n');
  });

  it('is a plain line for each thing that begins, in a pipe or on a dumb terminal', () => {
    for (const { progress, written } of [progressOn({}), progressOn({ isTTY: true }, 'dumb')]) {
      progress.onProbe('looking at \u001b[2Jthe image', true);
      progress.onResult(failed);
      progress.onProbe('looking at \u001b[2Jthe image', false);
      progress[Symbol.dispose]();
      expect(written).toEqual(['looking at  [2Jthe image …\n']);
    }
  });
});
