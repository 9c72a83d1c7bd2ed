// Objects: any key, any bytes, what is kept with them.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { bytesOf, failure, type S3Case, textOf } from '../s3-case.ts';

const oddKeys = [
  '/foo',
  '/',
  '//',
  '.',
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

const odd: readonly S3Case[] = oddKeys.map((Key) => ({
  id: `key ${JSON.stringify(Key)}`,
  title: 'is a key like any other: put, read, listed, deleted',
  source: 'V; localstack #8174, #12166, moto #2759',
  async observe({ client, Bucket }) {
    const body = randomBytes(50);
    const put = await failure(client.send(new PutObjectCommand({ Bucket, Key, Body: body })));
    if (put) return put;
    const got = await client.send(new GetObjectCommand({ Bucket, Key }));
    const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key }));
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
    const same = (await bytesOf(got)).equals(body);
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket }));
    return { same, ContentLength, listed: Contents?.map((object) => object.Key), left: KeyCount };
  },
  expected: { same: true, ContentLength: 50, listed: [Key], left: 0 },
}));

export const objectCases: readonly S3Case[] = [
  ...odd,
  {
    id: 'any bytes',
    title: 'come back under any key',
    source: 'D',
    async observe({ client, Bucket }) {
      const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('..') && text !== '.');
      await fc.assert(
        fc.asyncProperty(key, fc.uint8Array({ maxLength: 300 }), async (Key, bytes) => {
          await client.send(new PutObjectCommand({ Bucket, Key, Body: bytes }));
          return (await bytesOf(await client.send(new GetObjectCommand({ Bucket, Key })))).equals(Buffer.from(bytes));
        }),
        { numRuns: 30 },
      );
      return 'the same';
    },
    expected: 'the same',
  },
  {
    id: '25',
    title: '20 MB from a file stream (aws-chunked, CRC32 trailer) come back without their framing, and so does Content-Encoding',
    source: 'M, I: s3rver #534, moto #1219, localstack #9999',
    async observe({ client, Bucket }) {
      const directory = await mkdtemp(join(tmpdir(), 'airlock-upload-'));
      try {
        const content = randomBytes(20 * 1024 * 1024);
        await writeFile(join(directory, 'f'), content);
        const Body = createReadStream(join(directory, 'f'));
        const put = await client.send(new PutObjectCommand({ Bucket, Key: 'big', Body, ContentEncoding: 'gzip' }));
        const got = await client.send(new GetObjectCommand({ Bucket, Key: 'big' }));
        const part = await client.send(new GetObjectCommand({ Bucket, Key: 'big', Range: 'bytes=1000000-1000009' }));
        return {
          etagIsMd5: put.ETag === `"${createHash('md5').update(content).digest('hex')}"`,
          hasCrc32: put.ChecksumCRC32 !== undefined,
          encoding: got.ContentEncoding,
          same: (await bytesOf(got)).equals(content),
          samePart: (await bytesOf(part)).equals(content.subarray(1_000_000, 1_000_010)),
        };
      } finally {
        await rm(directory, { recursive: true });
      }
    },
    expected: { etagIsMd5: true, hasCrc32: true, encoding: 'gzip', same: true, samePart: true },
  },
  {
    id: '26',
    title: 'PutObject answers with a quoted ETag, the checksum, its type and the encryption',
    source: 'V',
    async observe({ client, Bucket }) {
      const { ETag, ChecksumCRC32, ChecksumType, ServerSideEncryption } = await client.send(
        new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }),
      );
      return { ETag, ChecksumCRC32, ChecksumType, ServerSideEncryption };
    },
    expected: {
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      ChecksumCRC32: 'NhCmhg==',
      ChecksumType: 'FULL_OBJECT',
      ServerSideEncryption: 'AES256',
    },
  },
  {
    id: 'metadata',
    title: 'and system headers are kept',
    source: 'V',
    async observe({ client, Bucket }) {
      const Metadata = { Records: '2', spaced: 'a  b' };
      const more = { ContentType: 'text/csv', CacheControl: 'no-store', ContentLanguage: 'de', ContentDisposition: 'inline', Metadata };
      await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...more }));
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
      const { ContentType, CacheControl, ContentLanguage, ContentDisposition, AcceptRanges, LastModified } = head;
      const age = Date.now() - Number(LastModified);
      return {
        ContentType,
        CacheControl,
        ContentLanguage,
        ContentDisposition,
        Metadata: head.Metadata,
        AcceptRanges,
        recent: age < 60_000,
      };
    },
    expected: {
      ContentType: 'text/csv',
      CacheControl: 'no-store',
      ContentLanguage: 'de',
      ContentDisposition: 'inline',
      Metadata: { records: '2', spaced: 'a  b' },
      AcceptRanges: 'bytes',
      recent: true,
    },
  },
  {
    id: 'default type',
    title: 'without a Content-Type it is binary/octet-stream, as a plain HTTP client sees',
    source: 'V',
    async observe({ clientWith, Bucket }) {
      const client = clientWith({});
      client.middlewareStack.add(
        (next) => (args) => {
          delete (args.request as { headers: Record<string, string> }).headers['content-type'];
          return next(args);
        },
        { step: 'build', priority: 'low' },
      );
      await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
      return (await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).ContentType;
    },
    expected: 'binary/octet-stream',
  },
  {
    id: '30',
    title: 'a key of 1,024 bytes is one, of 1,025 bytes KeyTooLongError',
    source: 'G, D',
    async observe({ client, Bucket }) {
      await client.send(new PutObjectCommand({ Bucket, Key: 'k'.repeat(1_024), Body: 'x' }));
      return failure(client.send(new PutObjectCommand({ Bucket, Key: 'k'.repeat(1_025), Body: 'x' })), 'message');
    },
    expected: { name: 'KeyTooLongError', status: 400, message: 'Your key is too long' },
  },
  {
    id: '31',
    title: 'metadata of 2,048 bytes is kept, of 2,049 bytes MetadataTooLarge',
    source: 'G, D',
    async observe({ client, Bucket }) {
      const put = (bytes: number) =>
        client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Metadata: { a: 'v'.repeat(bytes - 1) } }));
      await put(2_048);
      return failure(put(2_049), 'MaxSizeAllowed');
    },
    expected: { name: 'MetadataTooLarge', status: 400, MaxSizeAllowed: '2048' },
  },
  {
    id: 'overwrite',
    title: 'is read at once, with the new metadata only',
    source: 'D',
    async observe({ client, Bucket }) {
      await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'old', Metadata: { a: '1' } }));
      await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'new' }));
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
      return [await textOf(got), got.Metadata];
    },
    expected: ['new', {}],
  },
];
