// S3 in front of another one: the same addresses, operations and permissions as the embedded one; then the call goes on.
import { type AwsFault, fault } from '../../aws/fault.ts';
import type { AwsAnswer, AwsService } from '../../aws/service.ts';
import { createBucket, deleteBucket, getBucketLocation, listBuckets } from '../operations/buckets.ts';
import { dispatchS3 } from '../s3-dispatch.ts';
import type { Operation, S3Request } from '../s3-request.ts';
import { ExternalS3Error } from './external-s3.ts';
import type { ExternalS3Options } from './forward.ts';
import { forwardCopy } from './forward-copy.ts';
import { forwardDelete, forwardDeletion } from './forward-delete.ts';
import { forwardHeadBucket, forwardListing } from './forward-listing.ts';
import {
  forwardAbort,
  forwardCompletion,
  forwardCreation,
  forwardPart,
  forwardPartListing,
  forwardUploadListing,
} from './forward-multipart.ts';
import { forwardPut } from './forward-put.ts';
import { forwardRead } from './forward-read.ts';

/** The names are those of the embedded S3: what is not here is not emulated there either. */
const operations: ReadonlyMap<string, Operation<ExternalS3Options>> = new Map<string, Operation<ExternalS3Options>>([
  // Of buckets Airlock itself knows whose they are.
  ['ListBuckets', listBuckets],
  ['CreateBucket', createBucket],
  ['GetBucketLocation', getBucketLocation],
  ['DeleteBucket', deleteBucket],
  ['HeadBucket', forwardHeadBucket],
  ['ListObjects', (options, request) => forwardListing(options, request, 'ListObjects')],
  ['ListObjectsV2', (options, request) => forwardListing(options, request, 'ListObjectsV2')],
  ['PutObject', forwardPut],
  ['GetObject', forwardRead],
  ['HeadObject', forwardRead],
  ['CopyObject', forwardCopy],
  ['DeleteObject', forwardDelete],
  ['DeleteObjects', forwardDeletion],
  ['CreateMultipartUpload', forwardCreation],
  ['UploadPart', forwardPart],
  ['CompleteMultipartUpload', forwardCompletion],
  ['AbortMultipartUpload', forwardAbort],
  ['ListParts', forwardPartListing],
  ['ListMultipartUploads', forwardUploadListing],
]);

export function createExternalS3Service(options: ExternalS3Options): AwsService {
  return dispatchS3(options, operations, (operation, request) => perform(operation, options, request));
}

/** What goes wrong behind Airlock is never the caller's fault, and never looks like a permission. */
async function perform(
  operation: Operation<ExternalS3Options>,
  options: ExternalS3Options,
  request: S3Request,
): Promise<AwsAnswer | AwsFault> {
  try {
    return await operation(options, request);
  } catch (error) {
    if (!(error instanceof ExternalS3Error)) throw error;
    options.log.warn({ url: options.s3.url, requestId: request.call.requestId }, `the S3 behind Airlock ${error.message}`);
    return fault(503, 'ServiceUnavailable', `The S3 behind Airlock, ${options.s3.url}, ${error.message}.`);
  }
}
