// CompleteMultipartUpload: the parts become one object, by one rename. Nothing of it is held in memory.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { percentEncode } from '../../iam/percent-encoding.ts';
import { authorizeObject, findBucket } from '../access.ts';
import { writePreconditionFault, writePreconditionOf } from '../conditions.ts';
import { authorizeEncryption, encryptionHeaders } from '../encryption.ts';
import { faults } from '../faults.ts';
import { type ListedPart, partsToComplete, readCompletion } from '../multipart/completion.ts';
import { declaredChecksumFault, declaredObjectFault } from '../multipart/object-checksum.ts';
import { checksumTypeOf, compositeChecksum, multipartEtag } from '../multipart/upload-checksum.ts';
import type { KeyChange, UploadDirectory } from '../multipart/upload-directory.ts';
import type { PartRecord } from '../multipart/upload-record.ts';
import type { ObjectRecord } from '../object-file.ts';
import type { WritePrecondition } from '../object-store.ts';
import type { S3Access, S3Options, S3Request } from '../s3-request.ts';
import type { StagedBody } from '../staged-body.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { element, xmlDocument } from '../xml.ts';
import { commitFault } from './put-object.ts';

export async function completeMultipartUpload(options: S3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { bucketName, key, query, headers } = request;
  const refusal = authorizeCompletion(options, request);
  if (refusal) return refusal;
  const precondition = writePreconditionOf(headers);
  if (isFault(precondition)) return precondition;
  const listed = await readCompletion(request);
  if (isFault(listed)) return listed;
  const uploadId = query.get('uploadId') ?? '';
  const upload = options.store.multipart.find(bucketName, key, uploadId);
  const ended = upload && (await upload.exclusively(() => complete({ options, request, upload, listed, precondition })));
  const result = ended ?? completedBefore(options, request, uploadId, listed) ?? faults.noSuchUpload(uploadId);
  return isFault(result) ? result : completionAnswer(request, result);
}

/** May the caller complete? With If-Match also s3:GetObject: who may not read may not find out an ETag by trying. [D] */
export function authorizeCompletion(options: S3Access, request: S3Request): AwsFault | null {
  const { key, headers } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  return (
    authorizeObject(options, request, bucket, key, 'PutObject') ??
    (headers.has('if-match') ? authorizeObject(options, request, bucket, key, 'GetObject') : null) ??
    unsupportedHeaderFault(headers)
  );
}

interface Completion {
  readonly options: S3Options;
  readonly request: S3Request;
  readonly upload: UploadDirectory;
  readonly listed: readonly ListedPart[];
  readonly precondition: WritePrecondition;
}

/** Null when the upload has ended before its turn came. */
async function complete({ options, request, upload, listed, precondition }: Completion): Promise<ObjectRecord | AwsFault | null> {
  if (upload.isGone()) return null;
  const { store } = options;
  const { bucketName, key, headers } = request;
  const { uploadId, encryption, checksum: wanted, headers: stored, metadata } = upload.record;
  const denied = authorizeEncryption(options, request, { bucketName, key, encryption }, 'kms:Decrypt');
  if (denied) return denied;
  const parts = partsToComplete(upload, listed);
  if (isFault(parts)) return parts;
  const sizeBytes = parts.reduce((total, part) => total + part.sizeBytes, 0);
  const wrong =
    declaredObjectFault(headers, wanted, sizeBytes) ??
    conflictFault(precondition, upload.keyChange(), key, store.summary(bucketName, key) !== null) ??
    writePreconditionFault(precondition, key, store.summary(bucketName, key)?.etag ?? null);
  if (wrong) return wrong;

  const staged = await stageParts(options, upload, parts, sizeBytes);
  if (!staged) return faults.noSuchBucket(bucketName);
  const checksum = wanted?.type === 'COMPOSITE' ? compositeChecksum(wanted.algorithm, parts) : staged.checksum;
  const different = declaredChecksumFault(headers, checksum);
  if (different) {
    await store.discard(staged);
    return different;
  }
  const etag = multipartEtag(parts.map((part) => part.etag));
  const target = { bucket: bucketName, key, etag, headers: stored, metadata, encryption, precondition, checksum, uploadId };
  const result = await store.commit(staged, target);
  if (result.kind !== 'stored') return commitFault(result, bucketName, key);
  await store.multipart.finish(upload);
  return result.record;
}

/** One file of all parts, where nobody sees it. Null when the bucket was deleted meanwhile. */
async function stageParts(
  { store }: S3Options,
  upload: UploadDirectory,
  parts: readonly PartRecord[],
  sizeBytes: number,
): Promise<StagedBody | null> {
  const { checksum } = upload.record;
  // A composite checksum is over those of the parts: then this one is thrown away, and the cheapest will do.
  const checksumAlgorithm = checksum?.type === 'COMPOSITE' ? 'CRC32' : (checksum?.algorithm ?? 'CRC64NVME');
  try {
    return await store.stage(upload.read(parts), { checksumAlgorithm, bytesMax: sizeBytes });
  } catch (error) {
    if (upload.isGone()) return null;
    throw error;
  }
}

/** The key was deleted, or overwritten be it with the same bytes, since the upload began: 409, and a new upload succeeds. [V] */
function conflictFault({ kind }: WritePrecondition, change: KeyChange, key: string, isThere: boolean): AwsFault | null {
  if (kind === 'mustNotExist' && change === 'deleted' && !isThere) return faults.conditionalConflict('If-None-Match', key);
  return kind === 'mustMatch' && change === 'written' && isThere ? faults.conditionalConflict('If-Match', key) : null;
}

/**
 * A completion that is repeated because its answer was lost gets that answer again, as long as the object is the one that it made, whatever
 * its conditions. S3 is known to do so for a while [M]; the limit is ours.
 */
function completedBefore(
  options: S3Options,
  request: S3Request,
  uploadId: string,
  listed: readonly ListedPart[],
): ObjectRecord | AwsFault | null {
  const { bucketName, key } = request;
  const opened = options.store.open(bucketName, key);
  opened?.close();
  const record = opened?.record;
  if (record?.uploadId !== uploadId || record.etag !== multipartEtag(listed.map(({ etag }) => etag))) return null;
  return authorizeEncryption(options, request, { bucketName, key, encryption: record.encryption }, 'kms:Decrypt') ?? record;
}

function completionAnswer(request: S3Request, { etag, checksum, encryption }: ObjectRecord): AwsAnswer {
  const { bucketName, key } = request;
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml', ...encryptionHeaders(encryption) },
    body: xmlDocument('CompleteMultipartUploadResult', [
      element('Location', locationOf(request)),
      element('Bucket', bucketName),
      element('Key', key),
      element('ETag', `"${etag}"`),
      element(`Checksum${checksum.algorithm}`, checksum.value),
      element('ChecksumType', checksumTypeOf(checksum.value)),
    ]),
  };
}

/** By the name the client has used for this endpoint. */
export function locationOf({ call, bucketName, key }: S3Request): string {
  const host = call.headers.get('host') ?? '';
  return `http://${host}/${bucketName}/${percentEncode(key, { keepSlash: false })}`;
}
