// PutObject: everything that can be refused without the body is refused before it is read.
import { randomBytes } from 'node:crypto';
import { checksumHeaderName } from '../../aws/checksum.ts';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeObject, findBucket } from '../access.ts';
import { writePreconditionFault, writePreconditionOf } from '../conditions.ts';
import { authorizeEncryption, chooseEncryption, encryptionHeaders } from '../encryption.ts';
import { faults } from '../faults.ts';
import { checksumTypeOf } from '../multipart/upload-checksum.ts';
import type { Encryption, ObjectRecord } from '../object-file.ts';
import type { CommitResult } from '../object-store.ts';
import { stageRequestBody } from '../request-body.ts';
import type { S3Options, S3Request } from '../s3-request.ts';
import type { StagedBody } from '../staged-body.ts';
import { storedHeadersOf } from '../stored-headers.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { userMetadataOf } from '../user-metadata.ts';

export async function putObject(options: S3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { store } = options;
  const { bucketName, key, headers } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const precondition = writePreconditionOf(headers);
  if (isFault(precondition)) return precondition;
  const metadata = userMetadataOf(headers);
  if (isFault(metadata)) return metadata;
  const encryption = chooseEncryption(options, request);
  if (isFault(encryption)) return encryption;
  const refusal =
    authorizeObject(options, request, bucket, key, 'PutObject') ??
    // Who may not read an object may not find out its ETag by trying. [D]
    (precondition.kind === 'mustMatch' ? authorizeObject(options, request, bucket, key, 'GetObject') : null) ??
    authorizeEncryption(options, request, { bucketName, key, encryption }, 'kms:GenerateDataKey') ??
    unsupportedHeaderFault(headers) ??
    writePreconditionFault(precondition, key, store.summary(bucketName, key)?.etag ?? null);
  if (refusal) return refusal;

  const staged = await stageRequestBody(options, request);
  if (isFault(staged)) return staged;
  request.call.annotate({ requestBytes: staged.sizeBytes });
  const etag = newEtag(staged, encryption);
  const result = await store.commit(staged, {
    bucket: bucketName,
    key,
    etag,
    headers: storedHeadersOf(headers),
    metadata,
    encryption,
    precondition,
  });
  if (result.kind !== 'stored') return commitFault(result, bucketName, key);
  return {
    status: 200,
    headers: { ETag: `"${etag}"`, ...checksumHeaders(result.record), ...encryptionHeaders(encryption), 'Content-Length': '0' },
  };
}

/** The MD5, but not under aws:kms: there it differs from put to put [V]. */
export function newEtag(staged: StagedBody, encryption: Encryption): string {
  return (encryption.algorithm === 'aws:kms' ? randomBytes(16) : staged.md5).toString('hex');
}

export function checksumHeaders({ checksum }: ObjectRecord): Record<string, string> {
  return { [checksumHeaderName(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksumTypeOf(checksum.value) };
}

/** Somebody else was faster between the first look and the commit. S3 says 412, or 409 ConditionalRequestConflict; here 412. */
export function commitFault(result: Exclude<CommitResult, { kind: 'stored' }>, bucketName: string, key: string): AwsFault {
  switch (result.kind) {
    case 'noSuchBucket':
      return faults.noSuchBucket(bucketName);
    case 'noSuchKey':
      return faults.noSuchKey(key);
    case 'exists':
      return faults.preconditionFailed('If-None-Match');
    case 'changed':
      return faults.preconditionFailed('If-Match');
  }
}
