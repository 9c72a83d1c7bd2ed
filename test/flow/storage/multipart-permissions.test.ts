// Who may do what with a multipart upload: the same answers from the embedded S3 and from another one behind Airlock.
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { fault } from '../../../emulator/aws/fault.ts';
import type { KeyUse } from '../../../emulator/storage/s3-request.ts';
import { multipartClient } from './multipart-client.ts';
import { openExternal } from './open-external.ts';
import { failed, openS3, otherAccount } from './open-s3.ts';
import { allowAll } from './serve-s3.ts';

const Key = 'a/k';
const keyArn = 'arn:aws:kms:us-east-1:222222222222:key/44444444-4444-4444-8444-444444444444';

/** Each operation with the action that it needs, on the object or on the bucket. */
function callsOf(client: S3Client, Bucket: string, UploadId: string) {
  const input = { Bucket, Key, UploadId };
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: 'x' }] };
  return [
    ['s3:PutObject', () => client.send(new CreateMultipartUploadCommand({ Bucket, Key }))],
    ['s3:PutObject', () => client.send(new UploadPartCommand({ ...input, PartNumber: 1, Body: 'x' }))],
    ['s3:PutObject', () => client.send(new CompleteMultipartUploadCommand({ ...input, MultipartUpload }))],
    ['s3:ListMultipartUploadParts', () => client.send(new ListPartsCommand(input))],
    ['s3:ListBucketMultipartUploads', () => client.send(new ListMultipartUploadsCommand({ Bucket }))],
    ['s3:AbortMultipartUpload', () => client.send(new AbortMultipartUploadCommand(input))],
  ] as const;
}

const targets = [
  ['embedded', 'results', openS3],
  ['external', 'mine', openExternal],
] as const;

describe.each(targets)('%s', (name, Bucket, open) => {
  it('each operation needs its own action, and a caller of another account may nothing', async () => {
    await using s3 = await open();
    const UploadId = await multipartClient(s3.client(), Bucket, Key).create();
    for (const [index, [action]] of callsOf(s3.client(), Bucket, UploadId).entries()) {
      const without = s3.client([allowAll, { Effect: 'Deny', Action: action, Resource: '*' }]);
      const refused = await failed(callsOf(without, Bucket, UploadId)[index]?.[1]() ?? Promise.resolve());
      expect(refused, action).toMatchObject({ name: 'AccessDenied', status: 403, message: expect.stringContaining(action) });
    }
    const foreign = callsOf(s3.client([allowAll], otherAccount), Bucket, UploadId);
    const refused = await Promise.all(foreign.map(([, call]) => failed(call())));
    expect(refused.map((one) => one?.status)).toEqual(Array(6).fill(403));
    // And what they were refused has changed nothing.
    const { Uploads } = await s3.client().send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads?.map((one) => one.UploadId)).toEqual([UploadId]);
  });

  it('with If-Match completing needs s3:GetObject, too', async () => {
    await using s3 = await open();
    const writer = s3.client([{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }]);
    const uploads = multipartClient(writer, Bucket, Key);
    const UploadId = await uploads.create();
    const Parts = [await uploads.upload(UploadId, 1, 'a', 10)];
    const complete = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, IfMatch: '"abc"' });
    expect(await failed(writer.send(complete))).toMatchObject({ status: 403, message: expect.stringContaining('s3:GetObject') });
    expect(await failed(uploads.complete(UploadId, Parts))).toBeNull();
  });

  it('under aws:kms creating needs kms:GenerateDataKey, parts and completing kms:Decrypt, for the object’s ARN', async () => {
    const uses: Omit<KeyUse, 'call'>[] = [];
    let refused: string | null = null;
    await using s3 = await open({
      encryptionKeyArn: () => keyArn,
      authorizeKey({ call: _, ...use }) {
        uses.push(use);
        return use.action === refused ? fault(400, 'AccessDeniedException', `not authorized to perform: ${use.action}`) : null;
      },
    });
    const client = s3.client();
    const uploads = multipartClient(client, Bucket, Key);
    const UploadId = await uploads.create();
    const { UploadId: _, ...created } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    expect(created).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn });
    const part = await uploads.upload(UploadId, 1, 'a', 10);
    refused = 'kms:GenerateDataKey';
    expect(await failed(uploads.create())).toMatchObject({ name: 'AccessDenied', status: 403 });
    refused = 'kms:Decrypt';
    expect(await failed(uploads.upload(UploadId, 2, 'a', 10))).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(await failed(uploads.complete(UploadId, [part]))).toMatchObject({ name: 'AccessDenied', status: 403 });
    // Of the key of an upload in another S3 nothing can be asked after a restart: there kms:Decrypt is asked for at the start, too.
    if (name === 'external') expect(await failed(uploads.create())).toMatchObject({ name: 'AccessDenied', status: 403 });
    const { Parts } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(Parts?.map(({ PartNumber }) => PartNumber)).toEqual([1]);
    refused = null;
    const done = await uploads.complete(UploadId, [part]);
    expect(done).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn, ETag: expect.stringMatching(/^"[0-9a-f]{32}-1"$/) });
    expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ SSEKMSKeyId: keyArn, ETag: done.ETag });
    expect(new Set(uses.map((use) => JSON.stringify(use.encryptionContext)))).toEqual(
      new Set([JSON.stringify({ 'aws:s3:arn': `arn:aws:s3:::${Bucket}/${Key}` })]),
    );
  });
});

describe('to another S3', () => {
  it('goes on what was understood, under the name test, and Airlock’s own address comes back', async () => {
    const Bucket = 'mine';
    await using s3 = await openExternal();
    const client = s3.client();
    const Metadata = { a: '1' };
    const create = new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'text/csv', Metadata, ChecksumAlgorithm: 'CRC32' });
    const { UploadId } = await client.send(create);
    const before = s3.front.seen.length;
    const bad = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' });
    expect(await failed(client.send(bad))).toMatchObject({ name: 'BadDigest', status: 400 });
    expect(s3.front.seen.length).toBe(before);
    const part = await client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'hello', ChecksumAlgorithm: 'CRC32' }),
    );
    const { line, headers } = s3.front.seen.at(-1) ?? { line: '', headers: {} };
    expect(line).toBe(`PUT /mine/a/k?partNumber=1&uploadId=${UploadId}`);
    expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=test\//);
    expect(headers['x-amz-checksum-crc32']).toBe('NhCmhg==');
    const { ETag, ChecksumCRC32 } = part;
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
    const done = await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
    expect(done.Location).toBe(`${s3.url}/mine/a%2Fk`);
    const read = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect([await read.Body?.transformToString(), read.ContentType, read.Metadata]).toEqual(['hello', 'text/csv', Metadata]);
  });

  it('goes nothing of an upload with a key that the caller may not use, known to this process or not', async () => {
    const Bucket = 'mine';
    let isRefused = false;
    await using s3 = await openExternal({
      encryptionKeyArn: () => keyArn,
      authorizeKey: ({ action }) => (isRefused ? fault(400, 'AccessDeniedException', `not authorized to perform: ${action}`) : null),
    });
    const client = s3.client();
    const uploads = multipartClient(client, Bucket, Key);
    const known = await uploads.create();
    const plain = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ServerSideEncryption: 'AES256' }));
    // As one of an earlier process of Airlock.
    const unknown = await multipartClient(s3.behind.client(), Bucket, Key).create();
    const parts = new Map<string, CompletedPart>();
    for (const id of [known, unknown]) parts.set(id, await uploads.upload(id, 1, 'a', 10));
    isRefused = true;
    const before = s3.front.seen.length;
    for (const [id, part] of parts) {
      expect((await failed(uploads.upload(id, 2, 'b', 10)))?.status).toBe(403);
      expect((await failed(uploads.complete(id, [part])))?.status).toBe(403);
    }
    expect(s3.front.seen.slice(before)).toEqual([]);
    // What was created without a key needs none.
    const part = await uploads.upload(plain.UploadId ?? '', 1, 'c', 10);
    expect(await failed(uploads.complete(plain.UploadId ?? '', [part]))).toBeNull();
  });
});
