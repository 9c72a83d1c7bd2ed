// The embedded S3: which operations it has.
import type { AwsService } from '../aws/service.ts';
import { abortMultipartUpload } from './operations/abort-multipart-upload.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-multipart-upload.ts';
import { copyObject } from './operations/copy-object.ts';
import { createMultipartUpload } from './operations/create-multipart-upload.ts';
import { deleteObject, deleteObjects } from './operations/delete-object.ts';
import { getObject, headObject } from './operations/get-object.ts';
import { listMultipartUploads } from './operations/list-multipart-uploads.ts';
import { listObjects, listObjectsV2 } from './operations/list-objects.ts';
import { listParts } from './operations/list-parts.ts';
import { putObject } from './operations/put-object.ts';
import { uploadPart } from './operations/upload-part.ts';
import { dispatchS3 } from './s3-dispatch.ts';
import type { Operation, S3Options } from './s3-request.ts';

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['ListBuckets', listBuckets],
  ['CreateBucket', createBucket],
  ['HeadBucket', headBucket],
  ['GetBucketLocation', getBucketLocation],
  ['DeleteBucket', deleteBucket],
  ['ListObjects', listObjects],
  ['ListObjectsV2', listObjectsV2],
  ['PutObject', putObject],
  ['GetObject', getObject],
  ['HeadObject', headObject],
  ['CopyObject', copyObject],
  ['DeleteObject', deleteObject],
  ['DeleteObjects', deleteObjects],
  ['CreateMultipartUpload', createMultipartUpload],
  ['UploadPart', uploadPart],
  ['CompleteMultipartUpload', completeMultipartUpload],
  ['AbortMultipartUpload', abortMultipartUpload],
  ['ListParts', listParts],
  ['ListMultipartUploads', listMultipartUploads],
]);

/** S3 over an object store. The store stays the caller's: close it after the endpoint. */
export function createS3Service(options: S3Options): AwsService {
  return dispatchS3(options, operations, (operation, request) => operation(options, request));
}
