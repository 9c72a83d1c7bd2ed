// The token that a stand-in of the partner answers: signed as the partner's function would, by the key of its template.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { mintSigned } from '../control/mint-token.ts';
import type { SignStandInToken } from '../functions/pact-function.ts';
import type { KeyMaterial } from '../kms/key-material.ts';
import { partnerSigner, tokenClaims } from '../partner-signer.ts';
import type { Deployment } from '../template/deployment.ts';

/** Null where the templates name no issuer, or the partner has no key that signs ES256. */
export function standInTokenSigner(deployment: Deployment, material: KeyMaterial, clock: Clock): SignStandInToken | null {
  const { partnerSigner: signer } = partnerSigner(deployment, material);
  const { iss, aud, sub } = tokenClaims(deployment);
  if (signer === undefined || iss === undefined) return null;
  return async ({ productCode, expiresAt }) => {
    const iat = Math.min(Math.floor(clock.now() / 1_000), expiresAt);
    const claims = { iss, sub, aud: productCode ?? aud, iat, exp: expiresAt, jti: randomUUID() };
    return mintSigned({ claims, hasKeyId: true }, signer);
  };
}
