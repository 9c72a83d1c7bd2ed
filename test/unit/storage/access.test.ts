// Which permissions each operation asks for, and what a caller without them learns.
import { describe, expect, it } from 'vitest';
import { fault } from '../../../emulator/aws/fault.ts';
import { account, type HarnessOptions, openBucket, otherAccount } from './s3-harness.ts';

const keyArn = 'arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555';

describe('the permission of an operation', () => {
  it.each([
    ['GET', '/', {}, ['s3:ListAllMyBuckets *']],
    ['PUT', '/new-bucket', {}, ['s3:CreateBucket arn:aws:s3:::new-bucket']],
    ['HEAD', '/bbb', {}, ['s3:ListBucket arn:aws:s3:::bbb']],
    ['GET', '/bbb?location', {}, ['s3:GetBucketLocation arn:aws:s3:::bbb']],
    ['GET', '/bbb?list-type=2', {}, ['s3:ListBucket arn:aws:s3:::bbb']],
    ['GET', '/bbb', {}, ['s3:ListBucket arn:aws:s3:::bbb']],
    ['DELETE', '/bbb', {}, ['s3:DeleteBucket arn:aws:s3:::bbb']],
    ['GET', '/bbb/a/k', {}, ['s3:GetObject arn:aws:s3:::bbb/a/k']],
    ['HEAD', '/bbb/a/k', {}, ['s3:GetObject arn:aws:s3:::bbb/a/k']],
    ['PUT', '/bbb/a/k', {}, ['s3:PutObject arn:aws:s3:::bbb/a/k']],
    ['PUT', '/bbb/a/k', { 'if-match': '"x"' }, ['s3:PutObject arn:aws:s3:::bbb/a/k', 's3:GetObject arn:aws:s3:::bbb/a/k']],
    ['DELETE', '/bbb/a/k', {}, ['s3:DeleteObject arn:aws:s3:::bbb/a/k']],
    ['DELETE', '/bbb/a/k', { 'if-match': '"x"' }, ['s3:DeleteObject arn:aws:s3:::bbb/a/k', 's3:GetObject arn:aws:s3:::bbb/a/k']],
    ['PUT', '/bbb/t', { 'x-amz-copy-source': 'bbb/a/k' }, ['s3:PutObject arn:aws:s3:::bbb/t', 's3:GetObject arn:aws:s3:::bbb/a/k']],
    ['GET', '/bbb/none', {}, ['s3:GetObject arn:aws:s3:::bbb/none', 's3:ListBucket arn:aws:s3:::bbb']],
  ] as [string, string, Record<string, string>, string[]][])(
    '%s %s %j is %j, and without it nothing happens [D]',
    async (method, url, headers, expected) => {
      await using s3 = await openBucket();
      await s3.store.putObject({ bucket: 'bbb', key: 'a/k', body: Buffer.from('x') });
      await s3.send({ url, method, headers });
      expect(s3.checks.map(({ action, resourceArn }) => `${action} ${resourceArn}`)).toEqual(expected);

      const last = expected.at(-1);
      await using denying = await openBucket({ denies: ({ action, resourceArn }) => `${action} ${resourceArn}` === last });
      await denying.store.putObject({ bucket: 'bbb', key: 'a/k', body: Buffer.from('x') });
      expect((await denying.send({ url, method, headers })).fault).toMatchObject({ status: 403, code: 'AccessDenied' });
      expect(denying.store.keys('bbb')).toEqual(['a/k']);
      expect(denying.store.buckets().map(({ name }) => name)).toEqual(['bbb']);
    },
  );

  it('is checked with the bucket owner, the bucket policy and the condition keys of the request', async () => {
    const policy = { Version: '2012-10-17', Statement: [] };
    await using s3 = await openBucket({ bucketPolicies: (name) => (name === 'bbb' ? policy : null) });
    await s3.send({ url: '/bbb?list-type=2&prefix=a%2F&delimiter=%2F&max-keys=5', accountId: otherAccount });
    expect(s3.checks.at(-1)).toMatchObject({
      resourceAccountId: account,
      resourcePolicies: [policy],
      context: {
        's3:prefix': 'a/',
        's3:delimiter': '/',
        's3:max-keys': '5',
        's3:ResourceAccount': account,
      },
    });
    await s3.put('/bbb/k', 'x', {
      'if-none-match': '*',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    });
    expect(s3.checks.at(-1)?.context).toMatchObject({
      's3:if-none-match': '*',
      's3:x-amz-server-side-encryption': 'AES256',
      's3:x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    });
    await s3.send({ url: '/bbb?list-type=2' });
    expect(Object.keys(s3.checks.at(-1)?.context ?? {})).not.toContain('s3:prefix');
  });
});

describe('a key that is not there', () => {
  it.each(['GET', 'HEAD'])('is 404 to %s for who may list the bucket, else 403 (case 57) [D]', async (method) => {
    await using s3 = await openBucket();
    expect((await s3.send({ url: '/bbb/none', method })).fault).toMatchObject({ status: 404, code: 'NoSuchKey' });
    await using blind = await openBucket({ denies: ({ action }) => action === 's3:ListBucket' });
    expect((await blind.send({ url: '/bbb/none', method })).fault).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
});

describe('a bucket with a default key', () => {
  it('asks KMS for a data key on put and for decryption on get and head, and echoes the key ARN (case 59)', async () => {
    const uses: string[] = [];
    await using s3 = await openBucket({
      encryptionKeyArn: () => keyArn,
      authorizeKey: ({ keyArn: arn, action }) => {
        uses.push(`${action} ${arn}`);
        return null;
      },
    });
    const put = await s3.put('/bbb/k', 'hello');
    expect(put.headers).toMatchObject({ 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': keyArn });
    // Under aws:kms the ETag is no MD5 and differs from put to put [V].
    expect(put.headers.etag).not.toBe((await s3.put('/bbb/k', 'hello')).headers.etag);
    for (const method of ['GET', 'HEAD'])
      expect((await s3.send({ url: '/bbb/k', method })).headers).toMatchObject({ 'x-amz-server-side-encryption-aws-kms-key-id': keyArn });
    expect(uses).toEqual([
      `kms:GenerateDataKey ${keyArn}`,
      `kms:GenerateDataKey ${keyArn}`,
      `kms:Decrypt ${keyArn}`,
      `kms:Decrypt ${keyArn}`,
    ]);
    expect((await s3.put('/bbb/plain', 'x', { 'x-amz-server-side-encryption': 'AES256' })).headers['x-amz-server-side-encryption']).toBe(
      'AES256',
    );
    expect(uses).toHaveLength(4);
  });
  it.each([
    [
      '59',
      fault(400, 'AccessDeniedException', 'User: U is not authorized to perform: kms:GenerateDataKey on resource: K'),
      403,
      'AccessDenied',
    ],
    ['60', fault(400, 'DisabledException', 'K is disabled.'), 400, 'KMS.DisabledException'],
    ['[V]', fault(400, 'NotFoundException', "Key 'K' does not exist"), 400, 'KMS.NotFoundException'],
    ['[V]', fault(400, 'KMSInvalidStateException', 'K is pending deletion.'), 400, 'KMS.KMSInvalidStateException'],
  ])('case %s: gives %j of KMS in the words of S3', async (_case, refusal, status, code) => {
    await using s3 = await openBucket({ authorizeKey: () => refusal });
    const answer = await s3.put('/bbb/k', 'x', {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': keyArn,
    });
    expect(answer.fault).toMatchObject({ status, code, message: refusal.message });
    expect(s3.store.keys('bbb')).toEqual([]);
  });
  it('makes a full ARN of a key id, and says so where it cannot tell the key', async () => {
    const arns: string[] = [];
    await using s3 = await openBucket({
      authorizeKey: ({ keyArn: arn }) => {
        arns.push(arn);
        return null;
      },
    });
    const kms = { 'x-amz-server-side-encryption': 'aws:kms' };
    const keyId = 'x-amz-server-side-encryption-aws-kms-key-id';
    expect((await s3.put('/bbb/k', 'x', { ...kms, [keyId]: '11111111-2222-3333-4444-555555555555' })).headers[keyId]).toBe(keyArn);
    expect(arns).toEqual([keyArn]);
    expect((await s3.put('/bbb/k', 'x', kms)).fault).toMatchObject({ status: 501 });
    expect((await s3.put('/bbb/k', 'x', { ...kms, [keyId]: 'alias/a' })).fault).toMatchObject({ status: 501 });
    expect((await s3.put('/bbb/k', 'x', { 'x-amz-server-side-encryption': 'rot13' })).fault).toMatchObject({ status: 400 });
  });
  it('uses its key with the ARN of the object, with an S3 Bucket Key with that of the bucket [D]', async () => {
    const contexts: string[] = [];
    const harness: HarnessOptions = {
      encryptionKeyArn: () => keyArn,
      authorizeKey: ({ action, encryptionContext }) => {
        contexts.push(`${action} ${encryptionContext['aws:s3:arn']}`);
        return null;
      },
    };
    const bucketKey = { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' };
    await using s3 = await openBucket(harness);
    await s3.put('/bbb/a/k', 'x');
    await s3.put('/bbb/b', 'x', bucketKey);
    for (const url of ['/bbb/a/k', '/bbb/b']) await s3.send({ url });
    await s3.send({ url: '/bbb/c', method: 'PUT', headers: { 'x-amz-copy-source': 'bbb/a/k' } });
    await s3.send({ url: '/bbb/c', method: 'PUT', headers: { 'x-amz-copy-source': 'bbb/b', ...bucketKey } });
    expect(contexts.splice(0)).toEqual([
      'kms:GenerateDataKey arn:aws:s3:::bbb/a/k',
      'kms:GenerateDataKey arn:aws:s3:::bbb',
      'kms:Decrypt arn:aws:s3:::bbb/a/k',
      'kms:Decrypt arn:aws:s3:::bbb',
      'kms:GenerateDataKey arn:aws:s3:::bbb/c',
      'kms:Decrypt arn:aws:s3:::bbb/a/k',
      'kms:GenerateDataKey arn:aws:s3:::bbb',
      'kms:Decrypt arn:aws:s3:::bbb',
    ]);

    await using byDefault = await openBucket({ ...harness, bucketKeyEnabled: (name) => name === 'bbb' });
    expect((await byDefault.put('/bbb/k', 'x')).headers).toMatchObject(bucketKey);
    await byDefault.put('/bbb/k', 'x', { 'x-amz-server-side-encryption-bucket-key-enabled': 'false' });
    expect(contexts).toEqual(['kms:GenerateDataKey arn:aws:s3:::bbb', 'kms:GenerateDataKey arn:aws:s3:::bbb/k']);
  });
  it('is refused where nobody answers for keys', async () => {
    await using s3 = await openBucket({ encryptionKeyArn: () => keyArn });
    expect((await s3.put('/bbb/k', 'x')).fault).toMatchObject({ status: 501 });
  });
});
