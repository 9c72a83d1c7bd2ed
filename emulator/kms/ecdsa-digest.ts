// ECDSA on P-256 over a digest that the caller has made (MessageType DIGEST). Node has no such call: `crypto.sign(null, digest, key)` hashes
// the digest once more, and the signature then verifies for nobody. So: k*G from ECDH, the rest is arithmetic modulo the group's order.
// Not constant-time; good for keys that live as long as a test, never for real ones.
import { createECDH, type KeyObject } from 'node:crypto';

/** The order of the group. Source: SEC 2, secp256r1. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const scalarBytes = 32;

/** `digest` has 32 bytes. Returns the signature as DER, 70 to 72 bytes as a rule. */
export function signDigest(privateKey: KeyObject, digest: Buffer): Buffer {
  const secret = secretScalar(privateKey);
  const hash = toNumber(digest);
  for (;;) {
    const nonce = createECDH('prime256v1');
    const r = abscissa(nonce.generateKeys()) % order;
    const s = modulo(inverse(toNumber(nonce.getPrivateKey())) * (hash + r * secret));
    if (r !== 0n && s !== 0n) return encodeDer(r, s);
  }
}

/**
 * Whoever holds the secret scalar d can verify without adding points: (hash/s)*G + (r/s)*Q is ((hash + r*d)/s)*G.
 * False for anything that is not a DER signature of this digest.
 */
export function verifyDigest(privateKey: KeyObject, digest: Buffer, signature: Buffer): boolean {
  const decoded = decodeDer(signature);
  if (!decoded) return false;
  const { r, s } = decoded;
  if (r === 0n || r >= order || s === 0n || s >= order) return false;
  const multiplier = modulo(inverse(s) * (toNumber(digest) + r * secretScalar(privateKey)));
  if (multiplier === 0n) return false;
  const point = createECDH('prime256v1');
  point.setPrivateKey(toBytes(multiplier));
  return abscissa(point.getPublicKey()) % order === r;
}

function secretScalar(privateKey: KeyObject): bigint {
  const { d } = privateKey.export({ format: 'jwk' });
  if (typeof d !== 'string') throw new TypeError('Not a private elliptic curve key');
  return toNumber(Buffer.from(d, 'base64url'));
}

/** Of an uncompressed point: 04, x, y. */
function abscissa(point: Buffer): bigint {
  return toNumber(point.subarray(1, 1 + scalarBytes));
}

/** Extended Euclid; `value` is not a multiple of the order, which is prime. */
function inverse(value: bigint): bigint {
  let [remainder, nextRemainder] = [order, modulo(value)];
  let [factor, nextFactor] = [0n, 1n];
  while (nextRemainder !== 0n) {
    const quotient = remainder / nextRemainder;
    [remainder, nextRemainder] = [nextRemainder, remainder - quotient * nextRemainder];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return modulo(factor);
}

function modulo(value: bigint): bigint {
  return ((value % order) + order) % order;
}

function toNumber(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(scalarBytes * 2, '0'), 'hex');
}

/** SEQUENCE of two INTEGERs, each minimal and with a zero in front where the first bit is set. All lengths are below 128. */
function encodeDer(r: bigint, s: bigint): Buffer {
  const integers = [r, s].map((value) => {
    const hex = value.toString(16);
    const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
    const content = (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(0x02, content.length), content]);
  });
  const content = Buffer.concat(integers);
  return Buffer.concat([Buffer.of(0x30, content.length), content]);
}

/** Only what encodeDer could have written: any other spelling of the same numbers is refused. */
function decodeDer(signature: Buffer): { r: bigint; s: bigint } | null {
  const rLength = signature[3] ?? 0;
  const sLength = signature[5 + rLength] ?? 0;
  const r = toNumber(signature.subarray(4, 4 + rLength));
  const s = toNumber(signature.subarray(6 + rLength, 6 + rLength + sLength));
  return encodeDer(r, s).equals(signature) ? { r, s } : null;
}
