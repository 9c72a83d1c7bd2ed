// Tokens of the partner for provider states: signed by its key, sound but for what the state says.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { DefaultClaims, PartnerSigner } from '../control/control-server.ts';
import { mintSigned } from '../control/mint-token.ts';
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import { planToken, type TokenDefect } from '../control/token-defects.ts';

export interface TokenIssuer {
  /**
   * A compact token, another one each time: an authorizer's kept answer for one is none for the next. `expiresAt` in whole seconds since
   * 1970, for a sound token; default: in 15 minutes.
   * @throws ProviderStateRefused STATE_NOT_SET where the templates have no partner key, issuer or product
   */
  issue(options?: { readonly defect?: TokenDefect; readonly subject?: string; readonly expiresAt?: number }): Promise<string>;
}

export interface TokenIssuerOptions {
  readonly partner: PartnerSigner | undefined;
  readonly claims: DefaultClaims;
  readonly clock: Clock;
}

/** What the partner's tokens live; the time of a sound token's plan is shorter. */
const lifetimeSeconds = 15 * 60;

export function createTokenIssuer({ partner, claims: { iss, aud, sub }, clock }: TokenIssuerOptions): TokenIssuer {
  return {
    async issue({ defect, subject = sub, expiresAt } = {}) {
      if (partner === undefined)
        throw new ProviderStateRefused(
          'STATE_NOT_SET',
          'The templates have no key of the partner (ECC_NIST_P256) that could sign a token.',
        );
      if (iss === undefined || aud === undefined || subject === undefined)
        throw new ProviderStateRefused(
          'STATE_NOT_SET',
          'The templates have no parameters TokenIssuer and ProductCode that a token is issued by.',
        );
      const now = Math.floor(clock.now() / 1_000);
      const given = { iss, aud, sub: subject, jti: randomUUID() };
      if (defect === undefined) {
        const claims = { ...given, iat: now, exp: expiresAt ?? now + lifetimeSeconds };
        return mintSigned({ claims, hasKeyId: true }, partner);
      }
      const plan = planToken(defect, given, now);
      return mintSigned(plan, plan.isSignedByPartner ? partner : impostor(partner.kid));
    },
  };
}

/** Says that it is the partner's key, and is another one. */
function impostor(kid: string): PartnerSigner {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid, sign: async (signingInput) => sign('sha256', Buffer.from(signingInput), { key: privateKey, dsaEncoding: 'ieee-p1363' }) };
}
