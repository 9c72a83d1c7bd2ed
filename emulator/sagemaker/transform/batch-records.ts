// An input's bytes become the bodies of requests: one record each, or as many whole records as fit. Holds one body at a time, never the input.
import { InputFailure } from './input-failure.ts';
import type { RecordFormat } from './record-format.ts';

export interface Batch {
  readonly body: Buffer;
  readonly records: number;
}

export interface BatchOptions {
  readonly format: RecordFormat;
  /** SingleRecord: a record alone, without its framing. */
  readonly isSingle: boolean;
  /** Of a body with several records. */
  readonly bytesMax: number;
  /** Of a body with one. Larger than bytesMax only where a body streams and bytesMax is a piece of it. */
  readonly recordBytesMax: number;
  /** The same as people know it, e.g. MaxPayloadInMB=6. */
  readonly limitName: string;
}

const firstBufferBytes = 64 * 1024;

/** The bodies joined (framing apart) are the input. @throws InputFailure for a record that is too large or broken */
export async function* batchRecords(source: AsyncIterable<Buffer>, options: BatchOptions): AsyncGenerator<Batch> {
  const { format, isSingle, bytesMax, recordBytesMax } = options;
  const bufferBytesMax = recordBytesMax + (isSingle ? format.framingBytesMax : 0);
  let bytes: Buffer = Buffer.allocUnsafe(Math.min(firstBufferBytes, bufferBytesMax));
  let length = 0;
  /** Behind the last whole record. */
  let cut = 0;
  let records = 0;
  for await (const chunk of source) {
    for (let taken = 0; taken < chunk.length; ) {
      const room = (cut > 0 ? bytesMax : bufferBytesMax) - length;
      if (room <= 0) {
        if (cut === 0) throw tooLarge(options);
        yield { body: bytes.subarray(0, cut), records };
        // The body belongs to its request now; the next one is likely to become as long.
        const rest = bytes.subarray(cut, length);
        bytes = Buffer.allocUnsafe(Math.max(firstBufferBytes, rest.length, Math.min(bytes.length, bufferBytesMax)));
        length = rest.copy(bytes);
        [cut, records] = [0, 0];
        continue;
      }
      const searched = length;
      const count = Math.min(room, chunk.length - taken);
      bytes = grow(bytes, { length, needed: length + count, max: bufferBytesMax });
      chunk.copy(bytes, length, taken, taken + count);
      length += count;
      taken += count;
      const filled = bytes.subarray(0, length);
      for (let end = format.findEnd(filled, cut, searched); end !== -1; end = format.findEnd(filled, cut, cut)) {
        if (isSingle) yield single(filled.subarray(cut, end), options);
        else records += 1;
        cut = end;
      }
      if (isSingle) {
        bytes.copyWithin(0, cut, length);
        [length, cut] = [length - cut, 0];
      }
    }
  }
  if (length > cut) {
    if (!format.endsWithInput) throw new InputFailure('ClientError', 'ClientError: the object ends within a record');
    if (isSingle) yield single(bytes.subarray(cut, length), options);
    else yield { body: bytes.subarray(0, length), records: records + 1 };
  } else if (length > 0) {
    yield { body: bytes.subarray(0, cut), records };
  }
}

function single(record: Buffer, options: BatchOptions): Batch {
  const body = options.format.unwrap(record);
  if (body.length > options.recordBytesMax) throw tooLarge(options);
  // A copy: the buffer goes on.
  return { body: Buffer.from(body), records: 1 };
}

function grow(bytes: Buffer, { length, needed, max }: { length: number; needed: number; max: number }): Buffer {
  if (needed <= bytes.length) return bytes;
  const grown = Buffer.allocUnsafe(Math.min(max, Math.max(needed, bytes.length * 2)));
  bytes.copy(grown, 0, 0, length);
  return grown;
}

function tooLarge({ limitName }: BatchOptions): InputFailure {
  return new InputFailure('ClientError', `ClientError: a record is larger than ${limitName} allows`);
}
