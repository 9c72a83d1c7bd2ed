// Deletions, copies, and what answers 501. Numbers are those of the conformance cases.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { account, openBucket } from './s3-harness.ts';

const crc32OfHello = 'NhCmhg==';
const md5Of = (text: string) => createHash('md5').update(text).digest('hex');

describe('deletions', () => {
  it('answer 204, also for a key that is not there (case 42) [V]', async () => {
    await using s3 = await openBucket();
    await s3.put('/bbb/k', 'x');
    expect((await s3.send({ url: '/bbb/k', method: 'DELETE' })).status).toBe(204);
    expect((await s3.send({ url: '/bbb/k', method: 'DELETE' })).status).toBe(204);
  });
  it.each([
    ['[V]', { 'if-match': '"x"' }, 412, 'PreconditionFailed'],
    ['[V]', { 'x-amz-if-match-size': '1' }, 501, 'NotImplemented'],
    ['[V]', { 'x-amz-if-match-last-modified-time': 'x' }, 501, 'NotImplemented'],
  ] as [string, Record<string, string>, number, string][])('%s %j answers %i and deletes nothing', async (_mark, headers, status, code) => {
    await using s3 = await openBucket();
    await s3.put('/bbb/k', 'x');
    expect((await s3.send({ url: '/bbb/k', method: 'DELETE', headers })).fault).toMatchObject({ status, code });
    expect(s3.store.keys('bbb')).toEqual(['k']);
    expect((await s3.send({ url: '/bbb/k', method: 'DELETE', headers: { 'if-match': '*' } })).status).toBe(204);
    expect((await s3.send({ url: '/bbb/k', method: 'DELETE', headers: { 'if-match': '*' } })).fault).toMatchObject({ code: 'NoSuchKey' }); // [I rustfs #2602]
  });

  const md5 = (body: string) => ({ 'content-md5': createHash('md5').update(body).digest('base64') });
  const deleteBody = (keys: readonly string[], more = '') =>
    `<?xml version="1.0"?><Delete>${more}${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`;
  const post = (s3: Awaited<ReturnType<typeof openBucket>>, body: string, headers: Record<string, string> = md5(body)) =>
    s3.send({ url: '/bbb?delete=', method: 'POST', body, headers });

  it('of many answer one element a key, none with Quiet', async () => {
    await using s3 = await openBucket();
    await s3.put('/bbb/a', 'x');
    const answer = await post(s3, deleteBody(['a', 'b&#x0D;']));
    expect(answer.text).toContain('<Deleted><Key>a</Key></Deleted><Deleted><Key>b&#13;</Key></Deleted>');
    expect(s3.store.keys('bbb')).toEqual([]);
    expect((await post(s3, deleteBody(['a'], '<Quiet>true</Quiet>'))).text).not.toContain('Deleted>');
  });
  it('are limited to 1000 keys, need a digest, and a digest must be true (case 43)', async () => {
    await using s3 = await openBucket();
    await s3.put('/bbb/k0', 'x');
    const keys = Array.from({ length: 1001 }, (_, index) => `k${index}`);
    expect((await post(s3, deleteBody(keys))).fault).toMatchObject({ status: 400, code: 'MalformedXML' });
    expect((await post(s3, deleteBody(['k0']), {})).fault).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect((await post(s3, deleteBody(['k0']), md5('x'))).fault).toMatchObject({ status: 400, code: 'BadDigest' });
    expect((await post(s3, deleteBody([]))).fault).toMatchObject({ code: 'MalformedXML' });
    expect((await post(s3, 'nonsense')).fault).toMatchObject({ code: 'MalformedXML' });
    expect((await post(s3, '<Delete><Object><Key>k0</Key><VersionId>1</VersionId></Object></Delete>')).fault).toMatchObject({
      status: 501,
    });
    expect(s3.store.keys('bbb')).toEqual(['k0']);
    expect((await post(s3, deleteBody(keys.slice(0, 1000)))).status).toBe(200);
    expect(s3.store.keys('bbb')).toEqual([]);
  });
  it('of a denied key is an Error inside a 200 (case 43)', async () => {
    await using s3 = await openBucket({ denies: ({ resourceArn }) => resourceArn.endsWith('/secret') });
    await s3.store.putObject({ bucket: 'bbb', key: 'secret', body: Buffer.from('x') });
    const answer = await post(s3, deleteBody(['secret', 'open']));
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(
      '<Error><Key>secret</Key><Code>AccessDenied</Code><Message>denied s3:DeleteObject on arn:aws:s3:::bbb/secret</Message></Error>',
    );
    expect(answer.text).toContain('<Deleted><Key>open</Key></Deleted>');
    expect(s3.store.keys('bbb')).toEqual(['secret']);
  });
});

describe('CopyObject', () => {
  const copy = (s3: Awaited<ReturnType<typeof openBucket>>, target: string, source: string, headers: Record<string, string> = {}) =>
    s3.send({ url: target, method: 'PUT', headers: { 'x-amz-copy-source': source, ...headers } });

  it('copies bytes, type and metadata, or replaces them', async () => {
    await using s3 = await openBucket();
    await s3.put('/bbb/%C3%BC%20k%2B', 'hello', {
      'content-type': 'text/plain',
      'x-amz-meta-a': '1',
      'x-amz-checksum-crc32': crc32OfHello,
    });
    const answer = await copy(s3, '/bbb/t', 'bbb/%C3%BC%20k%2B');
    expect(answer.text).toContain(`<ETag>&quot;${md5Of('hello')}&quot;</ETag><ChecksumCRC32>${crc32OfHello}</ChecksumCRC32>`);
    expect(await s3.send({ url: '/bbb/t' })).toMatchObject({
      text: 'hello',
      headers: { 'content-type': 'text/plain', 'x-amz-meta-a': '1' },
    });
    await copy(s3, '/bbb/r', '/bbb/t', {
      'x-amz-metadata-directive': 'REPLACE',
      'x-amz-meta-b': '2',
      'x-amz-checksum-algorithm': 'SHA256',
    });
    const replaced = await s3.send({ url: '/bbb/r', headers: { 'x-amz-checksum-mode': 'ENABLED' } });
    expect(replaced.headers).toMatchObject({
      'content-type': 'binary/octet-stream',
      'x-amz-meta-b': '2',
      'x-amz-checksum-sha256': createHash('sha256').update('hello').digest('base64'),
    });
    expect(replaced.headers['x-amz-meta-a']).toBeUndefined();
  });
  it('onto itself changes nothing and is refused, with REPLACE it is done (case 53) [V]', async () => {
    await using s3 = await openBucket();
    await s3.put('/bbb/k', 'x');
    expect((await copy(s3, '/bbb/k', 'bbb/k')).fault).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect((await copy(s3, '/bbb/k', 'bbb/k', { 'x-amz-metadata-directive': 'REPLACE' })).status).toBe(200);
  });
  it('needs both permissions (case 54) [D]', async () => {
    for (const denied of ['s3:GetObject on arn:aws:s3:::bbb/k', 's3:PutObject on arn:aws:s3:::bbb/t']) {
      await using s3 = await openBucket({ denies: ({ action, resourceArn }) => `${action} on ${resourceArn}` === denied });
      await s3.store.putObject({ bucket: 'bbb', key: 'k', body: Buffer.from('x') });
      expect((await copy(s3, '/bbb/t', 'bbb/k')).fault).toMatchObject({ status: 403, message: `denied ${denied}` });
    }
  });
  it.each([
    ['[V]', 'nokey', {}, 400, 'InvalidArgument'],
    ['ours', 'bbb/k?versionId=1', {}, 501, 'NotImplemented'],
    ['[V]', 'bbb/none', {}, 404, 'NoSuchKey'],
    ['[V]', 'none/k', {}, 404, 'NoSuchBucket'],
    ['[I versitygw #1242]', 'bbb/k', { 'content-length': '3' }, 400, 'InvalidRequest'],
    ['[V]', 'bbb/k', { 'x-amz-copy-source-if-match': '"x"' }, 412, 'PreconditionFailed'],
    ['[V]', 'bbb/k', { 'x-amz-copy-source-if-none-match': md5Of('x') }, 412, 'PreconditionFailed'],
    ['[M]', 'bbb/k', { 'x-amz-metadata-directive': 'NONE' }, 400, 'InvalidArgument'],
    ['[D]', 'bbb/k', { 'if-none-match': '*' }, 412, 'PreconditionFailed'],
  ] as [string, string, Record<string, string>, number, string][])(
    '%s of %s with %j is %i %s',
    async (_mark, source, headers, status, code) => {
      await using s3 = await openBucket();
      await s3.put('/bbb/k', 'x');
      await s3.put('/bbb/t', 'y');
      const answer = await copy(s3, '/bbb/t', source, headers);
      expect(answer.fault).toMatchObject({ status, code });
      if (headers['x-amz-copy-source-if-match']) expect(answer.fault?.details).toEqual({ Condition: 'x-amz-copy-source-If-Match' });
      expect((await s3.send({ url: '/bbb/t' })).text).toBe('y');
    },
  );
});

describe('what is not emulated', () => {
  it.each([
    ['PUT', '/bbb/k?acl', 'PutObjectAcl'],
    ['PUT', '/bbb/k?tagging', 'PutObjectTagging'],
    ['GET', '/bbb/k?partNumber=1', 'GetObject with partNumber'],
    ['DELETE', '/bbb/k?versionId=v', 'DeleteObject with versionId'],
    ['PUT', '/bbb?policy', 'PutBucketPolicy'],
    ['DELETE', '/bbb?lifecycle', 'DeleteBucketLifecycleConfiguration'],
    ['PUT', '/bbb?versioning', 'PutBucketVersioning'],
    ['GET', '/?max-buckets=1', 'ListBuckets with max-buckets'],
  ])('%s %s answers 501 naming %s and touches nothing (case 61)', async (method, url, name) => {
    await using s3 = await openBucket();
    await s3.put('/bbb/k', 'x');
    expect((await s3.send({ url, method, body: 'y' })).fault).toMatchObject({
      status: 501,
      code: 'NotImplemented',
      message: `${name} is not emulated yet`,
    });
    expect((await s3.send({ url: '/bbb/k' })).text).toBe('x');
    expect(s3.store.bucket('bbb')).toMatchObject({ ownerAccountId: account });
  });
});
