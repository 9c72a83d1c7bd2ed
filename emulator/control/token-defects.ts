// What can be wrong with a partner token, one thing at a time. Each defect is put in last, so that no claim of the caller can undo it.

export const tokenDefects = [
  'expired',
  'wrong-audience',
  'wrong-issuer',
  'wrong-key',
  'alg-none',
  'no-kid',
  'no-exp',
  'future',
  'too-long',
  'cut',
] as const;
export type TokenDefect = (typeof tokenDefects)[number];

/** What the caller fixes; times in seconds since 1970. */
export interface GivenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly iat?: number;
  readonly exp?: number;
  readonly nbf?: number;
  readonly [name: string]: unknown;
}

/** What the token carries. */
interface TokenClaims extends GivenClaims {
  readonly iat: number;
}

export interface TokenPlan {
  readonly claims: TokenClaims;
  readonly algorithm: 'ES256' | 'none';
  readonly hasKeyId: boolean;
  /** False: a key that the verifier does not know. */
  readonly isSignedByPartner: boolean;
  /** Characters taken off the end. */
  readonly cutCharacters: number;
}

const minuteSeconds = 60;
/** What the partner's own tokens live. */
const soundLifetimeSeconds = 5 * minuteSeconds;
/** Above the 15 minutes that a token may live. */
const excessiveLifetimeSeconds = 60 * minuteSeconds;

/** `given` wins over a sound token's times, the defect wins over both. `now` in seconds. */
export function planToken(defect: TokenDefect, given: GivenClaims, now: number): TokenPlan {
  const sound: TokenClaims = { exp: now + soundLifetimeSeconds, ...given, iat: given.iat ?? now };
  const plan: TokenPlan = { claims: sound, algorithm: 'ES256', hasKeyId: true, isSignedByPartner: true, cutCharacters: 0 };
  switch (defect) {
    case 'expired':
      return { ...plan, claims: { ...sound, iat: now - 2 * soundLifetimeSeconds, exp: now - soundLifetimeSeconds } };
    case 'wrong-audience':
      return { ...plan, claims: { ...sound, aud: `${sound.aud}-other` } };
    case 'wrong-issuer':
      return { ...plan, claims: { ...sound, iss: `${sound.iss}-other` } };
    case 'wrong-key':
      return { ...plan, isSignedByPartner: false };
    case 'alg-none':
      return { ...plan, algorithm: 'none' };
    case 'no-kid':
      return { ...plan, hasKeyId: false };
    case 'no-exp': {
      const { exp: _, ...claims } = sound;
      return { ...plan, claims };
    }
    case 'future': {
      const begin = now + excessiveLifetimeSeconds;
      return { ...plan, claims: { ...sound, iat: begin, nbf: begin, exp: begin + soundLifetimeSeconds } };
    }
    case 'too-long':
      return { ...plan, claims: { ...sound, exp: sound.iat + excessiveLifetimeSeconds } };
    case 'cut':
      return { ...plan, cutCharacters: 10 };
    default:
      return defect satisfies never;
  }
}
