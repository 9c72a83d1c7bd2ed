// The `kid` of a signing key: RFC 7638 thumbprint of its public half. Not the key's alias, which a rotation would move.
import { createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';

/** `spki`: DER as kms:GetPublicKey gives it. */
export async function publicKeyId(spki: Uint8Array): Promise<string> {
  const jwk = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).export({ format: 'jwk' });
  return calculateJwkThumbprint(jwk, 'sha256');
}
