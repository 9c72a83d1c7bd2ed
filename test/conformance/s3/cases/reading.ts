// Ranges, conditions and missing keys on reads.
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type CaseContext, failure, type S3Case, textOf } from '../s3-case.ts';

async function withObject({ client, Bucket }: CaseContext, Body = '0123456789') {
  const { ETag = '' } = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body }));
  const get = (input: Partial<ConstructorParameters<typeof GetObjectCommand>[0]>) =>
    client.send(new GetObjectCommand({ Bucket, Key: 'k', ...input }));
  const head = (input: Partial<ConstructorParameters<typeof HeadObjectCommand>[0]>) =>
    client.send(new HeadObjectCommand({ Bucket, Key: 'k', ...input }));
  return { ETag, get, head };
}

const ranges: readonly (readonly [id: string, range: string, expected: readonly [number, string | undefined, string]])[] = [
  ['32', 'bytes=0-8', [206, 'bytes 0-8/10', '012345678']],
  ['33', 'bytes=-15', [206, 'bytes 0-9/10', '0123456789']],
  ['range open', 'bytes=7-', [206, 'bytes 7-9/10', '789']],
  ['range suffix', 'bytes=-3', [206, 'bytes 7-9/10', '789']],
  ['range clipped', 'bytes=5-99', [206, 'bytes 5-9/10', '56789']],
  ['range backwards', 'bytes=1-0', [200, undefined, '0123456789']],
  ['range several', 'bytes=0-1,3-4', [200, undefined, '0123456789']],
  ['range other unit', 'lines=0-1', [200, undefined, '0123456789']],
];

const rangeCases: readonly S3Case[] = ranges.map(([id, Range, expected]) => ({
  id,
  title: `${Range} of ten bytes`,
  source: 'V',
  async observe(context) {
    const { get } = await withObject(context);
    const got = await get({ Range });
    return [got.$metadata.httpStatusCode, got.ContentRange, await textOf(got)];
  },
  expected,
}));

const unsatisfiable: readonly S3Case[] = ['bytes=-0', 'bytes=100-200'].map((Range) => ({
  id: `34 ${Range}`,
  title: 'is InvalidRange and tells the size',
  source: 'V',
  async observe(context) {
    const { get } = await withObject(context);
    return failure(get({ Range }), 'ActualObjectSize', 'RangeRequested');
  },
  expected: { name: 'InvalidRange', status: 416, ActualObjectSize: '10', RangeRequested: Range },
}));

export const readingCases: readonly S3Case[] = [
  ...rangeCases,
  ...unsatisfiable,
  {
    id: '32 checksum',
    title: 'a part has no checksum, a range over all has it',
    source: 'V, M',
    async observe(context) {
      const { get } = await withObject(context);
      const checksums = [];
      for (const Range of ['bytes=0-8', 'bytes=0-9']) {
        const got = await get({ Range });
        await textOf(got);
        checksums.push(got.ChecksumCRC32 !== undefined);
      }
      return checksums;
    },
    expected: [false, true],
  },
  {
    id: '35',
    title: 'If-None-Match with the ETag, quoted or not, is 304',
    source: 'V',
    async observe(context) {
      const { ETag, get, head } = await withObject(context);
      const bare = ETag.replaceAll('"', '');
      const calls = [get({ IfNoneMatch: ETag }), get({ IfNoneMatch: bare }), head({ IfNoneMatch: ETag })];
      return Promise.all(calls.map(async (call) => (await failure(call))?.status));
    },
    expected: [304, 304, 304],
  },
  {
    id: '36',
    title: 'If-Match with another ETag is 412 that names the condition, on HEAD without a body',
    source: 'V',
    async observe(context) {
      const { ETag, get, head } = await withObject(context);
      const other = '"00000000000000000000000000000000"';
      return [
        await failure(get({ IfMatch: other }), 'Condition'),
        (await failure(head({ IfMatch: other })))?.status,
        await textOf(await get({ IfMatch: ETag })),
      ];
    },
    expected: [{ name: 'PreconditionFailed', status: 412, Condition: 'If-Match' }, 412, '0123456789'],
  },
  {
    id: 'dates',
    title: 'If-Modified-Since: equal is 304, the future is ignored; If-Unmodified-Since in the past is 412',
    source: 'V',
    async observe(context) {
      const { get, head } = await withObject(context);
      const { LastModified = new Date(0) } = await head({});
      const later = new Date(Number(LastModified) + 3_600_000);
      return [
        (await failure(get({ IfModifiedSince: LastModified })))?.status,
        await textOf(await get({ IfModifiedSince: later })),
        await textOf(await get({ IfModifiedSince: new Date(Number(LastModified) - 1_000) })),
        await failure(get({ IfUnmodifiedSince: new Date(Number(LastModified) - 1_000) }), 'Condition'),
        await textOf(await get({ IfUnmodifiedSince: LastModified })),
      ];
    },
    expected: [
      304,
      '0123456789',
      '0123456789',
      { name: 'PreconditionFailed', status: 412, Condition: 'If-Unmodified-Since' },
      '0123456789',
    ],
  },
  {
    id: '57',
    title: 'a missing key is NoSuchKey and says which',
    source: 'V',
    observe: ({ client, Bucket }) => failure(client.send(new GetObjectCommand({ Bucket, Key: 'none' })), 'Key', 'message'),
    expected: { name: 'NoSuchKey', status: 404, Key: 'none', message: 'The specified key does not exist.' },
  },
  {
    id: '58',
    title: 'HEAD of a missing key is NotFound',
    source: 'M, V',
    observe: ({ client, Bucket }) => failure(client.send(new HeadObjectCommand({ Bucket, Key: 'none' }))),
    expected: { name: 'NotFound', status: 404 },
  },
  {
    id: 'no bucket',
    title: 'a missing bucket is NoSuchBucket and says which',
    source: 'V',
    observe: ({ client }) => failure(client.send(new GetObjectCommand({ Bucket: 'there-is-none', Key: 'k' })), 'BucketName'),
    expected: { name: 'NoSuchBucket', status: 404, BucketName: 'there-is-none' },
  },
  {
    id: 'empty object',
    title: 'is stored and read; any range of it is 416',
    source: 'V',
    async observe(context) {
      const { get } = await withObject(context, '');
      const got = await get({});
      return [got.ContentLength, await textOf(got), (await failure(get({ Range: 'bytes=0-0' })))?.name];
    },
    expected: [0, '', 'InvalidRange'],
  },
  {
    id: 'overrides',
    title: 'response-* parameters of a signed GET replace headers of the answer',
    source: 'D',
    async observe(context) {
      const { get } = await withObject(context);
      const got = await get({ ResponseContentType: 'text/plain', ResponseCacheControl: 'no-cache', ResponseContentDisposition: 'inline' });
      await textOf(got);
      return [got.ContentType, got.CacheControl, got.ContentDisposition];
    },
    expected: ['text/plain', 'no-cache', 'inline'],
  },
];
