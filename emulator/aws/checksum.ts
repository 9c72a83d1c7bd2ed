// The five checksums of S3's API, streaming. Used for aws-chunked trailers and by storage for x-amz-checksum-* headers.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCrc32c } from './crc32c.ts';
import { createCrc64Nvme } from './crc64-nvme.ts';

/** S3's names, as in x-amz-sdk-checksum-algorithm and <ChecksumAlgorithm>. */
export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** Length of the raw value; its base64 has padding. */
const checksumBytes: Readonly<Record<ChecksumAlgorithm, number>> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

export interface Checksum {
  update(data: Buffer): void;
  /** The raw value in base64, as the headers carry it. Ask once, after the last update. */
  digestBase64(): string;
}

/** A checksum over bytes given piece by piece. */
export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  switch (algorithm) {
    case 'CRC32':
      return createCrc32();
    case 'CRC32C':
      return createCrc32c();
    case 'CRC64NVME':
      return createCrc64Nvme();
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm);
      return { update: (data) => void hash.update(data), digestBase64: () => hash.digest('base64') };
    }
  }
}

/** e.g. CRC32 -> x-amz-checksum-crc32: the name of the header and of the trailer. */
export function checksumHeaderName(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The algorithm of an x-amz-checksum-* header name in any case, or null for another name. */
export function checksumAlgorithmOfHeader(headerName: string): ChecksumAlgorithm | null {
  const lowerCase = headerName.toLowerCase();
  return checksumAlgorithms.find((algorithm) => checksumHeaderName(algorithm) === lowerCase) ?? null;
}

/** True for canonical base64 of exactly the algorithm's length: S3 calls anything else "invalid", not "mismatched". */
export function isChecksumValue(algorithm: ChecksumAlgorithm, base64: string): boolean {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === checksumBytes[algorithm] && bytes.toString('base64') === base64;
}

function createCrc32(): Checksum {
  let value = 0;
  return {
    update(data) {
      value = crc32(data, value);
    },
    digestBase64() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}
