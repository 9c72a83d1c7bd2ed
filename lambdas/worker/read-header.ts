// The header of CSV: the first row, which goes before every part.
import { decode } from './check-records.ts';
import type { ReadInput } from './cut-parts.ts';
import { invokeBytesMax } from './limits.ts';
import { scanCsv } from './scan-csv.ts';
import { RequestFailure } from './worker-errors.ts';

export interface Header {
  /** With its line end. */
  readonly bytes: Buffer;
  readonly fields: number;
}

/** @throws RequestFailure NO_RECORDS where nothing follows it, RECORD_TOO_LARGE, INVALID_CSV, INVALID_LINE_ENDS, INVALID_ENCODING */
export async function readHeader(
  read: ReadInput,
  { inputBytes, rangeBytes }: { readonly inputBytes: number; readonly rangeBytes: number },
): Promise<Header> {
  const ranges: Uint8Array[] = [];
  let at = 0;
  const scanner = scanCsv({ rowsBefore: 0, fields: null });
  while (at < inputBytes) {
    const range = await read(at, Math.min(at + rangeBytes, inputBytes));
    const [end = null] = scanner.scan(range);
    ranges.push(end === null ? range : range.subarray(0, end));
    at += range.length;
    if (end === null && at <= invokeBytesMax) continue;
    const bytes = Buffer.concat(ranges);
    if (end === null || bytes.length > invokeBytesMax) throw new RequestFailure('RECORD_TOO_LARGE', 'Row 1.');
    if (decode(bytes, { ignoreBOM: false }) === null) throw new RequestFailure('INVALID_ENCODING', 'Row 1.');
    return { bytes, fields: scanner.fields() };
  }
  scanner.finish();
  throw new RequestFailure('NO_RECORDS');
}
