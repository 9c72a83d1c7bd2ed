// The input from some record on, cut into parts while it is read. In memory is one part and one range, or one record if that is larger.
import type { Part } from '../large-request/request-state.ts';
import { invokeBytesMax, type WorkerLimits } from './limits.ts';
import type { RecordScanner } from './record-scanner.ts';
import { RequestFailure } from './worker-errors.ts';

export interface CutPart {
  readonly part: Part;
  readonly bytes: Buffer;
  /** Offsets in `bytes` behind each record. */
  readonly recordEnds: readonly number[];
}

/** Bytes of the input from `start` up to but not including `end`. */
export type ReadInput = (start: number, end: number) => Promise<Uint8Array>;

export interface CutOptions {
  readonly read: ReadInput;
  /** Where to begin, at a record; and where the input ends. */
  readonly from: number;
  readonly inputBytes: number;
  /** For positions in errors. */
  readonly recordsBefore: number;
  /** What is sent before each part, and counts for the model's limit. */
  readonly headerBytes: number;
  readonly scanner: RecordScanner;
  readonly limits: Pick<WorkerLimits, 'partBytes' | 'partRecords' | 'rangeBytes'>;
}

/**
 * As many records a part as fit, one at least. Where the borders lie follows from the input and the limits, never from the ranges.
 * @throws RequestFailure RECORD_TOO_LARGE, or the scanner's
 */
export async function* cutParts(options: CutOptions): AsyncGenerator<CutPart> {
  const { read, inputBytes, scanner } = options;
  const limits = { ...options.limits, partBytes: Math.min(options.limits.partBytes, invokeBytesMax - options.headerBytes) };
  let { from: start, recordsBefore } = options;
  /** The input from `start` on, as far as it is read, and where its records end, counted from the input's beginning. */
  let bytes = Buffer.alloc(0);
  let ends: number[] = [];
  for (let at = start; at < inputBytes; ) {
    const readTo = Math.min(at + limits.rangeBytes, inputBytes);
    const range = await read(at, readTo);
    for (const end of scanner.scan(range)) ends.push(at + end);
    at = readTo;
    const isLast = at === inputBytes;
    if (isLast && scanner.finish()) ends.push(at);
    bytes = Buffer.concat([bytes, range]);

    const bytesFrom = start;
    let taken = 0;
    for (let count = 1; count > 0; ) {
      count = countNext(ends, taken, { start, readTo: at, isLast }, limits);
      if (count === 0) break;
      const recordEnds = ends.slice(taken, taken + count).map((end) => end - start);
      const size = recordEnds.at(-1) ?? 0;
      // Several records fit, so this is one record, or a header that leaves it no room.
      if (size + options.headerBytes > invokeBytesMax) throw tooLarge(recordsBefore);
      const offset = start - bytesFrom;
      yield { part: { start, end: start + size, records: count }, bytes: bytes.subarray(offset, offset + size), recordEnds };
      start += size;
      recordsBefore += count;
      taken += count;
    }
    bytes = bytes.subarray(start - bytesFrom);
    ends = ends.slice(taken);
    const recordOpenFrom = ends.at(-1) ?? start;
    if (at - recordOpenFrom > invokeBytesMax - options.headerBytes) throw tooLarge(recordsBefore + ends.length);
  }
}

/** Records of the next part, from the end at `taken` on; 0 while a further one could belong to it. */
function countNext(
  ends: readonly number[],
  taken: number,
  { start, readTo, isLast }: { readonly start: number; readonly readTo: number; readonly isLast: boolean },
  { partBytes, partRecords }: CutOptions['limits'],
): number {
  const there = ends.length - taken;
  let count = 0;
  while (count < there && count < partRecords && (ends[taken + count] ?? 0) - start <= partBytes) count += 1;
  // A record that is larger than a part may be is a part of its own.
  if (count === 0 && there > 0) return 1;
  const isFull = count < there || count === partRecords || readTo - start > partBytes || isLast;
  return isFull ? count : 0;
}

function tooLarge(recordsBefore: number): RequestFailure {
  return new RequestFailure('RECORD_TOO_LARGE', `Record ${recordsBefore + 1}, at most ${invokeBytesMax.toLocaleString('en-US')} bytes.`);
}
