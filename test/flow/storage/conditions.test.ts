// Conditions and errors as the real SDK names them. Numbers are those of the conformance cases.
import { randomBytes } from 'node:crypto';
import {
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectAclCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { failed, openS3 } from './open-s3.ts';

const Bucket = 'results';

describe('conditions and errors, as the SDK names them', () => {
  it('If-None-Match: * stores once, also for 20 at once (cases 37, 41)', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        failed(client.send(new PutObjectCommand({ Bucket, Key: 'once', Body: `body ${index}`, IfNoneMatch: '*' }))),
      ),
    );
    expect(results.filter((result) => result === null)).toHaveLength(1);
    for (const result of results)
      if (result) expect(result).toMatchObject({ name: 'PreconditionFailed', status: 412, Condition: 'If-None-Match' });
  });
  it('GET and HEAD conditions (cases 35, 36): 304, and 412 with a condition only where there is a body', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect(await failed(client.send(new GetObjectCommand({ Bucket, Key: 'k', IfNoneMatch: ETag })))).toMatchObject({ status: 304 });
    expect(await failed(client.send(new GetObjectCommand({ Bucket, Key: 'k', IfMatch: '"x"' })))).toMatchObject({
      name: 'PreconditionFailed',
      status: 412,
      Condition: 'If-Match',
    });
    expect(await failed(client.send(new HeadObjectCommand({ Bucket, Key: 'k', IfMatch: '"x"' })))).toMatchObject({ status: 412 });
  });
  it('HEAD of a missing key is NotFound without a body (case 58), GET is NoSuchKey (case 57)', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    expect(await failed(client.send(new HeadObjectCommand({ Bucket, Key: 'none' })))).toMatchObject({ name: 'NotFound', status: 404 });
    expect(await failed(client.send(new GetObjectCommand({ Bucket, Key: 'none' })))).toMatchObject({
      name: 'NoSuchKey',
      status: 404,
      Key: 'none',
      message: 'The specified key does not exist.',
    });
  });
  it('a range out of the object is InvalidRange (case 34); a part passes the checksum check of the SDK (case 32)', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }));
    expect(await failed(client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=100-200' })))).toMatchObject({
      name: 'InvalidRange',
      status: 416,
      ActualObjectSize: '10',
    });
    const part = await client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=0-8' }));
    expect([part.ContentRange, await part.Body?.transformToString()]).toEqual(['bytes 0-8/10', '012345678']);
    const whole = await client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=-15' }));
    expect([whole.ChecksumCRC32 !== undefined, await whole.Body?.transformToString()]).toEqual([true, '0123456789']);
  });
  it('a false Content-MD5 is BadDigest and stores nothing (case 28)', async () => {
    await using s3 = await openS3();
    expect(
      await failed(s3.client().send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }))),
    ).toMatchObject({ name: 'BadDigest', status: 400 });
    expect(s3.store.keys(Bucket)).toEqual([]);
  });
  it('what is not emulated is 501 NotImplemented by its name (case 61), and the connection goes on', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect(await failed(client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' })))).toMatchObject({
      name: 'NotImplemented',
      status: 501,
      message: 'CreateMultipartUpload is not emulated yet',
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
