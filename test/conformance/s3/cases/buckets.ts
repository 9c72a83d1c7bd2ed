// Buckets and listings.
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { type CaseContext, failure, type S3Case } from '../s3-case.ts';

/** In the order of their UTF-8 bytes, which for the last two is not that of their UTF-16. */
const orderedKeys = ['a b', 'a+b', 'a/1', 'a/2', 'b', '\uFFFD', '😀'];

async function withKeys({ client, Bucket }: CaseContext, keys: readonly string[] = orderedKeys) {
  for (const Key of [...keys].reverse()) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  return (input: Partial<ConstructorParameters<typeof ListObjectsV2Command>[0]>) =>
    client.send(new ListObjectsV2Command({ Bucket, ...input }));
}

export const bucketCases: readonly S3Case[] = [
  {
    id: 'order',
    title: 'keys come page by page in the order of their UTF-8 bytes',
    source: 'D',
    async observe(context) {
      const { client, Bucket } = context;
      await withKeys(context);
      const seen: unknown[] = [];
      for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket }))
        seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
      return seen;
    },
    expected: orderedKeys,
  },
  {
    id: 'groups',
    title: 'with a delimiter are common prefixes, each one key of KeyCount and max-keys',
    source: 'V',
    async observe(context) {
      const list = await withKeys(context);
      const all = await list({ Delimiter: '/' });
      const first = await list({ Delimiter: '/', MaxKeys: 3 });
      const rest = await list({ Delimiter: '/', MaxKeys: 3, ContinuationToken: first.NextContinuationToken });
      return {
        prefixes: all.CommonPrefixes,
        count: all.KeyCount,
        first: [first.KeyCount, first.IsTruncated, first.CommonPrefixes?.length],
        rest: rest.Contents?.map(({ Key }) => Key),
      };
    },
    expected: { prefixes: [{ Prefix: 'a/' }], count: 6, first: [3, true, 1], rest: ['b', '\uFFFD', '😀'] },
  },
  {
    id: 'prefix',
    title: 'and start-after limit a listing',
    source: 'V',
    async observe(context) {
      const list = await withKeys(context);
      const keysOf = ({ Contents }: Awaited<ReturnType<typeof list>>) => Contents?.map(({ Key }) => Key);
      return [keysOf(await list({ Prefix: 'a/' })), keysOf(await list({ StartAfter: 'a/1', MaxKeys: 2 }))];
    },
    expected: [
      ['a/1', 'a/2'],
      ['a/2', 'b'],
    ],
  },
  {
    id: '55',
    title: 'encoding-type=url: blank is +, plus is %2B',
    source: 'I backlot #178, botocore #1555',
    async observe(context) {
      const list = await withKeys(context);
      const encoded = await list({ EncodingType: 'url', MaxKeys: 2 });
      return encoded.Contents?.map(({ Key }) => Key);
    },
    expected: ['a+b', 'a%2Bb'],
  },
  {
    id: '55 other',
    title: 'another encoding type is InvalidArgument',
    source: 'V',
    observe: ({ client, Bucket }) => failure(client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'x' as 'url' })), 'message'),
    expected: { name: 'InvalidArgument', status: 400, message: 'Invalid Encoding Method specified in Request' },
  },
  {
    id: '56',
    title: 'a continuation token of nobody is InvalidArgument',
    source: 'V',
    observe: ({ client, Bucket }) => failure(client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'bogus' })), 'message'),
    expected: { name: 'InvalidArgument', status: 400, message: 'The continuation token provided is incorrect' },
  },
  {
    id: 'entry',
    title: 'of a listing has size, quoted ETag, storage class and checksum algorithm; an owner only when asked for',
    source: 'V',
    async observe(context) {
      const list = await withKeys(context, ['k']);
      const [entry] = (await list({})).Contents ?? [];
      const [owned] = (await list({ FetchOwner: true })).Contents ?? [];
      const { Size, ETag, StorageClass, ChecksumAlgorithm, ChecksumType, Owner } = entry ?? {};
      return { Size, ETag, StorageClass, ChecksumAlgorithm, ChecksumType, Owner, owned: /^[0-9a-f]{64}$/.test(owned?.Owner?.ID ?? '') };
    },
    expected: {
      Size: 1,
      ETag: '"9dd4e461268c8034f5c8564e155c67a6"',
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: ['CRC32'],
      ChecksumType: 'FULL_OBJECT',
      Owner: undefined,
      owned: true,
    },
  },
  {
    id: 'version 1',
    title: 'of the listing pages by marker',
    source: 'D',
    async observe(context) {
      const { client, Bucket } = context;
      await withKeys(context);
      const first = await client.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));
      const second = await client.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Marker: first.Contents?.at(-1)?.Key }));
      return [first.IsTruncated, first.Contents?.map(({ Key }) => Key), second.Contents?.map(({ Key }) => Key)];
    },
    expected: [true, ['a b', 'a+b'], ['a/1', 'a/2']],
  },
  {
    id: 'bucket',
    title: 'is created, found, located, listed and deleted',
    source: 'V',
    async observe({ client, Bucket: name }) {
      const Bucket = `${name}-2`;
      const { Location } = await client.send(new CreateBucketCommand({ Bucket }));
      const { BucketRegion } = await client.send(new HeadBucketCommand({ Bucket }));
      const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket }));
      const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
      await client.send(new DeleteBucketCommand({ Bucket }));
      const gone = await failure(client.send(new HeadBucketCommand({ Bucket })));
      return {
        location: Location === `/${Bucket}`,
        BucketRegion,
        LocationConstraint,
        listed: Buckets.some(({ Name }) => Name === Bucket),
        gone,
      };
    },
    expected: {
      location: true,
      BucketRegion: 'us-east-1',
      LocationConstraint: undefined,
      listed: true,
      gone: { name: 'NotFound', status: 404 },
    },
  },
  {
    id: '44',
    title: 'a bucket with an object in it is not deleted: BucketNotEmpty',
    source: 'V',
    async observe({ client, Bucket }) {
      await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
      const refused = await failure(client.send(new DeleteBucketCommand({ Bucket })), 'BucketName');
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
      return [
        refused?.name,
        refused?.status,
        refused?.BucketName === Bucket,
        await failure(client.send(new DeleteBucketCommand({ Bucket }))),
      ];
    },
    expected: ['BucketNotEmpty', 409, true, null],
  },
  {
    id: '45',
    title: 'its own bucket again is 200 in us-east-1, and keeps what is in it',
    source: 'V, D',
    async observe({ client, Bucket }) {
      await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
      const again = await failure(client.send(new CreateBucketCommand({ Bucket })));
      return [again, (await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount];
    },
    expected: [null, 1],
  },
  {
    id: 'bucket name',
    title: 'that is none is InvalidBucketName',
    source: 'V',
    observe: ({ client }) => failure(client.send(new CreateBucketCommand({ Bucket: 'Not_A-Bucket' })), 'BucketName'),
    expected: { name: 'InvalidBucketName', status: 400, BucketName: 'Not_A-Bucket' },
  },
];
