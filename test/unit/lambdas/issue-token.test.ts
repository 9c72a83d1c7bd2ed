import { createPublicKey } from 'node:crypto';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createTokenFunction, type TokenFunctionOptions } from '../../../lambdas/partner-token/issue-token.ts';
import { createSigner } from '../../../lambdas/partner-token/sign-token.ts';
import { createPartnerKey } from './partner-keys.ts';

const now = Date.UTC(2026, 10, 22, 12, 0, 0, 321);
const alias = 's-k3v9x2m7q4ta';
const functionArn = 'arn:aws:lambda:us-east-1:111111111111:function:airlock-partner-token';
const context = { invokedFunctionArn: `${functionArn}:${alias}`, awsRequestId: 'invocation-1' };
const record = { aliasId: alias, accountId: '222222222222', status: 'active', productCodes: ['airlock-identity'], endsAt: null };
const key = await createPartnerKey();

function objectWith(text: string): GetObjectCommandOutput {
  const Body = { transformToString: async () => text } as unknown as NonNullable<GetObjectCommandOutput['Body']>;
  return { $metadata: {}, Body, ContentLength: text.length };
}

function tokenFunction(options: Partial<TokenFunctionOptions> = {}) {
  return createTokenFunction({
    self: { accountId: '111111111111', region: 'us-east-1', functionName: 'airlock-partner-token' },
    bucket: 'subscriptions',
    issuer: 'https://tokens.partner.example',
    lifetimeSeconds: 900,
    sendGetObject: async () => objectWith(JSON.stringify(record)),
    sign: createSigner({ keyId: 'arn:key', ...key.kms }),
    now: () => now,
    ...options,
  });
}

function awsError(name: string): Error {
  return Object.assign(new Error('arn:aws:secret'), { name });
}

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

describe('the token function', () => {
  it('issues a token that a verifier with the public key accepts', async () => {
    const answer = await tokenFunction()({ productCode: 'airlock-identity' }, context);
    if (!answer.ok) throw new Error(answer.reason);
    const { payload } = await jwtVerify(answer.token, createLocalJWKSet({ keys: [key.jwk] }), {
      algorithms: ['ES256'],
      issuer: 'https://tokens.partner.example',
      audience: 'airlock-identity',
      subject: '222222222222',
      currentDate: new Date(now),
    });
    expect(payload).toEqual({
      iss: 'https://tokens.partner.example',
      sub: '222222222222',
      aud: 'airlock-identity',
      iat: Math.floor(now / 1_000),
      exp: Math.floor(now / 1_000) + 900,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(answer.expiresAt).toBe('2026-11-22T12:15:00.000Z');
    expect(decodeProtectedHeader(answer.token)).toEqual({ alg: 'ES256', typ: 'JWT', kid: key.kid });
  });

  it('names the key by its RFC 7638 thumbprint', async () => {
    const jwk = createPublicKey(key.privateKey).export({ format: 'jwk' });
    expect(key.kid).toBe(await calculateJwkThumbprint(jwk));
  });

  it('asks KMS for the public key once, and again after it failed', async () => {
    let failures = 1;
    const calls = { getPublicKey: 0 };
    const sign = createSigner({
      keyId: 'arn:key',
      sendSign: key.kms.sendSign,
      sendGetPublicKey: async (command) => {
        calls.getPublicKey += 1;
        if (failures-- > 0) throw awsError('KMSInternalException');
        return key.kms.sendGetPublicKey(command);
      },
    });
    const run = tokenFunction({ sign });
    await expect(run({ productCode: 'airlock-identity' }, context)).rejects.toThrow('SIGNING_UNAVAILABLE');
    for (let call = 0; call < 3; call += 1) expect((await run({ productCode: 'airlock-identity' }, context)).ok).toBe(true);
    expect(calls.getPublicKey).toBe(2);
  });

  it('gives every token its own id', async () => {
    const run = tokenFunction();
    const tokens = await Promise.all(Array.from({ length: 5 }, () => run({ productCode: 'airlock-identity' }, context)));
    expect(new Set(tokens.map((answer) => (answer.ok ? answer.token : ''))).size).toBe(5);
  });

  it.each([
    ['no alias', { invokedFunctionArn: functionArn }, { productCode: 'airlock-identity' }, 'CALLER_NOT_RECOGNISED'],
    ['$LATEST', { invokedFunctionArn: `${functionArn}:$LATEST` }, { productCode: 'airlock-identity' }, 'CALLER_NOT_RECOGNISED'],
    ['no product', {}, {}, 'INVALID_REQUEST'],
    ['null', {}, null, 'INVALID_REQUEST'],
    ['a product that is no code', {}, { productCode: '../x' }, 'INVALID_REQUEST'],
    ['another product', {}, { productCode: 'other' }, 'PRODUCT_NOT_SUBSCRIBED'],
  ])('says no to %s', async (_name, change, event, reason) => {
    expect(await tokenFunction()(event, { ...context, ...change })).toEqual({ ok: false, reason });
  });

  it('takes no word of the payload for who is calling', async () => {
    const event = {
      productCode: 'airlock-identity',
      accountId: '333333333333',
      sub: '333333333333',
      aliasId: 's-000000000000',
      callerProof: {},
    };
    const keys: string[] = [];
    const answer = await tokenFunction({
      sendGetObject: async ({ input }) => {
        keys.push(`${input.Bucket}/${input.Key}`);
        return objectWith(JSON.stringify(record));
      },
    })(event, context);
    if (!answer.ok) throw new Error(answer.reason);
    expect(JSON.parse(Buffer.from(answer.token.split('.')[1] ?? '', 'base64url').toString()).sub).toBe('222222222222');
    expect(keys).toEqual([`subscriptions/subscriptions/${alias}.json`]);
  });

  it('says SUBSCRIPTION_NOT_FOUND where there is no record, and throws for every other failure of S3', async () => {
    const run = (name: string) =>
      tokenFunction({
        sendGetObject: async () => {
          throw awsError(name);
        },
      })({ productCode: 'airlock-identity' }, context);
    expect(await run('NoSuchKey')).toEqual({ ok: false, reason: 'SUBSCRIPTION_NOT_FOUND' });
    for (const name of ['AccessDenied', 'NoSuchBucket', 'TimeoutError'])
      await expect(run(name)).rejects.toThrow('SUBSCRIPTION_STORE_UNAVAILABLE');
  });

  it('throws errors that hold a code and nothing else, the stack included', async () => {
    const failing: readonly Partial<TokenFunctionOptions>[] = [
      { sendGetObject: async () => objectWith('{"aliasId":"secret"}') },
      { sendGetObject: () => Promise.reject(awsError('AccessDenied')) },
      { sign: createSigner({ keyId: 'arn:key', ...key.kms, sendSign: () => Promise.reject(awsError('DisabledException')) }) },
      { sign: createSigner({ keyId: 'arn:key', ...key.kms, sendSign: async () => ({ $metadata: {}, Signature: new Uint8Array(70) }) }) },
      { sign: createSigner({ keyId: 'arn:key', ...key.kms, sendGetPublicKey: async () => ({ $metadata: {}, KeySpec: 'RSA_2048' }) }) },
    ];
    for (const options of failing) {
      const error: unknown = await tokenFunction(options)({ productCode: 'airlock-identity' }, context).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      const { name, message, stack } = error as Error;
      expect(name).toBe('TokenFunctionError');
      expect(message).toMatch(/^[A-Z_]+$/);
      expect(stack).toBe(`TokenFunctionError: ${message}`);
    }
  });

  it('logs codes and ids, never a token', async () => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    await tokenFunction()({ productCode: 'airlock-identity' }, context);
    expect(lines.mock.calls).toEqual([['{"code":"TOKEN_ISSUED","invocationId":"invocation-1"}']]);
  });
});
