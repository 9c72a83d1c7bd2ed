// SplitType RecordIO: MXNet's framing. Each part: magic number, 3 bits of place and 29 bits of length, the data, zeros up to a multiple of 4.
// A record whose data holds the magic number is cut into parts there, and the number left out. Source: dmlc-core recordio.h.
import { InputFailure } from './input-failure.ts';
import type { RecordFormat } from './record-format.ts';

const magic = 0xced7230a;
const headerBytes = 8;
const magicBytes = Buffer.alloc(4);
magicBytes.writeUInt32LE(magic);

const whole = 0;
const first = 1;
const middle = 2;
const last = 3;

interface Part {
  readonly place: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  /** Behind the padding. */
  readonly end: number;
}

export const recordIoFormat: RecordFormat = {
  findEnd(bytes, start) {
    for (let at = start, isFirst = true; ; isFirst = false) {
      const part = readPart(bytes, at);
      if (part === null) return -1;
      if (isFirst !== (part.place === whole || part.place === first)) throw broken('has a part of a record in a wrong place');
      if (part.end > bytes.length) return -1;
      at = part.end;
      if (part.place === whole || part.place === last) return at;
    }
  },
  unwrap(record) {
    const pieces: Buffer[] = [];
    for (let at = 0; at < record.length; ) {
      const part = readPart(record, at);
      if (part === null) break;
      if (part.place === middle || part.place === last) pieces.push(magicBytes);
      pieces.push(record.subarray(part.dataStart, part.dataEnd));
      at = part.end;
    }
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  },
  // Of one part. Each further one takes up to 7 bytes more than the magic number that it stands for, so a record of several parts is refused
  // although it is that much shorter than the limit.
  framingBytesMax: headerBytes + 3,
  endsWithInput: false,
};

/** Null where its header is not whole yet. */
function readPart(bytes: Buffer, at: number): Part | null {
  if (bytes.length - at >= 4 && bytes.readUInt32LE(at) !== magic) throw broken('has no RecordIO magic number where a record must begin');
  if (bytes.length - at < headerBytes) return null;
  const word = bytes.readUInt32LE(at + 4);
  const place = word >>> 29;
  if (place > last) throw broken('has a record of an unknown kind');
  const dataStart = at + headerBytes;
  const dataEnd = dataStart + (word & 0x1fff_ffff);
  return { place, dataStart, dataEnd, end: dataStart + Math.ceil((dataEnd - dataStart) / 4) * 4 };
}

function broken(what: string): InputFailure {
  return new InputFailure('ClientError', `ClientError: the object ${what}`);
}
