// The embedded S3: address -> operation -> its function. What is not in the table answers 501 with its name.
import { type AwsFault, isFault } from '../aws/fault.ts';
import type { AwsAnswer, AwsCall, AwsService } from '../aws/service.ts';
import { faults } from './faults.ts';
import { keyFault } from './key-limits.ts';
import { operationOf } from './operation.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './operations/buckets.ts';
import { copyObject } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-object.ts';
import { getObject, headObject } from './operations/get-object.ts';
import { listObjects, listObjectsV2 } from './operations/list-objects.ts';
import { putObject } from './operations/put-object.ts';
import { type Operation, parseRequest, type S3Options } from './s3-request.ts';

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
]);

/** S3 over an object store. The store stays the caller's: close it after the endpoint. */
export function createS3Service(options: S3Options): AwsService {
  return {
    signingName: 's3',
    handle: async (call) => handle(options, call),
  };
}

async function handle(options: S3Options, call: AwsCall): Promise<AwsAnswer | AwsFault> {
  const request = parseRequest(call);
  if (isFault(request)) return request;
  const name = operationOf(call.method, request.address, request.query, request.headers);
  if (isFault(name)) return name;
  const operation = operations.get(name);
  if (!operation) {
    options.log.warn({ service: 's3', operation: name }, 'not emulated');
    return faults.operationNotImplemented(name);
  }
  return (request.key !== '' ? keyFault(request.key) : null) ?? operation(options, request);
}
