// SplitType TFRecord: length (8 bytes), its checksum, the data, its checksum; all little-endian. Source: TensorFlow "TFRecord and tf.train.Example".
// Both checksums are verified here: whether AWS does is not known, and a broken record would be cut at the wrong place.

import { InputFailure } from './input-failure.ts';
import { maskedCrc32c } from './masked-crc32c.ts';
import type { RecordFormat } from './record-format.ts';

const headerBytes = 12;
const footerBytes = 4;

export const tfRecordFormat: RecordFormat = {
  findEnd(bytes, start) {
    const dataStart = start + headerBytes;
    if (bytes.length < dataStart) return -1;
    if (maskedCrc32c(bytes, start, start + 8) !== bytes.readUInt32LE(start + 8)) throw broken('length');
    const dataEnd = dataStart + Number(bytes.readBigUInt64LE(start));
    if (bytes.length < dataEnd + footerBytes) return -1;
    if (maskedCrc32c(bytes, dataStart, dataEnd) !== bytes.readUInt32LE(dataEnd)) throw broken('data');
    return dataEnd + footerBytes;
  },
  unwrap: (record) => record.subarray(headerBytes, -footerBytes),
  framingBytesMax: headerBytes + footerBytes,
  endsWithInput: false,
};

function broken(what: string): InputFailure {
  return new InputFailure('ClientError', `ClientError: a TFRecord's ${what} does not fit its checksum`);
}
