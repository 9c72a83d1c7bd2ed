import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derToRawSignature } from '../../../lambdas/partner-token/der-to-raw-signature.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function derInteger(value: bigint): number[] {
  const hex = value.toString(16);
  const bytes = [...Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')];
  const padded = (bytes[0] ?? 0) >= 0x80 ? [0, ...bytes] : bytes;
  return [2, padded.length, ...padded];
}

function derSignature(r: bigint, s: bigint): Uint8Array {
  const content = [...derInteger(r), ...derInteger(s)];
  return Uint8Array.from([0x30, content.length, ...content]);
}

describe('DER to raw', () => {
  it('gives 64 bytes that verify, for 2,000 random signatures', () => {
    const lengths = new Set<number>();
    for (let index = 0; index < 2_000; index += 1) {
      const message = Buffer.from(`message ${index}`);
      const der = sign('sha256', message, privateKey);
      lengths.add(der.length);
      const raw = derToRawSignature(der);
      expect(raw?.length).toBe(64);
      expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw ?? Buffer.alloc(0))).toBe(true);
    }
    // 70, 71 and 72 are the usual lengths: with fewer of them the padding would not have been tried.
    expect(lengths.size).toBeGreaterThanOrEqual(3);
  });

  it('keeps any two numbers of up to 256 bits', () => {
    const number = fc.bigInt({ min: 1n, max: 2n ** 256n - 1n });
    fc.assert(
      fc.property(number, number, (r, s) => {
        const raw = derToRawSignature(derSignature(r, s));
        expect(raw?.toString('hex')).toBe(r.toString(16).padStart(64, '0') + s.toString(16).padStart(64, '0'));
      }),
    );
  });

  const malformed: readonly (readonly [name: string, bytes: number[]])[] = [
    ['nothing', []],
    ['a wrong tag', [0x31, 6, 2, 1, 1, 2, 1, 1]],
    ['a wrong length', [0x30, 7, 2, 1, 1, 2, 1, 1]],
    ['bytes behind the end', [0x30, 6, 2, 1, 1, 2, 1, 1, 0]],
    ['bytes behind s', [0x30, 7, 2, 1, 1, 2, 1, 1, 0]],
    ['no s', [0x30, 3, 2, 1, 1]],
    ['zero', [0x30, 6, 2, 1, 0, 2, 1, 1]],
    ['a negative number', [0x30, 6, 2, 1, 0x80, 2, 1, 1]],
    ['a zero too many', [0x30, 7, 2, 2, 0, 1, 2, 1, 1]],
    ['an integer that runs over the end', [0x30, 6, 2, 9, 1, 2, 1, 1]],
    ['a number of 33 bytes', [0x30, 38, 2, 33, ...Array<number>(33).fill(1), 2, 1, 1]],
  ];
  it.each(malformed)('refuses %s', (_name, bytes) => {
    expect(derToRawSignature(Uint8Array.from(bytes))).toBeNull();
  });

  it('gives null or 64 bytes for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect([undefined, 64]).toContain(derToRawSignature(bytes)?.length);
      }),
    );
  });
});
