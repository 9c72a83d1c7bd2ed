// Another S3 behind Airlock would allow everything: who may what is decided here, before it hears of the call.
import { request } from 'node:http';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectAclCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { fault } from '../../../emulator/aws/fault.ts';
import { openExternal, templateBucket } from './open-external.ts';
import { account, allowAll, failed, otherAccount } from './serve-s3.ts';

const Bucket = 'mine';
const Key = 'start/a b';
const keyArn = `arn:aws:kms:us-east-1:${account}:key/44444444-4444-4444-8444-444444444444`;

describe('a call', () => {
  it('that is refused never reaches the other S3', async () => {
    await using s3 = await openExternal();
    const before = s3.front.seen.length;
    const reader = s3.client([{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
    const foreign = s3.client([allowAll], otherAccount);
    const results = await Promise.all([
      failed(reader.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))),
      failed(reader.send(new DeleteObjectCommand({ Bucket, Key }))),
      failed(reader.send(new ListObjectsV2Command({ Bucket }))),
      failed(reader.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/start%2Fa%20b` }))),
      failed(foreign.send(new GetObjectCommand({ Bucket, Key }))),
      failed(foreign.send(new HeadObjectCommand({ Bucket, Key }))),
      failed(reader.send(new CreateMultipartUploadCommand({ Bucket, Key }))),
      failed(s3.client().send(new PutObjectAclCommand({ Bucket, Key, ACL: 'private' }))),
    ]);
    expect(results.map((result) => result?.status)).toEqual([403, 403, 403, 403, 403, 403, 403, 501]);
    expect(s3.front.seen.length).toBe(before);
  });
  it('goes on with nothing of its caller, and under the name test', async () => {
    await using s3 = await openExternal();
    await s3.client().send(new PutObjectCommand({ Bucket, Key: 'ü /%2F', Body: 'hello', ContentType: 'text/csv', Metadata: { a: '1' } }));
    const { line, headers } = s3.front.seen.at(-1) ?? { line: '', headers: {} };
    expect(line).toBe('PUT /mine/%C3%BC%20/%252F');
    expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/us-east-1\/s3\/aws4_request, /);
    expect(Object.keys(headers).sort()).toEqual([
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-amz-checksum-crc32',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-meta-a',
      'x-amz-server-side-encryption',
    ]);
    const stored = await s3.behind.client().send(new GetObjectCommand({ Bucket, Key: 'ü /%2F' }));
    expect([await stored.Body?.transformToString(), stored.ContentType, stored.Metadata]).toEqual(['hello', 'text/csv', { a: '1' }]);
  });
  it('whose body is not what it says never reaches the other S3', async () => {
    await using s3 = await openExternal();
    const before = s3.front.seen.length;
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' });
    expect(await failed(s3.client().send(put))).toMatchObject({ name: 'BadDigest', status: 400 });
    expect(s3.front.seen.length).toBe(before);
  });
  it('by a presigned URL goes on without its signature; an anonymous one is refused', async () => {
    await using s3 = await openExternal();
    expect((await fetch(`${s3.url}/${Bucket}/start/a%20b`)).status).toBe(403);
    // Virtual-host style comes in, path style goes on.
    expect(await statusWithHost(s3.url, `${Bucket}.localhost`, '/start/a%20b')).toBe(403);
    expect(s3.front.seen.filter(({ line }) => line.includes('X-Amz-') || line.startsWith('GET /start'))).toEqual([]);
  });
});

describe('what a caller may know', () => {
  it('a missing key is 404 for who may list, 403 for others, on GET, HEAD and copies', async () => {
    await using s3 = await openExternal();
    const blind = s3.client([{ Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' }]);
    const copy = new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/none` });
    for (const [client, status] of [
      [blind, 403],
      [s3.client(), 404],
    ] as const) {
      expect((await failed(client.send(new GetObjectCommand({ Bucket, Key: 'none' }))))?.status).toBe(status);
      expect((await failed(client.send(new HeadObjectCommand({ Bucket, Key: 'none' }))))?.status).toBe(status);
      expect((await failed(client.send(copy)))?.status).toBe(status);
    }
  });
  it('single keys of a DeleteObjects are denied inside a 200, and are not deleted', async () => {
    await using s3 = await openExternal();
    await s3.client().send(new PutObjectCommand({ Bucket, Key: 'open', Body: 'x' }));
    const client = s3.client([allowAll, { Effect: 'Deny', Action: 's3:DeleteObject', Resource: `arn:aws:s3:::${Bucket}/start/*` }]);
    const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'open' }, { Key }] } }));
    expect([answer.Deleted, answer.Errors]).toEqual([[{ Key: 'open' }], [expect.objectContaining({ Key, Code: 'AccessDenied' })]]);
    expect(s3.behind.store.keys(Bucket)).toEqual([Key]);
  });
  it('a bucket that Airlock did not make is nobody’s: not listed, not read, its name taken', async () => {
    await using s3 = await openExternal();
    await s3.behind.client().send(new CreateBucketCommand({ Bucket: 'foreign-bucket' }));
    const client = s3.client();
    expect((await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual(['mine']);
    expect(await failed(client.send(new ListObjectsV2Command({ Bucket: 'foreign-bucket' })))).toMatchObject({ name: 'NoSuchBucket' });
    expect(await failed(client.send(new CreateBucketCommand({ Bucket: 'foreign-bucket' })))).toMatchObject({ name: 'BucketAlreadyExists' });
  });
});

describe('encryption', () => {
  it('with a key: who may not use it neither stores nor reads nor copies, and no byte of it comes back', async () => {
    let allowed = true;
    const asked: string[] = [];
    await using s3 = await openExternal({
      encryptionKeyArn: () => keyArn,
      authorizeKey: ({ action }) => {
        asked.push(action);
        return allowed ? null : fault(400, 'AccessDeniedException', `not authorized to perform: ${action}`);
      },
    });
    const client = s3.client();
    expect(await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'secret' }))).toMatchObject({ SSEKMSKeyId: keyArn });
    const { ETag, Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(await Body?.transformToString()).toBe('secret');
    expect(asked).toEqual(['kms:GenerateDataKey', 'kms:Decrypt']);
    allowed = false;
    const calls = [
      client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })),
      client.send(new GetObjectCommand({ Bucket, Key: 'k' })),
      client.send(new GetObjectCommand({ Bucket, Key: 'k', IfNoneMatch: ETag })),
      client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=99-' })),
      client.send(new CopyObjectCommand({ Bucket, Key: 't', CopySource: `${Bucket}/k`, ServerSideEncryption: 'AES256' })),
    ];
    expect((await Promise.all(calls.map(failed))).map((error) => error?.status)).toEqual([403, 403, 403, 403, 403]);
    expect(s3.behind.store.keys(Bucket)).not.toContain('t');
  });
});

describe('the buckets of the templates', () => {
  it('are there with their objects, and a second start keeps what is in them', async () => {
    await using s3 = await openExternal();
    const client = s3.client();
    expect(await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe('from the template');
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'changed' }));
    await s3.storage.createBuckets([templateBucket('mine')]);
    expect(await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe('changed');
  });
  it('that belong to somebody else there are BAD_OPTION', async () => {
    await using s3 = await openExternal();
    await s3.behind.client([allowAll], otherAccount).send(new CreateBucketCommand({ Bucket: 'theirs' }));
    await expect(s3.storage.createBuckets([templateBucket('theirs')])).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: `The S3 at ${s3.front.url} (--s3) has a bucket "theirs" of another account.`,
    });
  });
});

function statusWithHost(url: string, host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}${path}`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.once('error', reject);
    call.end();
  });
}
