// SigV4's key chain and hashes. Derived keys are kept beside the credentials they come from and vanish with them.
import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Credentials } from './principal.ts';

/** A credential's scopes: a few services on two days; presigned URLs reach back seven. */
const scopesPerCredentialMax = 64;

const derived = new WeakMap<Credentials, Map<string, KeyObject>>();

export interface CredentialScope {
  /** yyyymmdd */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** e.g. 20130524/us-east-1/s3/aws4_request */
export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

/** Four chained HMACs, done once for each day and service. A KeyObject: an HMAC with a Buffer for a key takes seven times as long. */
export function signingKey(credentials: Credentials, scope: CredentialScope): KeyObject {
  let keys = derived.get(credentials);
  if (!keys) {
    keys = new Map();
    derived.set(credentials, keys);
  }
  const text = scopeText(scope);
  const known = keys.get(text);
  if (known) return known;
  const dateKey = hmac(`AWS4${credentials.secretAccessKey}`, scope.date);
  const key = createSecretKey(hmac(hmac(hmac(dateKey, scope.region), scope.service), 'aws4_request'));
  keys.set(text, key);
  const oldest = keys.keys().next().value;
  if (keys.size > scopesPerCredentialMax && oldest !== undefined) keys.delete(oldest);
  return key;
}

/** The signature in hex. */
export function signText(key: KeyObject, stringToSign: string): string {
  return createHmac('sha256', key).update(stringToSign).digest('hex');
}

/** Compares two hex signatures in constant time; anything that is not 64 hex digits is different. */
export function sameSignature(expected: string, provided: string): boolean {
  return /^[0-9a-f]{64}$/.test(provided) && timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(provided, 'hex'));
}

/** Compares secrets of any length in constant time. */
export function sameSecret(expected: string, provided: string): boolean {
  return timingSafeEqual(hash('sha256', expected, 'buffer'), hash('sha256', provided, 'buffer'));
}

/** Hex SHA-256. A string is taken as the bytes Node read from the wire (latin1), so a header with UTF-8 bytes hashes as sent. */
export function sha256Hex(data: Buffer | string): string {
  return hash('sha256', typeof data === 'string' ? Buffer.from(data, 'latin1') : data, 'hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Hex SHA-256 of nothing. */
export const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
