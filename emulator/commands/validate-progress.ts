// What `airlock validate` does now, on standard error: one live line on a terminal, a plain line for each thing that begins in a pipe.
import type { CheckResult } from '../validate/check.ts';
import { plain } from '../validate/report-plain.ts';

export interface ValidateProgress extends Disposable {
  onProbe(title: string, isRunning: boolean): void;
  onResult(result: CheckResult): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ValidateProgressOptions {
  readonly checks: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** $TERM */
  readonly term: string | undefined;
}

const refreshMs = 250;

/** Disposing takes the live line away. */
export function createValidateProgress(stream: Terminal, { checks, now, term }: ValidateProgressOptions): ValidateProgress {
  const isLive = stream.isTTY === true && term !== 'dumb';
  const beganAtMs = now();
  const running: string[] = [];
  let judged = 0;
  let failed = 0;
  const show = () => {
    const seconds = Math.floor((now() - beganAtMs) / 1_000);
    const wrong = failed > 0 ? `, ${failed} failed` : '';
    const others = running.length > 1 ? ` (and ${running.length - 1} more)` : '';
    const line = `${judged} of ${checks} checks${wrong}  ${seconds} s  ${running[0] ?? ''}${others}`;
    // The cursor goes back to the beginning, so that a line of the log does not begin behind this one.
    stream.write(`\r\u001b[2K${line.slice(0, Math.max((stream.columns || 80) - 1, 0))}\r`);
  };
  const timer = isLive ? setInterval(show, refreshMs).unref() : null;
  return {
    onProbe(title, isRunning) {
      const text = plain(title);
      if (isRunning) running.push(text);
      else if (running.includes(text)) running.splice(running.indexOf(text), 1);
      if (isLive) show();
      else if (isRunning) stream.write(`${text} …\n`);
    },
    onResult({ verdict }) {
      judged += 1;
      if (verdict.outcome === 'failed') failed += 1;
      if (isLive) show();
    },
    [Symbol.dispose]() {
      if (timer === null) return;
      clearInterval(timer);
      stream.write('\r\u001b[2K');
    },
  };
}
