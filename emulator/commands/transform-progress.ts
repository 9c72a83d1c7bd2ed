// How far `airlock transform` is, on standard error: one live line on a terminal, a plain line now and then in a pipe.
import type { TransformProgress } from '../sagemaker/transform/transform-definition.ts';

export interface ProgressDisplay {
  show(progress: TransformProgress): void;
  /** A line of its own, above the live one. */
  tell(line: string): void;
  /** Takes the live line away. */
  end(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const liveEveryMs = 100;
const plainEveryMs = 5_000;
const barWidth = 24;

export interface DisplayOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** $TERM */
  readonly term: string | undefined;
  /** Colours what is done, where there are colours. */
  readonly paint: (text: string) => string;
}

export function createProgressDisplay(stream: Terminal, { now, term, paint }: DisplayOptions): ProgressDisplay {
  const isLive = stream.isTTY === true && term !== 'dumb';
  const beganAt = now();
  let shownAt = isLive ? Number.NEGATIVE_INFINITY : beganAt;
  let hasLine = false;
  const clear = () => {
    if (hasLine) stream.write('\r\u001b[2K');
    hasLine = false;
  };
  return {
    show(progress) {
      const time = now();
      if (time - shownAt < (isLive ? liveEveryMs : plainEveryMs)) return;
      shownAt = time;
      const rate = progress.records / Math.max((time - beganAt) / 1_000, 0.001);
      if (!isLive) {
        stream.write(`${progressText(progress, rate)}\n`);
        return;
      }
      const bar = barOf(shareOf(progress), paint);
      // The cursor goes back to the beginning, so that a line of the log does not begin behind this one.
      stream.write(`\r\u001b[2K${bar}${progressText(progress, rate).slice(0, Math.max((stream.columns || 80) - barWidth - 4, 0))}\r`);
      hasLine = true;
    },
    tell(line) {
      clear();
      stream.write(`${line}\n`);
    },
    end: clear,
  };
}

/** e.g. `  45 %  12,345 records  1,200/s  2 of 3 files (1 failed)` */
export function progressText(progress: TransformProgress, recordsPerSecond: number): string {
  const { files, records } = progress;
  const percent = `${Math.floor(shareOf(progress) * 100)} %`.padStart(6);
  const ofFiles =
    files === null ? '' : `  ${files.done} of ${counted(files.all, 'file')}${files.failed > 0 ? ` (${files.failed} failed)` : ''}`;
  return `${percent}  ${counted(records, 'record')}  ${counted(Math.round(recordsPerSecond))}/s${ofFiles}`;
}

/** e.g. `1,200`, `1,200 files`, `1 file` */
export function counted(number: number, noun?: string): string {
  const digits = number.toLocaleString('en-US');
  return noun === undefined ? digits : `${digits} ${noun}${number === 1 ? '' : 's'}`;
}

/** Bytes are counted when they are read, some time before the last answer. */
const shareBeforeEnd = 0.99;

/** 0 to 1, of the bytes; of the files where the inputs are empty. 1 only when every input is done. */
function shareOf({ bytes, files }: TransformProgress): number {
  if (files === null) return 0;
  if (files.done === files.all) return 1;
  return Math.min(bytes.all > 0 ? bytes.done / bytes.all : files.done / files.all, shareBeforeEnd);
}

function barOf(share: number, paint: DisplayOptions['paint']): string {
  const full = Math.round(share * barWidth);
  return `[${paint('#'.repeat(full))}${'-'.repeat(barWidth - full)}] `;
}
