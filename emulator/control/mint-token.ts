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
  if (plan.algorithm === 'none') return { token: cut(`${signingInputOf(plan, kid)}.`), signedBy: 'nobody' };
  if (plan.isSignedByPartner && partner) return { token: cut(await mintSigned(plan, partner)), signedBy: 'partner-key' };
  return { token: cut(jwt.sign(plan.claims, plan.hasKeyId ? { kid } : {})), signedBy: 'own-key' };
}

/** A compact token with this signer's signature, whole. */
export async function mintSigned(plan: SignedPlan, signer: PartnerSigner): Promise<string> {
  const signingInput = signingInputOf({ ...plan, algorithm: 'ES256' }, signer.kid);
  return `${signingInput}.${Buffer.from(await signer.sign(signingInput)).toString('base64url')}`;
}

type SignedPlan = Pick<TokenPlan, 'hasKeyId'> & { readonly claims: object };

function signingInputOf({ algorithm, hasKeyId, claims }: SignedPlan & Pick<TokenPlan, 'algorithm'>, kid: string): string {
  const header = { alg: algorithm, typ: 'JWT', ...(hasKeyId && { kid }) };
  return `${encode(header)}.${encode(claims)}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
