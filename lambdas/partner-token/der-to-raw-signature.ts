// KMS gives an ECDSA signature as DER, SEQUENCE { INTEGER r, INTEGER s }; JWS wants r and s as 32 bytes each (RFC 7518 3.4).

const partBytes = 32;
const sequenceTag = 0x30;
const integerTag = 0x02;

/** 64 bytes for P-256; null where the input is not exactly one such signature. */
export function derToRawSignature(der: Uint8Array): Buffer | null {
  // Two integers of at most 33 bytes fit into a length of one byte, so the long form never occurs.
  if (der[0] !== sequenceTag || der[1] !== der.length - 2) return null;
  const r = readInteger(der, 2);
  const s = r && readInteger(der, r.end);
  if (!s || s.end !== der.length) return null;
  const raw = Buffer.alloc(2 * partBytes);
  raw.set(r.digits, partBytes - r.digits.length);
  raw.set(s.digits, 2 * partBytes - s.digits.length);
  return raw;
}

/** The digits without the leading zero that DER puts before a high bit. */
function readInteger(der: Uint8Array, start: number): { readonly digits: Uint8Array; readonly end: number } | null {
  const length = der[start + 1];
  if (der[start] !== integerTag || length === undefined || length === 0) return null;
  const end = start + 2 + length;
  if (end > der.length) return null;
  const padded = der[start + 2] === 0;
  const digits = der.subarray(start + 2 + (padded ? 1 : 0), end);
  const highBit = ((digits[0] ?? 0) & 0x80) !== 0;
  // Minimal and positive only: a zero byte where it is not needed, a missing one where it is, or the number 0 are all malformed.
  if (digits.length === 0 || digits.length > partBytes || padded !== highBit) return null;
  return { digits, end };
}
