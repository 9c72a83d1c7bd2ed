// What this S3 does not do, and what it takes no more of: answered at once, and the client can go on.
import { randomBytes } from 'node:crypto';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { failed, openS3 } from './open-s3.ts';

const Bucket = 'results';

describe('a refusal', () => {
  it('what is not emulated is 501 NotImplemented by its name (case 61), and the connection goes on', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect(
      await failed(client.send(new UploadPartCopyCommand({ Bucket, Key: 'k', UploadId: 'u', PartNumber: 1, CopySource: `${Bucket}/k` }))),
    ).toMatchObject({
      name: 'NotImplemented',
      status: 501,
      message: 'UploadPartCopy is not emulated yet',
    });
    expect(await failed(client.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'public-read' })))).toMatchObject({
      status: 501,
      message: 'PutObjectAcl is not emulated yet',
    });
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(await got.Body?.transformToString()).toBe('x');
  });
  it('an XML body that is too long is refused in its middle, and the client can go on', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const Objects = Array.from({ length: 1000 }, () => ({ Key: '&'.repeat(1024) }));
    expect(await failed(client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } })))).toMatchObject({
      name: 'MaxMessageLengthExceeded',
      status: 400,
    });
    expect(await failed(client.send(new HeadObjectCommand({ Bucket, Key: 'none' })))).toMatchObject({ status: 404 });
  });
  it('a large upload that is refused at once still gets its answer, and the client can go on', async () => {
    await using s3 = await openS3();
    const client = s3.client([{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
    expect(await failed(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: randomBytes(8 * 1024 * 1024) })))).toMatchObject({
      name: 'AccessDenied',
      status: 403,
    });
    expect(await failed(client.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toMatchObject({ name: 'AccessDenied' });
  });
});
