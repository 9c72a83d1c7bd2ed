// Lets the control server mint tokens that are sound but for one thing: signed by the partner's current key, as its function would.
import { sign } from 'node:crypto';
import { accounts } from './config.ts';
import type { DefaultClaims, PartnerSigner } from './control/control-server.ts';
import type { KeyMaterial } from './kms/key-material.ts';
import type { Deployment } from './template/deployment.ts';

/** Empty where no template has a key that signs ES256. */
export function partnerSigner(deployment: Deployment, material: KeyMaterial): { partnerSigner?: PartnerSigner } {
  const key = deployment.keys.find(({ keySpec, accountId }) => keySpec === 'ECC_NIST_P256' && accountId === accounts.partner);
  if (!key) return {};
  return {
    partnerSigner: {
      kid: material.publicJwk(key.arn).kid,
      sign: async (signingInput) =>
        sign('sha256', Buffer.from(signingInput), { key: material.signingKey(key.arn).privateKey, dsaEncoding: 'ieee-p1363' }),
    },
  };
}

/** The claims of a sound token, as the templates' parameters have them. */
export function tokenClaims(deployment: Deployment): DefaultClaims {
  const parameter = (name: string) => deployment.stacks.map((stack) => stack.parameters[name]).find((value) => value !== undefined);
  const iss = parameter('TokenIssuer');
  const aud = parameter('ProductCode');
  return { ...(iss !== undefined && { iss }), ...(aud !== undefined && { aud }), sub: accounts.customer };
}
