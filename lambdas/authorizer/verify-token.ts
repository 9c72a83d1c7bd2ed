// Is this a token of the partner, for this product, valid now. jose checks the signature and the times; what it leaves open is checked here.
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';

interface VerifiedToken {
  /** The customer's account, 12 digits. */
  readonly subject: string;
  readonly productCode: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** The jti, or '' where the token has none. */
  readonly tokenId: string;
}

export type Verification =
  | { readonly ok: true; readonly token: VerifiedToken }
  | { readonly ok: false /** For our log. */; readonly code: string };

export interface VerifyOptions {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  readonly now: Date;
}

const lifetimeSecondsMax = 900;
/** Both sides run on AWS, whose clocks agree to milliseconds; one second is for rounding. */
const clockToleranceSeconds = 1;

export async function verifyToken(authorization: string, { keys, issuer, audience, now }: VerifyOptions): Promise<Verification> {
  const [, jwt] = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/.exec(authorization) ?? [];
  if (jwt === undefined) return refused('TOKEN_MALFORMED');
  try {
    // jose takes the only key of a JWKS for a token without `kid`: refuse before it can choose.
    const keyById: JWTVerifyGetKey = (header, input) => {
      if (typeof header.kid !== 'string' || header.kid === '') throw new errors.JWKSNoMatchingKey();
      return keys(header, input);
    };
    const { payload } = await jwtVerify(jwt, keyById, {
      algorithms: ['ES256'],
      typ: 'JWT',
      issuer,
      audience,
      requiredClaims: ['iss', 'aud', 'sub', 'iat', 'exp'],
      maxTokenAge: lifetimeSecondsMax,
      clockTolerance: clockToleranceSeconds,
      currentDate: now,
    });
    const { sub, iat, exp, jti } = payload;
    if (!isWhole(iat) || !isWhole(exp) || exp <= iat || exp - iat > lifetimeSecondsMax) return refused('TOKEN_LIFETIME_INVALID');
    if (typeof sub !== 'string' || !/^\d{12}$/.test(sub)) return refused('TOKEN_SUBJECT_INVALID');
    return { ok: true, token: { subject: sub, productCode: audience, expiresAt: exp, tokenId: typeof jti === 'string' ? jti : '' } };
  } catch (error) {
    if (error instanceof errors.JOSEError) return refused(error.code);
    throw error;
  }
}

function refused(code: string): Verification {
  return { ok: false, code };
}

function isWhole(value: number | undefined): value is number {
  return Number.isSafeInteger(value);
}
