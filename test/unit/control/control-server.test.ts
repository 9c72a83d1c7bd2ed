import { sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { buildControlServer, type ControlServerOptions, startControlServer } from '../../../emulator/control/control-server.ts';
import { refusalOf } from '../../../emulator/control/local-caller.ts';
import { tokenDefects } from '../../../emulator/control/token-defects.ts';
import { createKeyMaterial } from '../../../emulator/kms/key-material.ts';
import { verifyToken } from '../../../lambdas/authorizer/verify-token.ts';
import { signingKey } from '../kms/kms-fixture.ts';

const log = pino({ level: 'silent' });
const nowSeconds = 1_800_000_000;
const clock = { now: () => nowSeconds * 1_000 };
const material = createKeyMaterial();
const kid = material.publicJwk(signingKey.arn).kid;
const partnerSigner = {
  kid,
  async sign(input: string) {
    return sign('sha256', Buffer.from(input), { key: material.signingKey(signingKey.arn).privateKey, dsaEncoding: 'ieee-p1363' });
  },
};
const claims = { iss: 'partner', aud: 'product', sub: '222222222222' };
const base: ControlServerOptions = { port: 0, health: () => ({ status: 'ok' }), traces: () => [], log, clock };

const app = await buildControlServer({ ...base, partnerSigner, defaultClaims: claims });
const appWithoutPartner = await buildControlServer(base);
afterAll(async () => {
  await app.close();
  await appWithoutPartner.close();
});
const headers = { host: '127.0.0.1:3002' };

async function mint(body: object, from = app) {
  const response = await from.inject({ method: 'POST', url: '/tokens', payload: body, headers });
  return { status: response.statusCode, body: response.json() as Record<string, unknown> };
}

describe('GET', () => {
  test('/health and /traces answer what they are given, and are not cached', async () => {
    const health = await app.inject({ url: '/health', headers });
    expect([health.statusCode, health.json()]).toEqual([200, { status: 'ok' }]);
    expect(health.headers['cache-control']).toBe('no-store');
    expect((await app.inject({ url: '/traces', headers })).json()).toEqual([]);
  });

  test('another path names those that are there', async () => {
    const response = await app.inject({ url: '/tokens', headers });
    expect([response.statusCode, response.json().error.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('what health throws is logged and not told', async () => {
    const lines: string[] = [];
    const failing = await buildControlServer({
      ...base,
      log: pino({ level: 'error' }, { write: (line: string) => lines.push(line) }),
      health: () => {
        throw new Error('inner text');
      },
    });
    const response = await failing.inject({ url: '/health', headers });
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('inner text');
    expect(lines.join()).toContain('control server: request failed');
    await failing.close();
  });
});

describe('POST /tokens', () => {
  const keys = createLocalJWKSet({ keys: [...material.jwks([signingKey]).keys] });
  const options = { keys, issuer: 'partner', audience: 'product', now: new Date(nowSeconds * 1_000) };

  test.each([
    ['expired', 'ERR_JWT_EXPIRED', 'partner-key'],
    ['wrong-audience', 'ERR_JWT_CLAIM_VALIDATION_FAILED', 'partner-key'],
    ['wrong-issuer', 'ERR_JWT_CLAIM_VALIDATION_FAILED', 'partner-key'],
    ['wrong-key', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'own-key'],
    ['alg-none', 'TOKEN_MALFORMED', 'nobody'],
    ['no-kid', 'ERR_JWKS_NO_MATCHING_KEY', 'partner-key'],
    ['no-exp', 'ERR_JWT_CLAIM_VALIDATION_FAILED', 'partner-key'],
    ['future', 'ERR_JWT_CLAIM_VALIDATION_FAILED', 'partner-key'],
    ['too-long', 'TOKEN_LIFETIME_INVALID', 'partner-key'],
    ['cut', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'partner-key'],
  ])('%s is refused by the authorizer with %s', async (defect, code, signedBy) => {
    const minted = await mint({ defect });
    expect(minted).toMatchObject({ status: 201, body: { defect, signedBy } });
    expect(await verifyToken(`Bearer ${minted.body.token}`, options)).toEqual({ ok: false, code });
  });

  test.each(tokenDefects)('%s stays defective whatever claims are asked for', async (defect) => {
    const asked = { ...claims, iat: nowSeconds, exp: nowSeconds + 300, nbf: nowSeconds };
    const minted = await mint({ defect, claims: asked });
    expect(await verifyToken(`Bearer ${minted.body.token}`, options)).toMatchObject({ ok: false });
  });

  test.each(['expired', 'wrong-audience', 'wrong-issuer', 'no-exp', 'future', 'too-long', 'no-kid'])(
    '%s is signed by the partner, so that only the defect can be the reason',
    async (defect) => {
      const { token } = (await mint({ defect })).body;
      const later = new Date(Number(decodeJwt(String(token)).iat) * 1_000);
      await expect(jwtVerify(String(token), material.signingKey(signingKey.arn).publicKey, { currentDate: later })).resolves.toBeDefined();
    },
  );

  test('wrong-key names the key of the partner', async () => {
    expect(decodeProtectedHeader(String((await mint({ defect: 'wrong-key' })).body.token))).toEqual({ alg: 'ES256', typ: 'JWT', kid });
  });

  test('claims are carried over', async () => {
    const { token } = (await mint({ defect: 'wrong-key', claims: { tier: 'gold', sub: '333333333333' } })).body;
    expect(decodeJwt(String(token))).toMatchObject({
      tier: 'gold',
      sub: '333333333333',
      iss: 'partner',
      iat: nowSeconds,
      exp: nowSeconds + 300,
    });
  });

  test('without the partner key every token is signed by a key that nobody knows', async () => {
    const minted = await mint({ defect: 'expired', claims }, appWithoutPartner);
    expect(minted.body.signedBy).toBe('own-key');
    expect(decodeJwt(String(minted.body.token))).toMatchObject({ iat: nowSeconds - 600, exp: nowSeconds - 300 });
    await expect(jwtVerify(String(minted.body.token), material.signingKey(signingKey.arn).publicKey)).rejects.toThrow();
  });

  test.each([
    ['no defect', {}],
    ['a defect that is none', { defect: 'valid' }],
    ['an unknown member', { defect: 'cut', key: 'x' }],
    ['times that are text', { defect: 'cut', claims: { exp: '1' } }],
    ['too many claims', { defect: 'cut', claims: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`c${index}`, 1])) }],
  ])('%s is 400', async (_, body) => {
    expect(await mint(body)).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
  });

  test('claims nobody knows are asked for', async () => {
    expect(await mint({ defect: 'cut' }, appWithoutPartner)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('iss, aud and sub') } },
    });
  });

  test('a body above 16 KiB is refused', async () => {
    expect((await mint({ defect: 'cut', claims: { note: 'x'.repeat(20_000) } })).status).toBe(413);
  });
});

describe('who may call', () => {
  test.each([
    ['127.0.0.1:3002', undefined, true],
    ['localhost', undefined, true],
    ['LOCALHOST:3002', undefined, true],
    ['[::1]:3002', undefined, true],
    ['localhost:3002', 'http://localhost:3002', true],
    ['evil.example', undefined, false],
    ['127.0.0.1.evil.example:3002', undefined, false],
    ['localhost@evil.example', undefined, false],
    ['', undefined, false],
    ['localhost:3002', 'http://evil.example', false],
    ['localhost:3002', 'https://localhost:3002', false],
    ['localhost:3002', 'http://localhost:3000', false],
    ['localhost:3002', 'null', false],
  ])('host %j, origin %j: %j', (host, origin, allowed) => {
    expect(refusalOf({ host, origin }) === null).toBe(allowed);
  });

  test('is asked on every path, before the body is read', async () => {
    for (const [method, url] of [
      ['GET', '/health'],
      ['GET', '/traces'],
      ['POST', '/tokens'],
      ['GET', '/nothing'],
    ] as const) {
      const response = await app.inject({ method, url, headers: { host: 'rebound.example' }, ...(method === 'POST' && { payload: '{' }) });
      expect([url, response.statusCode, response.json().error.code]).toEqual([url, 403, 'FORBIDDEN']);
    }
  });
});

describe('the port', () => {
  test('is free again after close, also with a connection kept alive', async () => {
    const server = await startControlServer(base);
    const response = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(`${server.url}/health`, { headers: { connection: 'keep-alive' } }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      call.on('error', reject).end();
    });
    expect(response).toBe(200);
    await server.close();
    await server.close();
    await using again = await startControlServer({ ...base, port: server.port });
    expect(again.port).toBe(server.port);
  });

  test('that is taken is PORT_IN_USE, with the flag that helps', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startControlServer({ ...base, port })).rejects.toMatchObject({
      name: 'AirlockError',
      code: 'PORT_IN_USE',
      exitCode: 2,
      message: expect.stringContaining(String(port)),
      hint: expect.stringContaining('--control-port'),
    });
    other.close();
  });
});
