// Buckets, listings and copies through the real SDK. Numbers are those of the conformance cases.
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { allowAll, failed, openS3, otherAccount } from './open-s3.ts';

const Bucket = 'results';

describe('buckets and listings', () => {
  it('are created, found, listed and deleted (cases 44, 45)', async () => {
    await using s3 = await openS3({ region: 'eu-west-1' });
    const client = s3.client();
    expect((await client.send(new CreateBucketCommand({ Bucket: 'second-bucket' }))).Location).toBe('/second-bucket');
    expect(await failed(client.send(new CreateBucketCommand({ Bucket: 'second-bucket' })))).toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
      status: 409,
    });
    expect(await failed(s3.client([allowAll], otherAccount).send(new CreateBucketCommand({ Bucket: 'second-bucket' })))).toMatchObject({
      name: 'BucketAlreadyExists',
      status: 409,
    });
    expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-west-1');
    expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-west-1');
    expect((await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual(['results', 'second-bucket']);
    await client.send(new PutObjectCommand({ Bucket: 'second-bucket', Key: 'k', Body: 'x' }));
    expect(await failed(client.send(new DeleteBucketCommand({ Bucket: 'second-bucket' })))).toMatchObject({
      name: 'BucketNotEmpty',
      status: 409,
    });
    await client.send(new DeleteObjectCommand({ Bucket: 'second-bucket', Key: 'k' }));
    await client.send(new DeleteBucketCommand({ Bucket: 'second-bucket' }));
    expect(await failed(client.send(new HeadBucketCommand({ Bucket: 'second-bucket' })))).toMatchObject({ name: 'NotFound', status: 404 });
  });
  it('come page by page in UTF-8 order, with groups and encoding (cases 55, 56)', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const keys = ['a b', 'a+b', 'a/1', 'a/2', 'b', '\uFFFD', '😀'];
    for (const key of [...keys].reverse()) await s3.store.putObject({ bucket: Bucket, key, body: Buffer.from('x') });
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket }))
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
    expect(seen).toEqual(keys);
    const grouped = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    expect([grouped.CommonPrefixes, grouped.KeyCount]).toEqual([[{ Prefix: 'a/' }], 6]);
    const encoded = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url', MaxKeys: 2 }));
    expect(encoded.Contents?.map(({ Key }) => Key)).toEqual(['a+b', 'a%2Bb']);
    expect(await failed(client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'bogus' })))).toMatchObject({
      name: 'InvalidArgument',
      status: 400,
    });
  });
  it('copies', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    await client.send(new PutObjectCommand({ Bucket, Key: 'ü k+', Body: 'hello', Metadata: { a: '1' } }));
    const copied = await client.send(new CopyObjectCommand({ Bucket, Key: 't', CopySource: `${Bucket}/${encodeURIComponent('ü k+')}` }));
    expect(copied.CopyObjectResult).toMatchObject({ ETag: '"5d41402abc4b2a76b9719d911017c592"', ChecksumCRC32: 'NhCmhg==' });
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 't' }))).Metadata).toEqual({ a: '1' });
    expect(await failed(client.send(new CopyObjectCommand({ Bucket, Key: 't', CopySource: `${Bucket}/t` })))).toMatchObject({
      name: 'InvalidRequest',
      status: 400,
    }); // case 53
  });
});
