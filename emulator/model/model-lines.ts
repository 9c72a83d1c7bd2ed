// What a model prints: whole lines to the log at debug, within limits, and the last one kept for an error message.
import type { Readable } from 'node:stream';
import type { Log } from '../log.ts';

const lineCharactersMax = 1_000;
const linesPerSecondMax = 200;

export interface ModelLines {
  /** The last line that was not empty, or null. */
  last(): string | null;
}

/** Without control characters, which would move in, clear or colour the terminal of whoever reads it. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ');
}

/** Always reads on, so that a model which prints a lot is never blocked by it. `keep` is given each line: at most 1,000 printable characters of it. */
export function logLines(stream: Readable, source: 'stdout' | 'stderr', log: Log, keep: (line: string) => void = () => {}): ModelLines {
  let partial = '';
  let last: string | null = null;
  let windowEndsAtMs = 0;
  let linesInWindow = 0;

  const write = (line: string) => {
    const clean = printable(line).trimEnd();
    if (clean === '') return;
    last = clean.slice(0, lineCharactersMax);
    keep(last);
    if (!log.isLevelEnabled('debug')) return;
    if (performance.now() > windowEndsAtMs) {
      if (linesInWindow > linesPerSecondMax)
        log.debug({ source, dropped: linesInWindow - linesPerSecondMax }, 'lines of the model dropped');
      windowEndsAtMs = performance.now() + 1_000;
      linesInWindow = 0;
    }
    linesInWindow += 1;
    if (linesInWindow <= linesPerSecondMax) log.debug({ source, line: last }, 'model');
  };

  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (partial + chunk).split('\n');
    partial = (lines.pop() ?? '').slice(0, lineCharactersMax);
    for (const line of lines) write(line);
  });
  stream.on('end', () => write(partial));
  // The pipe of a process that is gone: its exit is reported elsewhere.
  stream.on('error', (error) => log.debug({ source, error }, 'pipe of the model failed'));
  return { last: () => last };
}
