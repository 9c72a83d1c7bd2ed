// From a plan to a compact token. The control server's own key pair comes from @fastify/jwt; the partner's stays in KMS and is asked to sign.
import type { JWT } from '@fastify/jwt';
import type { TokenPlan } from './token-defects.ts';

/** Signs with the partner's real key, for tokens that are sound but for one thing. */
export interface PartnerSigner {
  /** As in the pinned JWKS. */
  readonly kid: string;
  /** `header.payload` in, the 64 bytes r||s of ES256 out. */
  sign(signingInput: string): Promise<Uint8Array>;
}

export interface MintOptions {
  readonly jwt: JWT;
  /** Key id of the control server's own pair. */
  readonly ownKid: string;
  readonly partner: PartnerSigner | undefined;
}

export interface MintedToken {
  readonly token: string;
  /** `own-key` where no partner key is at hand: such a token has a wrong key besides its defect. */
  readonly signedBy: 'partner-key' | 'own-key' | 'nobody';
}

export async function mintToken(plan: TokenPlan, { jwt, ownKid, partner }: MintOptions): Promise<MintedToken> {
  const kid = partner?.kid ?? ownKid;
  const cut = (token: string) => token.slice(0, token.length - plan.cutCharacters);
  const header = { alg: plan.algorithm, typ: 'JWT', ...(plan.hasKeyId && { kid }) };
  const signingInput = `${encode(header)}.${encode(plan.claims)}`;
  if (plan.algorithm === 'none') return { token: cut(`${signingInput}.`), signedBy: 'nobody' };
  if (plan.isSignedByPartner && partner) {
    const signature = Buffer.from(await partner.sign(signingInput)).toString('base64url');
    return { token: cut(`${signingInput}.${signature}`), signedBy: 'partner-key' };
  }
  return { token: cut(jwt.sign(plan.claims, plan.hasKeyId ? { kid } : {})), signedBy: 'own-key' };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
