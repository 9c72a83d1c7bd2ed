// Permissions: real signatures, real policies, S3 in between. Numbers are those of the conformance cases.
import { CopyObjectCommand, DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { fault } from '../../../emulator/aws/fault.ts';
import { createKeyMaterial } from '../../../emulator/kms/key-material.ts';
import { createKmsService } from '../../../emulator/kms/kms-service.ts';
import { createLog } from '../../../emulator/log.ts';
import type { S3Options } from '../../../emulator/storage/s3-request.ts';
import type { Key } from '../../../emulator/template/deployment.ts';
import { account, allowAll, failed, openS3, otherAccount } from './open-s3.ts';

const Bucket = 'results';

function kmsKey(overrides: Partial<Key>): Key {
  const keyId = '44444444-4444-4444-8444-444444444444';
  return {
    logicalId: 'Key',
    type: 'AWS::KMS::Key',
    stackName: 'customer',
    location: { file: 'customer.yaml', line: 1, column: 1, path: 'Resources.Key' },
    accountId: account,
    keyId,
    arn: `arn:aws:kms:us-east-1:${account}:key/${keyId}`,
    keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT',
    enabled: true,
    policy: {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
    },
    aliases: [],
    ...overrides,
  };
}

/** The real KMS, put behind S3 as start-aws.ts does. */
function kmsWith(key: Key): NonNullable<S3Options['authorizeKey']> {
  const kms = createKmsService({ keys: [key], material: createKeyMaterial(), region: 'us-east-1', log: createLog('silent') });
  return (use) => kms.authorizeKeyUse({ ...use, viaService: 's3.us-east-1.amazonaws.com' });
}

describe('permissions', () => {
  const object = `arn:aws:s3:::${Bucket}/*`;
  it('decide what a missing key looks like (case 57)', async () => {
    await using s3 = await openS3();
    const blind = s3.client([{ Effect: 'Allow', Action: 's3:GetObject', Resource: object }]);
    expect(await failed(blind.send(new GetObjectCommand({ Bucket, Key: 'none' })))).toMatchObject({
      name: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:iam::${account}:user/app is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::${Bucket}" because no identity-based policy allows the s3:ListBucket action`,
    });
  });
  it('to list can be limited to a prefix', async () => {
    await using s3 = await openS3();
    const client = s3.client([
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: `arn:aws:s3:::${Bucket}`,
        Condition: { StringLike: { 's3:prefix': 'mine/*' } },
      },
    ]);
    expect((await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'mine/a' }))).KeyCount).toBe(0);
    expect(await failed(client.send(new ListObjectsV2Command({ Bucket })))).toMatchObject({ name: 'AccessDenied' });
  });
  it('of another account need the bucket policy too, and the refusal says nothing [D]', async () => {
    const bucketPolicy = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: otherAccount }, Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/shared/*` },
    } as const;
    await using s3 = await openS3({ bucketPolicy });
    for (const key of ['shared/k', 'k']) await s3.store.putObject({ bucket: Bucket, key, body: Buffer.from('x') });
    const foreign = s3.client([allowAll], otherAccount);
    expect((await foreign.send(new GetObjectCommand({ Bucket, Key: 'shared/k' }))).ContentLength).toBe(1);
    expect(await failed(foreign.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toMatchObject({
      name: 'AccessDenied',
      message: 'Access Denied',
    });
  });
  it('deny single keys of a DeleteObjects inside a 200 (case 43)', async () => {
    await using s3 = await openS3();
    for (const key of ['open', 'kept']) await s3.store.putObject({ bucket: Bucket, key, body: Buffer.from('x') });
    const client = s3.client([allowAll, { Effect: 'Deny', Action: 's3:DeleteObject', Resource: `arn:aws:s3:::${Bucket}/kept` }]);
    const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'open' }, { Key: 'kept' }] } }));
    expect([answer.Deleted, answer.Errors]).toEqual([[{ Key: 'open' }], [expect.objectContaining({ Key: 'kept', Code: 'AccessDenied' })]]);
    expect(s3.store.keys(Bucket)).toEqual(['kept']);
  });
  it('a deny without encryption header, and a copy without the source (case 54)', async () => {
    await using s3 = await openS3();
    await s3.store.putObject({ bucket: Bucket, key: 'k', body: Buffer.from('x') });
    const client = s3.client([
      { Effect: 'Allow', Action: 's3:PutObject', Resource: object },
      {
        Effect: 'Deny',
        Action: 's3:PutObject',
        Resource: object,
        Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
      },
    ]);
    expect(await failed(client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' })))).toMatchObject({ name: 'AccessDenied' });
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ServerSideEncryption: 'AES256' }));
    expect(
      await failed(client.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/k`, ServerSideEncryption: 'AES256' }))),
    ).toMatchObject({ name: 'AccessDenied', status: 403, message: expect.stringContaining('s3:GetObject') });
  });
  it('to use a key are asked of KMS (case 59)', async () => {
    const keyArn = `arn:aws:kms:us-east-1:${account}:key/k`;
    let refusal: ReturnType<typeof fault> | null = fault(
      400,
      'AccessDeniedException',
      `User: U is not authorized to perform: kms:GenerateDataKey on resource: ${keyArn}`,
    );
    await using s3 = await openS3({ authorizeKey: () => refusal });
    const put = () =>
      s3.client().send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn }));
    expect(await failed(put())).toMatchObject({
      name: 'AccessDenied',
      status: 403,
      message: expect.stringContaining('kms:GenerateDataKey'),
    });
    refusal = null;
    expect(await put()).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn });
    expect(await s3.client().send(new GetObjectCommand({ Bucket, Key: 'k' }))).toMatchObject({ SSEKMSKeyId: keyArn });
  });
  it.each([
    [
      'missing [V]',
      `arn:aws:kms:us-east-1:${account}:key/99999999-9999-4999-8999-999999999999`,
      'KMS.NotFoundException',
      /does not exist$/,
    ],
    ['for signatures [V]', kmsKey({ keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' }).arn, 'KMS.InvalidKeyUsageException', /not valid/],
  ])('a key that is %s: S3 gives the name of KMS one prefix', async (_, keyArn, name, message) => {
    await using s3 = await openS3({ authorizeKey: kmsWith(kmsKey({ keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' })) });
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn });
    expect(await failed(s3.client().send(put))).toMatchObject({ name, status: 400, message: expect.stringMatching(message) });
    expect(s3.store.keys(Bucket)).toEqual([]);
  });
  it('of the key policy see which service uses it and for which object, and their denial names the key without quotes [D, I]', async () => {
    const key = kmsKey({});
    await using s3 = await openS3({ authorizeKey: kmsWith(key), encryptionKeyArn: () => key.arn });
    const client = s3.client([
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: key.arn,
        Condition: {
          StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${Bucket}/mine/*` },
        },
      },
    ]);
    await client.send(new PutObjectCommand({ Bucket, Key: 'mine/k', Body: 'x' }));
    expect((await client.send(new GetObjectCommand({ Bucket, Key: 'mine/k' }))).SSEKMSKeyId).toBe(key.arn);
    expect(await failed(client.send(new PutObjectCommand({ Bucket, Key: 'other', Body: 'x' })))).toMatchObject({
      name: 'AccessDenied',
      status: 403,
      message: expect.stringContaining(`kms:GenerateDataKey on resource: ${key.arn} because`),
    });
  });
});
