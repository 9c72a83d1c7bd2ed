// UploadPart: a body like that of a PutObject, kept as one part; the last one of a number counts.
import { randomBytes } from 'node:crypto';
import { checksumHeaderName } from '../../aws/checksum.ts';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeObject, findBucket } from '../access.ts';
import { authorizeEncryption, encryptionHeaders } from '../encryption.ts';
import { faults } from '../faults.ts';
import { declaredIntegrity } from '../integrity.ts';
import type { UploadRecord } from '../multipart/upload-record.ts';
import { stageRequestBody } from '../request-body.ts';
import type { S3Access, S3Options, S3Request } from '../s3-request.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';

/** Source: S3 User Guide, "Amazon S3 multipart upload limits" [D]. */
const partNumberMax = 10_000;

export async function uploadPart(options: S3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { store } = options;
  const { bucketName, key, headers } = request;
  const target = partTargetOf(options, request);
  if (isFault(target)) return target;
  const { uploadId, partNumber } = target;
  const upload = store.multipart.find(bucketName, key, uploadId);
  if (!upload) return faults.noSuchUpload(uploadId);
  const { encryption, checksum: wanted } = upload.record;
  const refusal =
    authorizeEncryption(options, request, { bucketName, key, encryption }, 'kms:Decrypt') ?? checksumMismatchFault(headers, wanted);
  if (refusal) return refusal;

  const staged = await stageRequestBody(options, request, wanted?.algorithm);
  if (isFault(staged)) return staged;
  request.call.annotate({ requestBytes: staged.sizeBytes });
  // Under aws:kms an ETag is no MD5 [V].
  const etag = (encryption.algorithm === 'aws:kms' ? randomBytes(16) : staged.md5).toString('hex');
  const { checksum } = staged;
  const part = await store.multipart.keepPart(upload, staged, { partNumber, etag, checksum: wanted && checksum });
  if (!part) return faults.noSuchUpload(uploadId);
  return {
    status: 200,
    headers: {
      ETag: `"${etag}"`,
      // Also where the upload keeps none: it was compared. [M]
      [checksumHeaderName(checksum.algorithm)]: checksum.value,
      ...encryptionHeaders(encryption),
      'Content-Length': '0',
    },
  };
}

/** Which part of which upload, of a caller who may put the object. */
export function partTargetOf(options: S3Access, request: S3Request): { uploadId: string; partNumber: number } | AwsFault {
  const { key, headers, query } = request;
  const number = query.get('partNumber') ?? '';
  const partNumber = /^\d{1,9}$/.test(number) ? Number(number) : 0;
  if (partNumber < 1 || partNumber > partNumberMax) {
    return faults.invalidArgument(`Part number must be an integer between 1 and ${partNumberMax}, inclusive`, 'partNumber', number);
  }
  const uploadId = query.get('uploadId');
  if (uploadId === undefined) return faults.invalidArgument('This operation does not accept a query-string.', 'partNumber', number); // [M]
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const encryptionHeader = [...headers.keys()].find((name) => name.startsWith('x-amz-server-side-encryption'));
  return (
    authorizeObject(options, request, bucket, key, 'PutObject') ??
    unsupportedHeaderFault(headers) ??
    // It is said when the upload is created. [M]
    (encryptionHeader === undefined
      ? { uploadId, partNumber }
      : faults.invalidArgument(
          `${encryptionHeader} header is not supported for this operation.`,
          encryptionHeader,
          headers.get(encryptionHeader),
        ))
  );
}

/** A part without a checksum gets one only where it is for the whole object. [I swift's tests against AWS] */
function checksumMismatchFault(headers: ReadonlyMap<string, string>, wanted: UploadRecord['checksum']): AwsFault | null {
  const declared = declaredIntegrity(headers);
  if (isFault(declared)) return declared;
  if (!wanted) return null;
  const given = declared.checksum?.algorithm;
  if (given === wanted.algorithm || (given === undefined && wanted.type === 'FULL_OBJECT')) return null;
  const names = `expected checksum Type: ${wanted.algorithm.toLowerCase()}, actual checksum Type: ${given?.toLowerCase() ?? 'null'}`;
  return faults.invalidRequest(`Checksum Type mismatch occurred, ${names}`); // [D, I swift's tests against AWS]
}
