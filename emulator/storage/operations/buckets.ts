// ListBuckets, CreateBucket, HeadBucket, GetBucketLocation, DeleteBucket.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { accountOf, authorizeAccount, authorizeBucket, bucketArn, findBucket } from '../access.ts';
import { isBucketName } from '../bucket-name.ts';
import { faults } from '../faults.ts';
import { readXmlBody } from '../request-body.ts';
import type { S3Access, S3Request } from '../s3-request.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { element, xmlDocument, xmlTime } from '../xml.ts';
import { childText, type XmlNode } from '../xml-input.ts';
import { ownerElement } from './list-objects.ts';

export function listBuckets({ store, region }: S3Access, request: S3Request): AwsAnswer | AwsFault {
  const refusal = authorizeAccount(request, 'ListAllMyBuckets', '*');
  if (refusal) return refusal;
  const paged = ['max-buckets', 'continuation-token', 'bucket-region'].find((name) => request.query.has(name));
  if (paged !== undefined) return faults.operationNotImplemented(`ListBuckets with ${paged}`);
  const accountId = accountOf(request);
  const prefix = request.query.get('prefix');
  const own = store.buckets().filter((bucket) => bucket.ownerAccountId === accountId && bucket.name.startsWith(prefix ?? ''));
  const body = xmlDocument('ListAllMyBucketsResult', [
    ownerElement(accountId),
    element(
      'Buckets',
      own.map(({ name, createdAt }) =>
        element('Bucket', [
          element('Name', name),
          element('CreationDate', xmlTime(createdAt)),
          element('BucketRegion', region),
          element('BucketArn', bucketArn(name)),
        ]),
      ),
    ),
    element('Prefix', prefix ?? null),
  ]);
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}

export async function createBucket({ store, region }: S3Access, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { bucketName, headers } = request;
  const refusal = authorizeAccount(request, 'CreateBucket', bucketArn(bucketName)) ?? unsupportedHeaderFault(withoutPrivateAcl(headers));
  if (refusal) return refusal;
  if (!isBucketName(bucketName)) return faults.invalidBucketName(bucketName);
  const configuration = await readXmlBody(request, 'CreateBucketConfiguration');
  if (isFault(configuration)) return configuration;
  const wrong = configurationFault(configuration, region);
  if (wrong) return wrong;
  const answer = { status: 200, headers: { Location: `/${bucketName}`, 'Content-Length': '0' } };
  switch (await store.createBucket(bucketName, accountOf(request))) {
    case 'created':
      return answer;
    case 'alreadyTaken':
      return faults.bucketAlreadyExists(bucketName);
    case 'alreadyYours':
      // us-east-1 keeps the behaviour of its first years. [V/D]
      return region === 'us-east-1' ? answer : faults.bucketAlreadyOwnedByYou(bucketName);
  }
}

export function headBucket(options: S3Access, request: S3Request): AwsAnswer | AwsFault {
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeBucket(options, request, bucket, 'ListBucket');
  if (refusal) return refusal;
  return {
    status: 200,
    headers: { 'x-amz-bucket-region': options.region, 'x-amz-access-point-alias': 'false', 'Content-Type': 'application/xml' },
  };
}

export function getBucketLocation(options: S3Access, request: S3Request): AwsAnswer | AwsFault {
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeBucket(options, request, bucket, 'GetBucketLocation');
  if (refusal) return refusal;
  const body = xmlDocument('LocationConstraint', options.region === 'us-east-1' ? '' : options.region);
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}

export async function deleteBucket(options: S3Access, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { bucketName } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeBucket(options, request, bucket, 'DeleteBucket');
  if (refusal) return refusal;
  switch (await options.store.deleteBucket(bucketName)) {
    case 'deleted':
      return { status: 204, headers: {} };
    case 'notEmpty':
      return faults.bucketNotEmpty(bucketName);
    case 'noSuchBucket':
      return faults.noSuchBucket(bucketName);
  }
}

/** A bucket is made in the one region there is. */
function configurationFault(configuration: XmlNode | null, region: string): AwsFault | null {
  const unserved = [...(configuration?.children.keys() ?? [])].find((name) => name !== 'LocationConstraint');
  if (unserved !== undefined) return faults.operationNotImplemented(`CreateBucket with ${unserved}`);
  const constraint = configuration ? childText(configuration, 'LocationConstraint') : undefined;
  if (constraint === null) return faults.malformedXml();
  if (region === 'us-east-1') {
    if (constraint === undefined) return null;
    return constraint === 'us-east-1' || constraint === ''
      ? faults.invalidLocationConstraint(constraint)
      : faults.illegalLocationConstraint(constraint);
  }
  return constraint === region ? null : faults.illegalLocationConstraint(constraint ?? 'unspecified');
}

/** `private` is what a new bucket is anyway. */
function withoutPrivateAcl(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...headers].filter(([name, value]) => name !== 'x-amz-acl' || value !== 'private'));
}
