// Records in their framing, written independently of what reads them.

export function recordIo(data: Buffer, place = 0): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0xced7230a);
  header.writeUInt32LE(((place << 29) | data.length) >>> 0, 4);
  return Buffer.concat([header, data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
}

/** As dmlc-core writes one whose data holds the magic number at these places: cut there, the number left out. */
export function recordIoInParts(pieces: readonly Buffer[]): Buffer {
  if (pieces.length === 1 && pieces[0]) return recordIo(pieces[0]);
  return Buffer.concat(pieces.map((piece, index) => recordIo(piece, index === 0 ? 1 : index === pieces.length - 1 ? 3 : 2)));
}

export const recordIoMagic = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);

export function tfRecord(data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, masked(length), data, masked(data)]);
}

function masked(bytes: Buffer): Buffer {
  const crc = BigInt(crc32c(bytes));
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(Number((((crc >> 15n) | ((crc << 17n) & 0xffff_ffffn)) + 0xa282_ead8n) & 0xffff_ffffn));
  return sum;
}

/** Bit by bit, as the definition has it. */
export function crc32c(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
