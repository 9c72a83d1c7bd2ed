// The partner's public keys come with the deployment, never from a URL. Always two, the current and the next, so that the partner
// can rotate without waiting for anyone; a deployment with one would fail at the next rotation, so it fails now.
import type { JSONWebKeySet, JWK } from 'jose';

const keysPinned = 2;

/** @throws TypeError saying what is wrong with the set; a function that throws while it loads lets nobody in */
export function parsePinnedKeys(text: string): JSONWebKeySet {
  const set = JSON.parse(text) as { keys?: unknown } | null;
  const keys = set?.keys;
  if (!Array.isArray(keys) || keys.length !== keysPinned) throw new TypeError(`PARTNER_JWKS must hold exactly ${keysPinned} keys`);
  const pinned = keys.map(readKey);
  if (new Set(pinned.map((key) => key.kid)).size !== keysPinned) throw new TypeError('PARTNER_JWKS holds the same kid twice');
  return { keys: pinned };
}

/** Copies the public members only. */
function readKey(key: unknown): JWK {
  const { kty, crv, x, y, kid, d } = (key ?? {}) as Record<string, unknown>;
  if (d !== undefined) throw new TypeError('PARTNER_JWKS holds a private key');
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string' || typeof kid !== 'string' || kid === '') {
    throw new TypeError('PARTNER_JWKS must hold P-256 keys with a kid');
  }
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
}
