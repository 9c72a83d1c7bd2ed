import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { createLocalJWKSet, SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthorizer } from '../../../lambdas/authorizer/authorize.ts';
import { parsePinnedKeys } from '../../../lambdas/authorizer/parse-pinned-keys.ts';
import { verifyToken } from '../../../lambdas/authorizer/verify-token.ts';
import { createPartnerKey, mintToken } from './partner-keys.ts';

const now = Date.UTC(2026, 10, 22, 12);
const seconds = now / 1_000;
const [current, next, unknown] = await Promise.all([createPartnerKey(), createPartnerKey(), createPartnerKey()]);
const apiArn = 'arn:aws:execute-api:us-east-1:222222222222:a1b2c3d4e5';
const claims = {
  iss: 'https://tokens.partner.example',
  sub: '222222222222',
  aud: 'airlock-identity',
  iat: seconds,
  exp: seconds + 900,
  jti: 'token-1',
};

const authorize = createAuthorizer({
  jwks: parsePinnedKeys(JSON.stringify({ keys: [current.jwk, next.jwk] })),
  issuer: claims.iss,
  audience: claims.aud,
  now: () => now,
});

const ask = (authorizationToken: string, methodArn = `${apiArn}/v1/POST/request`) =>
  authorize({ type: 'TOKEN', authorizationToken, methodArn }, { awsRequestId: 'invocation-1' });

/** Every method behind the authorizer, and no other. */
const methods = [`${apiArn}/v1/POST/request`, `${apiArn}/v1/GET/request/*`];

const without = (name: keyof typeof claims) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));

/** Genuinely signed by the current key, whatever is in it: jose would not make some of these. */
function mintAnyToken(payload: Record<string, unknown>, header: Record<string, unknown>): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode({ alg: 'ES256', typ: 'JWT', kid: current.kid, ...header })}.${encode(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key: current.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

describe('the authorizer', () => {
  it.each([
    ['current', current],
    ['next', next],
  ])('lets a token of the %s key through, to the two methods and with strings as context', async (_name, key) => {
    expect(await ask(`Bearer ${await mintToken(key, claims)}`)).toEqual({
      principalId: '222222222222',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: methods }],
      },
      context: { subject: '222222222222', productCode: 'airlock-identity', tokenExpiresAt: String(seconds + 900), tokenId: 'token-1' },
    });
  });

  it('answers the same for every method, as its answer is cached for all of them', async () => {
    const token = `Bearer ${await mintToken(current, claims)}`;
    expect(await ask(token, `${apiArn}/v1/GET/something/else`)).toEqual(await ask(token));
  });

  it('denies a genuine token of another account', async () => {
    const { policyDocument } = await ask(`Bearer ${await mintToken(current, { ...claims, sub: '333333333333' })}`);
    expect(policyDocument.Statement[0]).toEqual({ Effect: 'Deny', Action: 'execute-api:Invoke', Resource: methods });
  });

  it('accepts what the next test changes', async () => {
    await expect(ask(`Bearer ${mintAnyToken(claims, {})}`)).resolves.toMatchObject({ principalId: '222222222222' });
  });

  const changed: readonly (readonly [name: string, claims: Record<string, unknown>, header?: Record<string, unknown>])[] = [
    ['that has expired', { ...claims, iat: seconds - 900, exp: seconds - 1 }],
    ['that expires now, and a second ago is tolerance enough', { ...claims, iat: seconds - 899, exp: seconds - 2 }],
    ['issued in the future', { ...claims, iat: seconds + 60, exp: seconds + 600 }],
    ['not valid yet', { ...claims, nbf: seconds + 60 }],
    ['that lives longer than 15 minutes', { ...claims, exp: seconds + 901 }],
    ['that lives for years', { ...claims, exp: seconds + 1e9 }],
    ['that ends before it begins', { ...claims, iat: seconds, exp: seconds }],
    ['of another issuer', { ...claims, iss: 'https://tokens.other.example' }],
    ['for another product', { ...claims, aud: 'other' }],
    ['for several other products', { ...claims, aud: ['other', 'more'] }],
    ['with a subject that is no account', { ...claims, sub: '*' }],
    ['with a number as subject', { ...claims, sub: 222222222222 }],
    ['with times that are fractions', { ...claims, exp: seconds + 10.5 }],
    ['without exp', without('exp')],
    ['without iat', without('iat')],
    ['without iss', without('iss')],
    ['without aud', without('aud')],
    ['without sub', without('sub')],
    ['without kid', claims, { kid: undefined }],
    ['with an empty kid', claims, { kid: '' }],
    ['with an unknown kid', claims, { kid: unknown.kid }],
    ["under the other key's kid", claims, { kid: next.kid }],
    ['of another type', claims, { typ: 'at+jwt' }],
    ['with a critical header', claims, { crit: ['x'], x: 1 }],
  ];
  const defects = changed.map(([name, changedClaims, header = {}]) => ({ name, changedClaims, header }));
  it.each(defects)('refuses a token $name', async ({ changedClaims, header }) => {
    await expect(ask(`Bearer ${mintAnyToken(changedClaims, header)}`)).rejects.toThrow(/^Unauthorized$/);
  });

  it('refuses a token signed with a key that is not pinned, and one signed with the public key as a secret', async () => {
    await expect(ask(`Bearer ${await mintToken({ ...unknown, kid: current.kid }, claims)}`)).rejects.toThrow(/^Unauthorized$/);
    const secret = Buffer.from(JSON.stringify(current.jwk));
    const confused = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: current.kid }).sign(secret);
    await expect(ask(`Bearer ${confused}`)).rejects.toThrow(/^Unauthorized$/);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: current.kid }).sign(privateKey);
    await expect(ask(`Bearer ${rsa}`)).rejects.toThrow(/^Unauthorized$/);
    await expect(ask(`Bearer ${new UnsecuredJWT(claims).encode()}`)).rejects.toThrow(/^Unauthorized$/);
  });

  it('refuses a token with one character changed, wherever it is', async () => {
    const token = await mintToken(current, claims);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 2), fc.constantFrom(...alphabet), async (at, character) => {
        fc.pre(token[at] !== '.' && token[at] !== character);
        const tampered = token.slice(0, at) + character + token.slice(at + 1);
        await expect(ask(`Bearer ${tampered}`)).rejects.toThrow(/^Unauthorized$/);
      }),
      { numRuns: 60 },
    );
  });

  it('answers 401 and nothing else for any text', async () => {
    const part = fc.string({ unit: fc.constantFrom('e', 'y', 'J', '0', '=', ' ', '{', 'ü') });
    const token = fc.oneof(
      fc.string(),
      fc.tuple(part, part, part).map((parts) => `Bearer ${parts.join('.')}`),
    );
    await fc.assert(
      fc.asyncProperty(token, async (text) => {
        await expect(ask(text)).rejects.toThrow(/^Unauthorized$/);
      }),
    );
  });

  it('logs why, and neither the token nor a claim', async () => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    const token = await mintToken(current, { ...claims, iat: seconds - 900, exp: seconds - 10 });
    await expect(ask(`Bearer ${token}`)).rejects.toThrow();
    expect(lines).toHaveBeenCalledTimes(1);
    const line = String(lines.mock.calls[0]?.[0]);
    expect(JSON.parse(line)).toEqual({ code: 'ERR_JWT_EXPIRED', invocationId: 'invocation-1', durationMs: expect.any(Number) });
    expect(line).not.toContain(token.slice(0, 20));
  });
});

describe('the pinned keys', () => {
  const privateJwk = { ...current.jwk, d: 'secret' };
  it.each([
    ['no keys', '{}'],
    ['null', 'null'],
    ['one key', JSON.stringify({ keys: [current.jwk] })],
    ['three keys', JSON.stringify({ keys: [current.jwk, next.jwk, unknown.jwk] })],
    ['the same key twice', JSON.stringify({ keys: [current.jwk, current.jwk] })],
    ['a key without kid', JSON.stringify({ keys: [current.jwk, { ...next.jwk, kid: undefined }] })],
    ['a key of another curve', JSON.stringify({ keys: [current.jwk, { ...next.jwk, crv: 'P-384' }] })],
    ['a secret', JSON.stringify({ keys: [current.jwk, { kty: 'oct', k: 'x', kid: 'x' }] })],
    ['a private key', JSON.stringify({ keys: [current.jwk, privateJwk] })],
  ])('are refused with %s, and the function does not start', (_name, text) => {
    expect(() => parsePinnedKeys(text)).toThrow(TypeError);
  });
});

describe('the verification', () => {
  const options = { issuer: claims.iss, audience: claims.aud, now: new Date(now) };

  it('accepts ES256 only, whatever key it is handed', async () => {
    const secret = new TextEncoder().encode('a secret of thirty-two bytes ....');
    const hmac = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: 'secret' }).sign(secret);
    expect(await verifyToken(`Bearer ${hmac}`, { ...options, keys: async () => secret })).toEqual({
      ok: false,
      code: 'ERR_JOSE_ALG_NOT_ALLOWED',
    });
  });

  // jose takes the only key of a set for a token that names none.
  it('wants a kid also where there is one key only', async () => {
    const keys = createLocalJWKSet({ keys: [current.jwk] });
    expect((await verifyToken(`Bearer ${mintAnyToken(claims, {})}`, { ...options, keys })).ok).toBe(true);
    expect(await verifyToken(`Bearer ${mintAnyToken(claims, { kid: undefined })}`, { ...options, keys })).toEqual({
      ok: false,
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });
});
