// The five checksums against their published check values and against an independent implementation.
import { Crc64Nvme } from '@aws-sdk/crc64-nvme';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checksumAlgorithmOfHeader,
  checksumAlgorithms,
  checksumHeaderName,
  createChecksum,
  isChecksumValue,
} from '../../../emulator/aws/checksum.ts';

function checksumOf(algorithm: (typeof checksumAlgorithms)[number], ...pieces: Buffer[]): string {
  const checksum = createChecksum(algorithm);
  for (const piece of pieces) checksum.update(piece);
  return checksum.digestBase64();
}

const hex = (text: string) => Buffer.from(text, 'hex').toString('base64');

describe('createChecksum', () => {
  it.each([
    ['CRC32', hex('cbf43926')],
    ['CRC32C', hex('e3069283')],
    ['CRC64NVME', hex('ae8b14860a799888')],
    ['SHA1', hex('f7c3bc1d808e04732adf679965ccc34ca7ae3441')],
    ['SHA256', hex('15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225')],
  ] as const)('%s of "123456789" is the published check value', (algorithm, expected) => {
    expect(checksumOf(algorithm, Buffer.from('123456789'))).toBe(expected);
  });

  it('matches the CRC32C of the S3 documentation example (65 KiB of "a") [M]', () => {
    expect(checksumOf('CRC32C', Buffer.alloc(66_560, 'a'))).toBe('sOO8/Q==');
  });

  it('is the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.constantFrom(...checksumAlgorithms), (bytes, cut, algorithm) => {
        const data = Buffer.from(bytes);
        expect(checksumOf(algorithm, data.subarray(0, cut), data.subarray(cut))).toBe(checksumOf(algorithm, data));
      }),
    );
  });

  it('CRC64NVME equals the SDK implementation for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const reference = new Crc64Nvme();
        reference.update(bytes);
        expect(checksumOf('CRC64NVME', Buffer.from(bytes))).toBe(Buffer.from(await reference.digest()).toString('base64'));
      }),
    );
  });
});

describe('names and values', () => {
  it('maps every algorithm to its header and back', () => {
    for (const algorithm of checksumAlgorithms)
      expect(checksumAlgorithmOfHeader(checksumHeaderName(algorithm).toUpperCase())).toBe(algorithm);
    expect(checksumAlgorithmOfHeader('x-amz-checksum-md4')).toBeNull();
  });

  it.each([
    ['AAAAAA==', true],
    ['AAAAAAA=', false],
    ['AAAAAA', false],
    ['AAAAAB==', false],
    ['not base64', false],
    ['', false],
  ])('%s as a CRC32 value: %s', (value, expected) => {
    expect(isChecksumValue('CRC32', value)).toBe(expected);
  });
});
