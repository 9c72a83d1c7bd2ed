// CopyObject: a read of the source and a put of the target, with both permissions and both kinds of conditions.
import type { Readable } from 'node:stream';
import { type ChecksumAlgorithm, checksumAlgorithms } from '../../aws/checksum.ts';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { objectBytesMax } from '../../limits.ts';
import { authorizeObject, findBucket, missingKeyFault } from '../access.ts';
import { percentDecoded } from '../address.ts';
import { failedReadCondition, writePreconditionFault, writePreconditionOf } from '../conditions.ts';
import { authorizeEncryption, chooseEncryption, encryptionHeaders } from '../encryption.ts';
import { faults } from '../faults.ts';
import { keyFault } from '../key-limits.ts';
import type { ObjectRecord } from '../object-file.ts';
import type { OpenObject } from '../object-store.ts';
import type { S3Access, S3Options, S3Request } from '../s3-request.ts';
import { storedHeadersOf } from '../stored-headers.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { userMetadataOf } from '../user-metadata.ts';
import { element, xmlDocument, xmlTime } from '../xml.ts';
import { commitFault, newEtag } from './put-object.ts';

export async function copyObject(options: S3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { store } = options;
  const { bucketName, key, headers } = request;
  const plan = copyPlanOf(options, request);
  if (isFault(plan)) return plan;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const precondition = writePreconditionOf(headers);
  if (isFault(precondition)) return precondition;
  const encryption = chooseEncryption(options, request);
  if (isFault(encryption)) return encryption;
  const refusal =
    authorizeObject(options, request, bucket, key, 'PutObject') ??
    (precondition.kind === 'mustMatch' ? authorizeObject(options, request, bucket, key, 'GetObject') : null) ??
    unsupportedHeaderFault(headers) ??
    selfCopyFault(request, plan) ??
    authorizeEncryption(options, request, { bucketName, key, encryption }, 'kms:GenerateDataKey') ??
    writePreconditionFault(precondition, key, store.summary(bucketName, key)?.etag ?? null);
  if (refusal) return refusal;
  const source = openSource(options, request, plan);
  if (isFault(source)) return source;

  const attributes = attributesOf(request, plan, source.record);
  if (isFault(attributes)) {
    source.close();
    return attributes;
  }
  const { record } = source;
  // The bytes are read from the version that was opened, whatever happens to the source meanwhile.
  const body: Buffer | Readable = record.sizeBytes === 0 ? Buffer.alloc(0) : source.read(0, record.sizeBytes - 1);
  const staged = await store.stage(body, {
    checksumAlgorithm: plan.checksumAlgorithm ?? record.checksum.algorithm,
    bytesMax: objectBytesMax,
  });
  const etag = newEtag(staged, encryption);
  const result = await store.commit(staged, { bucket: bucketName, key, etag, ...attributes, encryption, precondition });
  if (result.kind !== 'stored') return commitFault(result, bucketName, key);
  const { checksum, lastModified } = result.record;
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml', ...encryptionHeaders(encryption) },
    body: xmlDocument('CopyObjectResult', [
      element('LastModified', xmlTime(lastModified)),
      element('ETag', `"${etag}"`),
      element(`Checksum${checksum.algorithm}`, checksum.value),
      element('ChecksumType', 'FULL_OBJECT'),
    ]),
  };
}

export interface CopyPlan {
  readonly sourceBucket: string;
  readonly sourceKey: string;
  readonly replacesMetadata: boolean;
  readonly checksumAlgorithm: ChecksumAlgorithm | null;
}

/** What the headers ask for. */
export function copyPlanOf(options: S3Access, request: S3Request): CopyPlan | AwsFault {
  const { headers } = request;
  if (Number(headers.get('content-length') ?? 0) > 0 || headers.has('transfer-encoding')) {
    return faults.invalidRequest('The request included a body. Requests of this type must not include a non-empty body.'); // [I versitygw #1242]
  }
  const source = parseCopySource(headers.get('x-amz-copy-source') ?? '');
  if (isFault(source)) return source;
  const directive = headers.get('x-amz-metadata-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    return faults.invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', directive); // [M]
  }
  const wanted = headers.get('x-amz-checksum-algorithm');
  const checksumAlgorithm = checksumAlgorithms.find((algorithm) => algorithm === wanted) ?? null;
  if (wanted !== undefined && checksumAlgorithm === null) return faults.headerNotImplemented('x-amz-checksum-algorithm');
  const expectedOwner = headers.get('x-amz-source-expected-bucket-owner');
  const owner = options.store.bucket(source.sourceBucket)?.ownerAccountId;
  if (expectedOwner !== undefined && owner !== undefined && expectedOwner !== owner) return faults.accessDenied();
  return { ...source, replacesMetadata: directive === 'REPLACE', checksumAlgorithm };
}

/** URL-decoded, with or without a leading slash; `?versionId=` asks for a version. */
function parseCopySource(header: string): { sourceBucket: string; sourceKey: string } | AwsFault {
  const query = header.indexOf('?');
  if (query !== -1) return faults.operationNotImplemented('CopyObject with a source versionId');
  const decoded = percentDecoded(header);
  const path = decoded?.startsWith('/') ? decoded.slice(1) : decoded;
  const slash = path?.indexOf('/') ?? -1;
  if (path === null || path === undefined || slash < 1 || slash === path.length - 1) {
    return faults.invalidArgument('Invalid copy source object key', 'x-amz-copy-source', header);
  }
  const sourceKey = path.slice(slash + 1);
  return keyFault(sourceKey) ?? { sourceBucket: path.slice(0, slash), sourceKey };
}

function selfCopyFault({ bucketName, key, headers }: S3Request, plan: CopyPlan): AwsFault | null {
  if (plan.sourceBucket !== bucketName || plan.sourceKey !== key) return null;
  const changesSomething = plan.replacesMetadata || plan.checksumAlgorithm !== null || headers.has('x-amz-server-side-encryption');
  return changesSomething
    ? null
    : faults.invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
}

/** The source, opened for a caller who may read it and whose copy-source conditions hold: all of them answer 412 [V]. */
function openSource(options: S3Options, request: S3Request, { sourceBucket, sourceKey }: CopyPlan): OpenObject | AwsFault {
  const bucket = findBucket(options, request, sourceBucket);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeObject(options, request, bucket, sourceKey, 'GetObject');
  if (refusal) return refusal;
  const source = options.store.open(sourceBucket, sourceKey);
  if (!source) return missingKeyFault(options, request, bucket, sourceKey);
  const failed = failedReadCondition(request.headers, 'x-amz-copy-source-', source.record, options.clock.now());
  const object = { bucketName: sourceBucket, key: sourceKey, encryption: source.record.encryption };
  const fault = failed
    ? faults.preconditionFailed(`x-amz-copy-source-${failed}`)
    : authorizeEncryption(options, request, object, 'kms:Decrypt');
  if (fault) source.close();
  return fault ?? source;
}

function attributesOf({ headers }: S3Request, plan: CopyPlan, source: ObjectRecord): Pick<ObjectRecord, 'headers' | 'metadata'> | AwsFault {
  if (!plan.replacesMetadata) return { headers: source.headers, metadata: source.metadata };
  const metadata = userMetadataOf(headers);
  return isFault(metadata) ? metadata : { headers: storedHeadersOf(headers), metadata };
}
