// AbortMultipartUpload: the upload and its parts go; what is already an object stays.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeObject, findBucket } from '../access.ts';
import { faults } from '../faults.ts';
import type { S3Options, S3Request } from '../s3-request.ts';

export async function abortMultipartUpload(options: S3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { multipart } = options.store;
  const { bucketName, key, headers, query } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeObject(options, request, bucket, key, 'AbortMultipartUpload');
  if (refusal) return refusal;
  // Of directory buckets only; ignored it would abort what was not meant.
  if (headers.has('x-amz-if-match-initiated-time')) return faults.headerNotImplemented('x-amz-if-match-initiated-time');
  const uploadId = query.get('uploadId') ?? '';
  const upload = multipart.find(bucketName, key, uploadId);
  return upload && (await multipart.abort(upload)) ? { status: 204, headers: {} } : faults.noSuchUpload(uploadId);
}
