// CreateMultipartUpload: everything that the object will have but its bytes is said here.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeObject, findBucket } from '../access.ts';
import { authorizeEncryption, chooseEncryption, encryptionHeaders } from '../encryption.ts';
import { faults } from '../faults.ts';
import { uploadChecksumOf } from '../multipart/upload-checksum.ts';
import type { UploadRecord } from '../multipart/upload-record.ts';
import type { Encryption } from '../object-file.ts';
import type { S3Access, S3Options, S3Request } from '../s3-request.ts';
import { storedHeadersOf } from '../stored-headers.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { userMetadataOf } from '../user-metadata.ts';
import { element, xmlDocument } from '../xml.ts';

export function createMultipartUpload(options: S3Options, request: S3Request): AwsAnswer | AwsFault {
  const { bucketName, key, headers, call } = request;
  const plan = uploadPlanOf(options, request);
  if (isFault(plan)) return plan;
  const upload = options.store.multipart.create(bucketName, {
    key,
    initiatorArn: 'arn' in call.principal ? call.principal.arn : null,
    headers: storedHeadersOf(headers),
    ...plan,
  });
  if (!upload) return faults.noSuchBucket(bucketName);
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml', ...encryptionHeaders(upload.encryption), ...checksumChoiceHeaders(upload.checksum) },
    body: xmlDocument('InitiateMultipartUploadResult', [
      element('Bucket', bucketName),
      element('Key', key),
      element('UploadId', upload.uploadId),
    ]),
  };
}

export interface UploadPlan {
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
  readonly checksum: UploadRecord['checksum'];
}

/** What the headers ask for, of a caller who may. */
export function uploadPlanOf(options: S3Access, request: S3Request): UploadPlan | AwsFault {
  const { bucketName, key, headers } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const metadata = userMetadataOf(headers);
  if (isFault(metadata)) return metadata;
  const encryption = chooseEncryption(options, request);
  if (isFault(encryption)) return encryption;
  const checksum = uploadChecksumOf(headers);
  if (isFault(checksum)) return checksum;
  const refusal =
    authorizeObject(options, request, bucket, key, 'PutObject') ??
    authorizeEncryption(options, request, { bucketName, key, encryption }, 'kms:GenerateDataKey') ??
    unsupportedHeaderFault(headers);
  return refusal ?? { metadata, encryption, checksum };
}

function checksumChoiceHeaders(checksum: UploadRecord['checksum']): Record<string, string> {
  return checksum ? { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type } : {};
}
