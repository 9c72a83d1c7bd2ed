// CRC-64/NVME, S3's default where a client sends no checksum. Two 32-bit halves, eight bytes a step.
// Own code because @aws-sdk/crc64-nvme gives its value only by a promise; the unit test compares the two.
import type { Checksum } from './checksum.ts';

/** The polynomial 0xAD93D23594C93659 with its bits reversed, in halves. */
const reversedPolynomialHigh = 0x9a6c9329;
const reversedPolynomialLow = 0xac4bc9b5;

/** [k * 256 + b] advances the byte b by k further zero bytes. */
const tables = buildTables();

export function createCrc64Nvme(): Checksum {
  let high = -1;
  let low = -1;
  return {
    update(data) {
      const length = data.length;
      const aligned = length - (length % 8);
      let position = 0;
      for (; position < aligned; position += 8) {
        const a = low ^ data.readInt32LE(position);
        const b = high ^ data.readInt32LE(position + 4);
        const i7 = 1792 | (a & 0xff);
        const i6 = 1536 | ((a >>> 8) & 0xff);
        const i5 = 1280 | ((a >>> 16) & 0xff);
        const i4 = 1024 | (a >>> 24);
        const i3 = 768 | (b & 0xff);
        const i2 = 512 | ((b >>> 8) & 0xff);
        const i1 = 256 | ((b >>> 16) & 0xff);
        const i0 = b >>> 24;
        const { lows, highs } = tables;
        low = at(lows, i7) ^ at(lows, i6) ^ at(lows, i5) ^ at(lows, i4) ^ at(lows, i3) ^ at(lows, i2) ^ at(lows, i1) ^ at(lows, i0);
        high =
          at(highs, i7) ^ at(highs, i6) ^ at(highs, i5) ^ at(highs, i4) ^ at(highs, i3) ^ at(highs, i2) ^ at(highs, i1) ^ at(highs, i0);
      }
      for (; position < length; position++) {
        const index = (low ^ data.readUInt8(position)) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ at(tables.lows, index);
        high = (high >>> 8) ^ at(tables.highs, index);
      }
    },
    digestBase64() {
      const bytes = Buffer.alloc(8);
      bytes.writeInt32BE(~high, 0);
      bytes.writeInt32BE(~low, 4);
      return bytes.toString('base64');
    },
  };
}

function at(table: Int32Array, index: number): number {
  return table[index] as number;
}

function buildTables(): { readonly highs: Int32Array; readonly lows: Int32Array } {
  const highs = new Int32Array(8 * 256);
  const lows = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const carry = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (carry) {
        low ^= reversedPolynomialLow;
        high ^= reversedPolynomialHigh;
      }
    }
    highs[byte] = high;
    lows[byte] = low;
  }
  for (let index = 256; index < highs.length; index++) {
    const previousHigh = highs[index - 256] as number;
    const previousLow = lows[index - 256] as number;
    const byte = previousLow & 0xff;
    lows[index] = ((previousLow >>> 8) | (previousHigh << 24)) ^ (lows[byte] as number);
    highs[index] = (previousHigh >>> 8) ^ (highs[byte] as number);
  }
  return { highs, lows };
}
