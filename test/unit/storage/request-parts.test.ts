// What a request to S3 is for: bucket, key and operation.
import { describe, expect, it } from 'vitest';
import { isFault } from '../../../emulator/aws/fault.ts';
import { bucketOfHost, parseAddress } from '../../../emulator/storage/address.ts';
import { operationOf } from '../../../emulator/storage/operation.ts';

describe('an address', () => {
  it.each([
    ['/', '127.0.0.1', null, null],
    ['/bucket', '127.0.0.1:1', 'bucket', null],
    ['/bucket/', '127.0.0.1:1', 'bucket', null],
    ['/bucket//lead', 'localhost', 'bucket', '/lead'],
    ['/bucket/a//b', 'localhost', 'bucket', 'a//b'],
    ['/bucket/a/../b', 'localhost', 'bucket', 'a/../b'],
    ['/bucket/test%25123', 'localhost', 'bucket', 'test%123'],
    ['/bucket/file%252Fname', 'localhost', 'bucket', 'file%2Fname'],
    ['/bucket/a+b%20c', 'localhost', 'bucket', 'a+b c'],
    ['/bucket/%F0%9F%98%80', 'localhost', 'bucket', '😀'],
    ['/x/y', 'bucket.localhost:4570', 'bucket', 'x/y'],
    ['/', 'bucket.localhost:4570', 'bucket', null],
    ['//x', 'bucket.s3.us-east-1.amazonaws.com', 'bucket', '/x'],
    ['/bucket/x', 's3.localhost', 'bucket', 'x'],
    ['/x', 'my.dotted.s3.localhost', 'my.dotted', 'x'],
  ])('%s at %s is bucket %j, key %j', (path, host, bucketName, key) => {
    expect(parseAddress(path, host)).toEqual({ bucketName, key });
  });
  it.each(['/bucket/%zz', '/bucket/%', '/bucket/%FF'])('%s is InvalidURI', (path) => {
    expect(parseAddress(path, 'localhost')).toMatchObject({ status: 400, code: 'InvalidURI' });
  });
  it('takes the bucket of a host for what it is only under localhost and s3', () => {
    expect(
      ['localhost', '127.0.0.1:80', 'example.com', 's3.us-east-1.amazonaws.com', 's3-us-west-2.amazonaws.com'].map(bucketOfHost),
    ).toEqual([null, null, null, null, null]);
    expect(bucketOfHost('s3-data.s3.localhost')).toBe('s3-data');
  });
});

describe('an operation', () => {
  const name = (method: string, url: string, headers: Record<string, string> = {}) => {
    const [path = '', query = ''] = url.split('?');
    const address = parseAddress(path, 'localhost');
    if (isFault(address)) throw new Error(address.code);
    return operationOf(
      method,
      address,
      new Map(
        query
          .split('&')
          .filter(Boolean)
          .map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']),
      ),
      new Map(Object.entries(headers)),
    );
  };
  it.each([
    ['GET', '/?x-id=ListBuckets', 'ListBuckets'],
    ['PUT', '/b/', 'CreateBucket'],
    ['PUT', '/b?metadataInventoryTable=', 'UpdateBucketMetadataInventoryTableConfiguration'],
    ['POST', '/b?metadataTable', 'CreateBucketMetadataTableConfiguration'],
    ['GET', '/b?list-type=2', 'ListObjectsV2'],
    ['GET', '/b', 'ListObjects'],
    ['GET', '/b?location', 'GetBucketLocation'],
    ['POST', '/b?delete=', 'DeleteObjects'],
    ['GET', '/b/k?x-id=GetObject', 'GetObject'],
    ['PUT', '/b/k?acl', 'PutObjectAcl'],
    ['PUT', '/b?policy', 'PutBucketPolicy'],
    ['GET', '/b?versioning', 'GetBucketVersioning'],
    ['POST', '/b/k?uploads=', 'CreateMultipartUpload'],
    ['PUT', '/b/k?partNumber=1&uploadId=x', 'UploadPart'],
    ['POST', '/b/k?uploadId=x', 'CompleteMultipartUpload'],
    ['DELETE', '/b/k?versionId=1', 'DeleteObject with versionId'],
    ['GET', '/b/k?delete', 'GetObject'],
  ])('%s %s is %s', (method, url, expected) => {
    expect(name(method, url)).toBe(expected);
  });
  it('is CopyObject with a copy source on PUT, InvalidArgument on GET [I versitygw #1642]', () => {
    expect(name('PUT', '/b/k', { 'x-amz-copy-source': 'b/x' })).toBe('CopyObject');
    expect(name('PUT', '/b/k?partNumber=1&uploadId=x', { 'x-amz-copy-source': 'b/x' })).toBe('UploadPartCopy');
    expect(name('GET', '/b/k', { 'x-amz-copy-source': 'b/x' })).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });
  it('is MethodNotAllowed where S3 has none', () => {
    expect(name('POST', '/b/k')).toMatchObject({
      status: 405,
      code: 'MethodNotAllowed',
      details: { Method: 'POST', ResourceType: 'OBJECT' },
    });
  });
});
