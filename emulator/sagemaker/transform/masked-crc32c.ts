// The checksum of TFRecord: CRC-32C, masked as TensorFlow masks it.
import { createCrc32c } from '../../aws/crc32c.ts';

/** Of bytes[start, end). Source of the mask: tensorflow/core/lib/hash/crc32c.h. */
export function maskedCrc32c(bytes: Buffer, start: number, end: number): number {
  const checksum = createCrc32c();
  checksum.update(bytes.subarray(start, end));
  const crc = Buffer.from(checksum.digestBase64(), 'base64').readUInt32BE(0);
  return (((crc >>> 15) | (crc << 17)) + 0xa282_ead8) >>> 0;
}
