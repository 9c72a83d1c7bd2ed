// Objects as the real SDK stores and reads them: signatures, framing, checksums. Numbers are those of the conformance cases.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openS3 } from './open-s3.ts';

const Bucket = 'results';

describe('an object', () => {
  it('round-trips byte for byte under any key that S3 takes, is listed, and is deleted (localstack #8174, #12166, moto #2759)', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const odd = [
      '/foo',
      '//',
      'a//b',
      'a/../b',
      './x',
      'x/',
      'test%123',
      'file%2Fname',
      'test@key//',
      ' lead',
      'trail ',
      'a b+c',
      "(1)*~!'.txt",
      '😀/ü',
      '?x=1&y',
      '#',
      '\u0001\r\n\t',
      'a\\b',
      '=',
      '&amp;',
      'é',
    ];
    for (const Key of odd) {
      const body = randomBytes(50);
      await client.send(new PutObjectCommand({ Bucket, Key, Body: body }));
      const got = await client.send(new GetObjectCommand({ Bucket, Key }));
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body), JSON.stringify(Key)).toBe(true);
      expect((await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(50);
    }
    expect([...s3.store.keys(Bucket)].sort()).toEqual([...odd].sort());
    const listed = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(listed.Contents?.map(({ Key }) => Key).sort()).toEqual([...odd].sort());
    const deleted = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: odd.slice(0, 10).map((Key) => ({ Key })) } }));
    expect(deleted.Deleted).toHaveLength(10);
    for (const Key of odd.slice(10)) await client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(s3.store.keys(Bucket)).toEqual([]);
  });
  it('round-trips any bytes under any key', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('..') && text !== '.');
    await fc.assert(
      fc.asyncProperty(key, fc.uint8Array({ maxLength: 300 }), async (Key, bytes) => {
        await client.send(new PutObjectCommand({ Bucket, Key, Body: bytes }));
        const got = await client.send(new GetObjectCommand({ Bucket, Key }));
        expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
  it('of 20 MB comes through a file stream (aws-chunked, CRC32 trailer) without its framing (s3rver #534, moto #1219)', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const directory = await mkdtemp(join(tmpdir(), 'airlock-upload-'));
    try {
      const content = randomBytes(20 * 1024 * 1024);
      await writeFile(join(directory, 'f'), content);
      const put = await client.send(
        new PutObjectCommand({ Bucket, Key: 'big', Body: createReadStream(join(directory, 'f')), ContentEncoding: 'gzip' }),
      );
      expect(put.ETag).toBe(`"${createHash('md5').update(content).digest('hex')}"`);
      expect(put.ChecksumCRC32).toBeDefined();
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 'big' }));
      // Case 25, from the wire.
      expect(got.ContentEncoding).toBe('gzip');
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(content)).toBe(true);
      const part = await client.send(new GetObjectCommand({ Bucket, Key: 'big', Range: 'bytes=1000000-1000009' }));
      expect(Buffer.from((await part.Body?.transformToByteArray()) ?? []).equals(content.subarray(1_000_000, 1_000_010))).toBe(true);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
  it('put "when required" has the CRC64NVME of S3, which the SDK verifies on read (case 27)', async () => {
    await using s3 = await openS3();
    const client = s3.client(undefined, undefined, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    const put = await client.send(
      new PutObjectCommand({ Bucket, Key: 'k', Body: Readable.from([Buffer.from('12345'), Buffer.from('6789')]), ContentLength: 9 }),
    );
    expect(put.ChecksumCRC64NVME).toBe('rosUhgp5mIg=');
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect([got.ChecksumCRC64NVME, await got.Body?.transformToString()]).toEqual(['rosUhgp5mIg=', '123456789']);
  });
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'with %s is verified on write and on read (case 26)',
    async (ChecksumAlgorithm) => {
      await using s3 = await openS3();
      const client = s3.client();
      const put = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ChecksumAlgorithm }));
      expect(put).toMatchObject({
        ETag: '"5d41402abc4b2a76b9719d911017c592"',
        ChecksumType: 'FULL_OBJECT',
        ServerSideEncryption: 'AES256',
        [`Checksum${ChecksumAlgorithm}`]: expect.any(String),
      });
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
      expect(await got.Body?.transformToString()).toBe('hello');
    },
  );
  it('keeps metadata and system headers', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'k',
        Body: 'x',
        ContentType: 'text/csv',
        CacheControl: 'no-store',
        Metadata: { Records: '2', spaced: 'a  b' },
      }),
    );
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).toMatchObject({
      ContentType: 'text/csv',
      CacheControl: 'no-store',
      Metadata: { records: '2', spaced: 'a  b' },
      AcceptRanges: 'bytes',
      LastModified: expect.any(Date),
    });
  });
});
