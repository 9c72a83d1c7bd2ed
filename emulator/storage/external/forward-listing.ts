// What reads a bucket and not an object.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeBucket, findBucket } from '../access.ts';
import { faults } from '../faults.ts';
import type { S3Request } from '../s3-request.ts';
import { type ExternalS3Options, forward } from './forward.ts';
import { pickQuery, requestQuery } from './forwarded-names.ts';

export async function forwardListing(
  options: ExternalS3Options,
  request: S3Request,
  operation: 'ListObjects' | 'ListObjectsV2',
): Promise<AwsAnswer | AwsFault> {
  const { query } = request;
  if (operation === 'ListObjectsV2' && query.get('list-type') !== '2')
    return faults.invalidArgument('Invalid List Type specified in Request', 'list-type', query.get('list-type')); // [M]
  return authorized(options, request) ?? forward(options, request, operation, { query: pickQuery(query, requestQuery[operation]) });
}

export async function forwardHeadBucket(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  return authorized(options, request) ?? forward(options, request, 'HeadBucket');
}

function authorized(options: ExternalS3Options, request: S3Request): AwsFault | null {
  const bucket = findBucket(options, request);
  return isFault(bucket) ? bucket : authorizeBucket(options, request, bucket, 'ListBucket');
}
