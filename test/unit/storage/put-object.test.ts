// PutObject through the service. Numbers are those of the conformance cases.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AwsFaultError, fault } from '../../../emulator/aws/fault.ts';
import { openBucket } from './s3-harness.ts';

const crc32OfHello = 'NhCmhg==';
const md5Of = (text: string) => createHash('md5').update(text).digest('hex');

describe('PutObject', () => {
  it('answers the quoted MD5, the checksum it was given, its type and AES256 (case 26) [V]', async () => {
    await using s3 = await openBucket();
    const answer = await s3.put('/bbb/k?x-id=PutObject', 'hello', {
      'x-amz-checksum-crc32': crc32OfHello,
      'x-amz-sdk-checksum-algorithm': 'CRC32',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers).toEqual({
      etag: `"${md5Of('hello')}"`,
      'x-amz-checksum-crc32': crc32OfHello,
      'x-amz-checksum-type': 'FULL_OBJECT',
      'x-amz-server-side-encryption': 'AES256',
      'content-length': '0',
    });
  });
  it('computes CRC64NVME where the client gives no checksum (case 27) [G]', async () => {
    await using s3 = await openBucket();
    // The check value of CRC-64/NVME.
    const answer = await s3.put('/bbb/k', '123456789');
    expect(answer.headers['x-amz-checksum-crc64nvme']).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'));
  });
  it('stores under a trailing checksum what it computes itself (cases 20, 23) [M]', async () => {
    await using s3 = await openBucket();
    const trailer = {
      'x-amz-trailer': 'x-amz-checksum-crc32',
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    };
    const headers = { ...trailer, 'x-amz-decoded-content-length': '5', 'transfer-encoding': 'chunked' };
    const answer = await s3.send({ url: '/bbb/k', method: 'PUT', body: Readable.from([Buffer.from('he'), Buffer.from('llo')]), headers });
    expect(answer.headers).toMatchObject({ 'x-amz-checksum-crc32': crc32OfHello, etag: `"${md5Of('hello')}"` });
    const got = await s3.send({ url: '/bbb/k', headers: { 'x-amz-checksum-mode': 'ENABLED' } });
    expect(got.headers['x-amz-checksum-crc32']).toBe(crc32OfHello);
    expect(got.headers['content-encoding']).toBeUndefined();
    const empty = await s3.send({
      url: '/bbb/e',
      method: 'PUT',
      body: Readable.from([]),
      headers: { ...headers, 'x-amz-decoded-content-length': '0' },
    });
    expect(empty.headers['x-amz-checksum-crc32']).toBe('AAAAAA==');
  });
  it.each([
    ['22 [G]', { 'x-amz-decoded-content-length': '6', 'content-encoding': 'aws-chunked' }, 400, 'IncompleteBody', {}],
    ['22 [G]', { 'x-amz-decoded-content-length': '4', 'content-encoding': 'aws-chunked' }, 400, 'IncompleteBody', {}],
    ['[G]', { 'content-encoding': 'aws-chunked' }, 411, 'MissingContentLength', {}],
    ['28 [V]', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 400, 'BadDigest', { ExpectedDigest: 'AAAAAAAAAAAAAAAAAAAAAA==' }],
    ['28 [V]', { 'content-md5': '000' }, 400, 'InvalidDigest', { 'Content-MD5': '000' }],
    ['29 [V]', { 'x-amz-checksum-crc32': crc32OfHello, 'x-amz-checksum-sha1': 'qvTGHdzF6KLavt4PO0gs2a6pQ00=' }, 400, 'InvalidRequest', {}],
    ['[V]', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 400, 'BadDigest', {}],
    ['31 [G][D]', { 'x-amz-meta-a': 'x'.repeat(2048) }, 400, 'MetadataTooLarge', { Size: 2049, MaxSizeAllowed: 2048 }],
    ['38 [V]', { 'if-none-match': '"abc"' }, 501, 'NotImplemented', { Header: 'If-None-Match' }],
    ['39 [V]', { 'if-match': '"abc"' }, 404, 'NoSuchKey', { Key: 'k' }],
    ['40 [V]', { 'if-match': '*' }, 501, 'NotImplemented', { Header: 'If-Match' }],
    [
      '[D]',
      { 'content-length': String(5 * 1024 ** 3 + 1) },
      400,
      'EntityTooLarge',
      { ProposedSize: 5_368_709_121, MaxSizeAllowed: 5_368_709_120 },
    ],
    ['[M]', { 'x-amz-acl': 'private' }, 400, 'AccessControlListNotSupported', {}],
    ['ours', { 'x-amz-tagging': 'a=b' }, 501, 'NotImplemented', { Header: 'x-amz-tagging' }],
    ['ours', { 'x-amz-storage-class': 'GLACIER' }, 501, 'NotImplemented', { Header: 'x-amz-storage-class' }],
    ['[D]', { 'x-amz-storage-class': 'NONE' }, 400, 'InvalidStorageClass', {}],
    ['ours', { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }, 501, 'NotImplemented', {}],
    ['[D]', { 'x-amz-expected-bucket-owner': '999999999999' }, 403, 'AccessDenied', {}],
  ] as [string, Record<string, string>, number, string, object][])(
    'case %s: %j is %i %s, and nothing is stored',
    async (_case, headers, status, code, details) => {
      await using s3 = await openBucket();
      const answer = await s3.put('/bbb/k', 'hello', headers);
      expect(answer.fault).toMatchObject({ status, code });
      expect(answer.fault?.details ?? {}).toMatchObject(details);
      expect(s3.store.keys('bbb')).toEqual([]);
    },
  );
  it('refuses a key of 1025 bytes (case 30) [G]', async () => {
    await using s3 = await openBucket();
    expect((await s3.put(`/bbb/${'k'.repeat(1025)}`, 'x')).fault).toMatchObject({ status: 400, code: 'KeyTooLongError' });
    expect((await s3.put(`/bbb/${'k'.repeat(1024)}`, 'x')).status).toBe(200);
  });
  it('refuses a body without any length (411) [G]', async () => {
    await using s3 = await openBucket();
    expect((await s3.send({ url: '/bbb/k', method: 'PUT', body: Readable.from(['x']) })).fault).toMatchObject({
      status: 411,
      code: 'MissingContentLength',
    });
  });
  it('writes once under If-None-Match: * (case 37) and once under an ETag that is still true [V]', async () => {
    await using s3 = await openBucket();
    expect((await s3.put('/bbb/k', 'one', { 'if-none-match': '*' })).status).toBe(200);
    expect((await s3.put('/bbb/k', 'two', { 'if-none-match': '*' })).fault).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
      details: { Condition: 'If-None-Match' },
    });
    expect((await s3.put('/bbb/k', 'two', { 'if-match': `"${md5Of('one')}"` })).status).toBe(200);
    expect((await s3.put('/bbb/k', 'three', { 'if-match': md5Of('one') })).fault).toMatchObject({
      status: 412,
      details: { Condition: 'If-Match' },
    });
    expect((await s3.send({ url: '/bbb/k' })).text).toBe('two');
  });
  it('lets exactly one of 20 concurrent If-None-Match: * through (case 41)', async () => {
    await using s3 = await openBucket();
    const slow = (text: string) =>
      Readable.from(
        (async function* () {
          for (const letter of text) {
            await new Promise((resolve) => setImmediate(resolve));
            yield Buffer.from(letter);
          }
        })(),
      );
    const bodies = Array.from({ length: 20 }, (_, index) => `body ${String(index).padStart(3, '0')}`);
    const answers = await Promise.all(
      bodies.map((text) =>
        s3.send({
          url: '/bbb/k',
          method: 'PUT',
          body: slow(text),
          headers: { 'content-length': String(text.length), 'if-none-match': '*' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
    expect((await s3.send({ url: '/bbb/k' })).text).toBe(bodies[answers.findIndex(({ status }) => status === 200)]);
  });
  it('lets exactly one of several writers with the same If-Match through', async () => {
    await using s3 = await openBucket();
    await s3.put('/bbb/k', 'zero');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => s3.put('/bbb/k', `w${index}`, { 'if-match': md5Of('zero') })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
  it('stores nothing when the body turns out to be false at its end (cases 19, 21)', async () => {
    await using s3 = await openBucket();
    const wrong = fault(400, 'XAmzContentSHA256Mismatch', 'x');
    for (const size of [5, 500_000]) {
      const body = Readable.from(
        (async function* () {
          yield Buffer.alloc(size);
          throw new AwsFaultError(wrong);
        })(),
      );
      const answer = await s3.send({ url: '/bbb/k', method: 'PUT', body, headers: { 'content-length': String(size) } });
      expect(answer.fault).toEqual(wrong);
    }
    expect((await s3.put('/bbb/k', Buffer.alloc(500_000), { 'x-amz-checksum-crc32': 'AAAAAA==' })).fault).toMatchObject({
      code: 'BadDigest',
    });
    expect((await s3.send({ url: '/bbb/k' })).status).toBe(404);
    expect(await s3.incoming()).toEqual([]);
  });
  it('keeps system headers and user metadata in lower case, and gives them back on GET and HEAD [V]', async () => {
    await using s3 = await openBucket();
    const headers = {
      'content-type': 'text/csv',
      'cache-control': 'no-store',
      'content-language': 'de',
      expires: 'soon',
      'content-disposition': 'inline',
      'content-encoding': 'gzip,aws-chunked',
      'x-amz-meta-name': 'value',
      'x-amz-decoded-content-length': '1',
    };
    await s3.put('/bbb/k', 'x', headers);
    for (const method of ['GET', 'HEAD']) {
      const answer = await s3.send({ url: '/bbb/k', method });
      expect(answer.headers).toMatchObject({
        'content-type': 'text/csv',
        'cache-control': 'no-store',
        'content-language': 'de',
        expires: 'soon',
        'content-disposition': 'inline',
        'content-encoding': 'gzip',
        'x-amz-meta-name': 'value',
      });
      expect(answer.text).toBe(method === 'GET' ? 'x' : '');
    }
  });
  it('answers NoSuchBucket with the name', async () => {
    await using s3 = await openBucket();
    expect((await s3.put('/none/k', 'x')).fault).toMatchObject({ status: 404, code: 'NoSuchBucket', details: { BucketName: 'none' } });
  });
});
