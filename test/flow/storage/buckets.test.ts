// Buckets outside us-east-1 and of several accounts, which the S3 suite (test/conformance/s3) has not.
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { allowAll, failed, openS3, otherAccount } from './open-s3.ts';

const Bucket = 'results';

describe('buckets', () => {
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
});
