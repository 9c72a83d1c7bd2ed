// Who may: the actions of each operation with their ARNs, condition keys and bucket policy.
import type { AwsFault } from '../aws/fault.ts';
import { faults } from './faults.ts';
import type { BucketRecord } from './object-store.ts';
import type { S3Access, S3Request } from './s3-request.ts';

/** Request headers that are condition keys, as `s3:<name>`. Those of the signature are the endpoint's (aws/condition-values.ts). */
const headerKeys = [
  'x-amz-acl',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-storage-class',
  'if-match',
  'if-none-match',
];
const listKeys = ['prefix', 'delimiter', 'max-keys'];

/** The bucket of the request, or NoSuchBucket, which comes before any policy [M]. */
export function findBucket(options: S3Access, request: S3Request, bucketName = request.bucketName): BucketRecord | AwsFault {
  return options.store.bucket(bucketName) ?? faults.noSuchBucket(bucketName);
}

/** Null when allowed, else AccessDenied as S3 words it. */
export function authorizeBucket(options: S3Access, request: S3Request, bucket: BucketRecord, action: string): AwsFault | null {
  const listing = action === 'ListBucket' ? present(listKeys, request.query) : {};
  return authorize(options, request, bucket, action, bucketArn(bucket.name), listing);
}

export function authorizeObject(options: S3Access, request: S3Request, bucket: BucketRecord, key: string, action: string): AwsFault | null {
  return authorize(options, request, bucket, action, objectArn(bucket.name, key), {});
}

/** A key that is not there: who may list learns that (404), anybody else only that it is denied (403). */
export function missingKeyFault(options: S3Access, request: S3Request, bucket: BucketRecord, key: string): AwsFault {
  return authorizeBucket(options, request, bucket, 'ListBucket') ?? faults.noSuchKey(key);
}

/** An operation on the account: no bucket yet, and no policy but the caller's own. */
export function authorizeAccount(request: S3Request, action: string, resourceArn: string): AwsFault | null {
  return request.call.authorize({
    action: `s3:${action}`,
    resourceArn,
    resourceAccountId: accountOf(request),
    resourcePolicies: [],
    context: present(headerKeys, request.headers),
  });
}

export function bucketArn(bucketName: string): string {
  return `arn:aws:s3:::${bucketName}`;
}

export function objectArn(bucketName: string, key: string): string {
  return `${bucketArn(bucketName)}/${key}`;
}

/** The caller's account; empty for a caller that has none. */
export function accountOf({ call }: S3Request): string {
  return 'accountId' in call.principal ? call.principal.accountId : '';
}

function authorize(
  options: S3Access,
  request: S3Request,
  bucket: BucketRecord,
  action: string,
  resourceArn: string,
  more: Readonly<Record<string, string>>,
): AwsFault | null {
  const expectedOwner = request.headers.get('x-amz-expected-bucket-owner');
  if (expectedOwner !== undefined && bucket.name === request.bucketName && expectedOwner !== bucket.ownerAccountId)
    return faults.accessDenied();
  const policy = options.bucketPolicies(bucket.name);
  return request.call.authorize({
    action: `s3:${action}`,
    resourceArn,
    resourceAccountId: bucket.ownerAccountId,
    resourcePolicies: policy ? [policy] : [],
    context: { ...present(headerKeys, request.headers), 's3:ResourceAccount': bucket.ownerAccountId, ...more },
  });
}

function present(names: readonly string[], values: ReadonlyMap<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = values.get(name);
    if (value !== undefined) found[`s3:${name}`] = value;
  }
  return found;
}
