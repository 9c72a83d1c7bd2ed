// What verifySignature says to a request that is right, and to each way of being wrong.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCredentialStore } from '../../../emulator/iam/credential-store.ts';
import { sha256Hex } from '../../../emulator/iam/signing-key.ts';
import { type SignedRequest, verifySignature } from '../../../emulator/iam/verify-signature.ts';
import { sessionOf, userNamed } from './principals.ts';
import { rawHeadersOf, type Signed, signRequest, type Unsigned } from './sign-request.ts';

const nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
const date = new Date(nowMs);
const store = createCredentialStore();
const user = store.issue(userNamed('ann'));
const session = store.issue(sessionOf('init'));

function lambdaCall(overrides: Partial<Unsigned> = {}): Promise<Signed> {
  const path = `/2015-03-31/functions/${encodeURIComponent('arn:aws:lambda:us-east-1:111111111111:function:token:sub-1')}/invocations`;
  return signRequest({ method: 'POST', path, body: '{}', service: 'lambda', credentials: session, date, ...overrides });
}

function s3Call(overrides: Partial<Unsigned> = {}): Promise<Signed> {
  return signRequest({ method: 'GET', path: '/bucket/key', service: 's3', credentials: session, date, ...overrides });
}

function check(signed: Signed, overrides: Partial<SignedRequest> = {}) {
  const isS3 = /\/s3\/|%2Fs3%2F/.test(`${signed.headers.authorization}${signed.target}`);
  return verifySignature({
    method: signed.method,
    rawUrl: signed.target,
    rawHeaders: rawHeadersOf(signed.headers),
    service: isS3 ? 's3' : 'lambda',
    ...(!isS3 && { bodySha256: sha256Hex(Buffer.from('{}')) }),
    region: 'us-east-1',
    nowMs,
    maxSkewMs: 300_000,
    credentials: store,
    ...overrides,
  });
}

async function problemOf(signed: Signed, overrides: Partial<SignedRequest> = {}) {
  const verified = await check(signed, overrides);
  return verified.ok ? 'none' : verified.problem;
}

describe('a good request', () => {
  it('is verified for a user and for a session, in the header and in the query', async () => {
    for (const credentials of [user, session]) {
      expect(await check(await lambdaCall({ credentials }))).toMatchObject({
        ok: true,
        accessKeyId: credentials.accessKeyId,
        via: 'header',
      });
      expect(await check(await s3Call({ credentials, expiresIn: 60 }))).toMatchObject({
        ok: true,
        via: 'query',
        payloadHash: 'UNSIGNED-PAYLOAD',
      });
    }
  });

  it('may have a query in any order, without equals signs, and repeated spaces in a header (boto3) [M]', async () => {
    const signed = await s3Call({ query: { uploadId: 'U', partNumber: '1', delete: '' }, headers: { 'x-amz-meta-note': 'a b' } });
    const target = '/bucket/key?uploadId=U&partNumber=1&delete';
    expect(await check({ ...signed, target, headers: { ...signed.headers, 'x-amz-meta-note': '  a  b ' } })).toMatchObject({ ok: true });
  });

  it('may have UTF-8 in a header, whose bytes are no white space: à ends in 0xA0 (curl)', async () => {
    const note = 'voilà là';
    const signed = await s3Call({ headers: { 'x-amz-meta-note': note } });
    // As Node reads the bytes from the wire.
    const onTheWire = Buffer.from(note).toString('latin1');
    expect(await check({ ...signed, headers: { ...signed.headers, 'x-amz-meta-note': onTheWire } })).toMatchObject({ ok: true });
    const tabs = `\t ${onTheWire.replace(' ', ' \t')}\t`;
    expect(await check({ ...signed, headers: { ...signed.headers, 'x-amz-meta-note': tabs } })).toMatchObject({ ok: true });
  });

  it('may leave the characters + = ( ) of an S3 path bare (curl, minio) [I]', async () => {
    const signed = await s3Call({ path: '/bucket/a%2Bb%3Dc%28d%29' });
    expect(await check({ ...signed, target: '/bucket/a+b=c(d)' })).toMatchObject({ ok: true });
  });

  it('may carry no x-amz-content-sha256 outside S3 (boto3) [M]', async () => {
    const signed = await lambdaCall();
    const { 'x-amz-content-sha256': _, ...headers } = signed.headers;
    expect(await problemOf({ ...signed, headers })).toMatchObject({ kind: 'mismatch' });
  });

  it('is good until its clock is off by more than the limit', async () => {
    const signed = await lambdaCall();
    expect(await problemOf(signed, { nowMs: nowMs + 300_000 })).toBe('none');
    expect(await problemOf(signed, { nowMs: nowMs + 301_000 })).toMatchObject({ kind: 'tooOld', timestamp: '20261122T120000Z' });
    expect(await problemOf(signed, { nowMs: nowMs - 301_000 })).toMatchObject({ kind: 'tooNew' });
  });

  it('keeps nothing of a key when the secret behind its id is another one', async () => {
    const signed = await lambdaCall();
    expect(await problemOf(signed)).toBe('none');
    const issued = store.find(session.accessKeyId);
    if (!issued) throw new Error('the key is gone');
    const credentials = { ...store, find: () => ({ ...issued, credentials: { ...issued.credentials, secretAccessKey: 'other' } }) };
    expect(await problemOf(signed, { credentials })).toMatchObject({ kind: 'mismatch' });
  });
});

describe('a changed request', () => {
  let signed: Signed;
  beforeAll(async () => {
    signed = await lambdaCall({ query: { Qualifier: 'live' }, headers: { 'x-amz-invocation-type': 'RequestResponse' } });
  });

  it.each<[string, (request: Signed) => Partial<Signed>]>([
    ['method', () => ({ method: 'GET' })],
    ['path', ({ target }) => ({ target: target.replace('token', 'tokem') })],
    ['singly encoded ARN (conformance case 13)', ({ target }) => ({ target: target.replaceAll('%3A', ':') })],
    ['query', ({ target }) => ({ target: target.replace('live', 'dead') })],
    ['added query', ({ target }) => ({ target: `${target}&a=b` })],
    ['host', ({ headers }) => ({ headers: { ...headers, host: 'elsewhere' } })],
    ['signed header', ({ headers }) => ({ headers: { ...headers, 'x-amz-invocation-type': 'Event' } })],
    ['signature', ({ headers }) => ({ headers: { ...headers, authorization: flipLast(headers.authorization ?? '') } })],
    [
      'list of signed headers',
      ({ headers }) => ({
        headers: { ...headers, authorization: headers.authorization?.replace('SignedHeaders=', 'SignedHeaders=accept;') ?? '' },
      }),
    ],
  ])('does not match: %s', async (_, change) => {
    expect(await problemOf(signed)).toBe('none');
    expect(await problemOf({ ...signed, ...change(signed) })).toMatchObject({ kind: 'mismatch', accessKeyId: session.accessKeyId });
  });

  it('does not match whatever single character of the signature is changed', async () => {
    const authorization = signed.headers.authorization ?? '';
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 64 }), fc.constantFrom(...'0123456789abcdefgZ'), async (fromEnd, character) => {
        const position = authorization.length - fromEnd;
        fc.pre(authorization[position] !== character);
        const changed = authorization.slice(0, position) + character + authorization.slice(position + 1);
        expect(await problemOf({ ...signed, headers: { ...signed.headers, authorization: changed } })).toMatchObject({ kind: 'mismatch' });
      }),
    );
  });

  it('has another body', async () => {
    const problem = await problemOf(signed, { bodySha256: sha256Hex(Buffer.from('{"admin":true}')) });
    expect(problem).toMatchObject({ kind: 'hashMismatch', claimed: sha256Hex(Buffer.from('{}')) });
  });
});

describe('a request that is no signed one', () => {
  it.each<[string, Record<string, string>, unknown]>([
    ['nothing', {}, { kind: 'missing' }],
    ['a bearer token', { authorization: 'Bearer abc' }, { kind: 'notKeyValue' }],
    [
      'a bearer token with padding',
      { authorization: 'Bearer abc=' },
      { kind: 'malformedHeader', missing: ['Credential', 'Signature', 'SignedHeaders', 'Date'] },
    ],
    ['signature version 2', { authorization: 'AWS AKID:sig=' }, { kind: 'signatureVersion2' }],
    [
      'no signature',
      { authorization: 'AWS4-HMAC-SHA256 Credential=A/1/r/s/t, SignedHeaders=host', 'x-amz-date': '20261122T120000Z' },
      { kind: 'malformedHeader', missing: ['Signature'] },
    ],
    [
      'a credential of four parts',
      { authorization: 'AWS4-HMAC-SHA256 Credential=A/1/r/s, SignedHeaders=host, Signature=0', 'x-amz-date': '20261122T120000Z' },
      { kind: 'malformedCredential', via: 'header' },
    ],
    [
      'no date',
      { authorization: 'AWS4-HMAC-SHA256 Credential=A/1/r/s/t, SignedHeaders=host, Signature=0' },
      { kind: 'malformedHeader', missing: ['Date'] },
    ],
    [
      'an impossible date',
      { authorization: 'AWS4-HMAC-SHA256 Credential=A/1/r/s/t, SignedHeaders=host, Signature=0', 'x-amz-date': '20261322T120000Z' },
      { kind: 'malformedHeader', missing: ['Date'] },
    ],
  ])('%s', async (_, headers, expected) => {
    expect(await problemOf({ method: 'GET', target: '/', headers: { host: 'h', ...headers } })).toMatchObject(expected as object);
  });

  it('never repeats the header it could not read', async () => {
    const problem = await problemOf({ method: 'GET', target: '/', headers: { host: 'h', authorization: 'Bearer s3cret' } });
    expect(JSON.stringify(problem)).not.toContain('s3cret');
  });

  it('carries two mechanisms at once', async () => {
    const presigned = await s3Call({ expiresIn: 60 });
    const { headers } = await s3Call();
    expect(await problemOf({ ...presigned, headers })).toEqual({ kind: 'twoMechanisms' });
  });
});

describe('scope, key and token', () => {
  it.each<[string, Partial<Unsigned>, Partial<SignedRequest>, object]>([
    ['region', { region: 'eu-west-1' }, {}, { kind: 'badScope', field: 'region', given: 'eu-west-1', expected: 'us-east-1' }],
    ['service', { service: 'ec2' }, {}, { kind: 'badScope', field: 'service', given: 'ec2', expected: 'lambda' }],
    ['key', { credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 's' } }, {}, { kind: 'unknownKey', accessKeyId: 'AKIAUNKNOWN' }],
    [
      'absent token',
      { credentials: { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey } },
      {},
      { kind: 'badToken', tokenGiven: false },
    ],
    ['other token', { credentials: { ...session, sessionToken: 'other' } }, {}, { kind: 'badToken', tokenGiven: true }],
    ['token beside a user key', { credentials: { ...user, sessionToken: 'any' } }, {}, { kind: 'badToken', tokenGiven: true }],
  ])('refuses a wrong %s', async (_, unsigned, request, expected) => {
    expect(await problemOf(await lambdaCall(unsigned), request)).toMatchObject(expected);
  });

  it('refuses a scope date that is not the date of the request (conformance case 11)', async () => {
    const signed = await lambdaCall();
    const authorization = signed.headers.authorization?.replace('/20261122/', '/20261121/') ?? '';
    expect(await problemOf({ ...signed, headers: { ...signed.headers, authorization } })).toMatchObject({
      kind: 'badScope',
      field: 'date',
      given: '20261121',
      expected: '20261122',
    });
  });

  it('refuses another terminal (conformance case 10)', async () => {
    const signed = await lambdaCall();
    const authorization = signed.headers.authorization?.replace('/aws4_request', '/aws5_request') ?? '';
    expect(await problemOf({ ...signed, headers: { ...signed.headers, authorization } })).toMatchObject({
      kind: 'badScope',
      field: 'terminal',
    });
  });
});

describe('what must be signed', () => {
  it('every x-amz-* header, on S3 [V] and elsewhere [D]', async () => {
    for (const signed of [await s3Call({ expiresIn: 60 }), await lambdaCall()]) {
      const problem = await problemOf({ ...signed, headers: { ...signed.headers, 'x-amz-tagging': 'a=b', 'x-other': '1' } });
      expect(problem).toEqual({ kind: 'unsignedHeaders', names: ['x-amz-tagging'] });
    }
  });

  it('the host', async () => {
    const signed = await s3Call();
    const authorization = signed.headers.authorization?.replace('SignedHeaders=host;', 'SignedHeaders=') ?? '';
    expect(await problemOf({ ...signed, headers: { ...signed.headers, authorization } })).toEqual({ kind: 'hostNotSigned' });
  });

  it('S3 wants x-amz-content-sha256 with a hash or a known word [G]', async () => {
    const signed = await s3Call();
    const { 'x-amz-content-sha256': _, ...headers } = signed.headers;
    expect(await problemOf({ ...signed, headers })).toEqual({ kind: 'missingContentSha256' });
    const odd = await s3Call({ headers: { 'x-amz-content-sha256': 'SOMETHING' } });
    expect(await problemOf(odd)).toEqual({ kind: 'badContentSha256', value: 'SOMETHING' });
    expect(await problemOf(await s3Call({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }))).toBe('none');
    const elsewhere = await lambdaCall({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    expect(await problemOf(elsewhere)).toMatchObject({ kind: 'hashMismatch' });
  });
});

describe('presigned requests', () => {
  it.each<[string, string, string, object]>([
    ['too long', 'X-Amz-Expires=60', 'X-Amz-Expires=604801', { kind: 'badExpires', reason: 'overAWeek' }],
    ['negative', 'X-Amz-Expires=60', 'X-Amz-Expires=-1', { kind: 'badExpires', reason: 'negative' }],
    ['not a number', 'X-Amz-Expires=60', 'X-Amz-Expires=abc', { kind: 'badExpires', reason: 'notANumber' }],
    ['without signed headers', 'X-Amz-SignedHeaders=host', '', { kind: 'malformedQuery' }],
    ['without expiry', 'X-Amz-Expires=60', '', { kind: 'malformedQuery' }],
    ['of another algorithm', 'AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256', { kind: 'malformedQuery' }],
    ['with a doubly encoded credential [V]', '%2F', '%252F', { kind: 'malformedCredential', via: 'query' }],
    ['with a longer expiry than was signed', 'X-Amz-Expires=60', 'X-Amz-Expires=61', { kind: 'mismatch' }],
    ['for another key', '/bucket/key', '/bucket/other', { kind: 'mismatch' }],
  ])('%s', async (_, from, to, expected) => {
    const signed = await s3Call({ expiresIn: 60 });
    expect(await problemOf({ ...signed, target: signed.target.replaceAll(from, to) })).toMatchObject(expected);
  });

  it('end when they expire and begin when they are dated', async () => {
    const signed = await s3Call({ expiresIn: 60 });
    expect(await problemOf(signed, { nowMs: nowMs + 60_000 })).toBe('none');
    expect(await problemOf(signed, { nowMs: nowMs + 60_001 })).toMatchObject({ kind: 'presignedExpired', expiresSeconds: 60 });
    expect(await problemOf(signed, { nowMs: nowMs - 300_001 })).toMatchObject({ kind: 'presignedNotYet' });
  });

  it('of signature version 2 are named as such (conformance case 18)', async () => {
    const target = '/bucket/key?AWSAccessKeyId=A&Signature=s&Expires=1';
    expect(await problemOf({ method: 'GET', target, headers: { host: 'h' } }, { service: 's3' })).toEqual({ kind: 'signatureVersion2' });
  });
});

function flipLast(text: string): string {
  return text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');
}
