// The secret halves of KMS keys: made when first used, in memory only, gone with the process. Nothing here is ever logged.
import { createHash, createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { Key } from '../template/deployment.ts';

export interface KeyMaterial {
  /** P-256, for keys of spec ECC_NIST_P256. */
  signingKey(keyArn: string): SigningKey;
  /** 256-bit AES, for keys of spec SYMMETRIC_DEFAULT. */
  wrappingKey(keyArn: string): KeyObject;
  publicJwk(keyArn: string): PublicJwk;
  /** The JSON Web Key Set of those of the keys that sign: what a partner hands to its customers. */
  jwks(keys: readonly Key[]): { readonly keys: readonly PublicJwk[] };
}

interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  /** Base64url, 32 bytes. */
  readonly x: string;
  readonly y: string;
  /** RFC 7638 thumbprint, SHA-256. */
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

/** One per Airlock; the KMS service and whoever pins its JWKS share it. */
export function createKeyMaterial(): KeyMaterial {
  const signingKeys = new Map<string, SigningKey>();
  const wrappingKeys = new Map<string, KeyObject>();
  const signingKey = (keyArn: string) => getOrMake(signingKeys, keyArn, () => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  const publicJwk = (keyArn: string) => toPublicJwk(signingKey(keyArn).publicKey);
  return {
    signingKey,
    publicJwk,
    wrappingKey: (keyArn) => getOrMake(wrappingKeys, keyArn, () => createSecretKey(randomBytes(32))),
    jwks: (keys) => ({ keys: keys.filter((key) => key.keySpec === 'ECC_NIST_P256').map((key) => publicJwk(key.arn)) }),
  };
}

function toPublicJwk(publicKey: KeyObject): PublicJwk {
  const { x, y } = publicKey.export({ format: 'jwk' });
  if (typeof x !== 'string' || typeof y !== 'string') throw new TypeError('Not an elliptic curve key');
  // RFC 7638, section 3: the required members only, in alphabetical order, without blanks.
  const kid = createHash('sha256')
    .update(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }))
    .digest('base64url');
  return { kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' };
}

function getOrMake<T>(made: Map<string, T>, keyArn: string, make: () => T): T {
  const existing = made.get(keyArn);
  if (existing !== undefined) return existing;
  const value = make();
  made.set(keyArn, value);
  return value;
}
