// Multipart uploads: permissions and keys here, parts and their putting together there.
import { checksumHeaderName } from '../../aws/checksum.ts';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { escapeXml } from '../../aws/xml.ts';
import { authorizeBucket, authorizeObject, findBucket } from '../access.ts';
import { authorizeEncryption, defaultEncryption, encryptionHeaders } from '../encryption.ts';
import { faults } from '../faults.ts';
import { declaredIntegrity } from '../integrity.ts';
import { type ListedPart, readCompletion } from '../multipart/completion.ts';
import { authorizeCompletion, locationOf } from '../operations/complete-multipart-upload.ts';
import { uploadPlanOf } from '../operations/create-multipart-upload.ts';
import { partTargetOf } from '../operations/upload-part.ts';
import { stageRequestBody } from '../request-body.ts';
import type { S3Request } from '../s3-request.ts';
import { userMetadataHeaders } from '../user-metadata.ts';
import { element, xmlDocument } from '../xml.ts';
import { ExternalS3Error } from './external-s3.ts';
import { authorizeDecryption, type ExternalS3Options, forward } from './forward.ts';
import { pickQuery, requestHeaders, requestQuery } from './forwarded-names.ts';

export async function forwardCreation(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { bucketName, key, headers } = request;
  const plan = uploadPlanOf(options, request);
  if (isFault(plan)) return plan;
  // Its parts and its end need kms:Decrypt; after a restart nobody knows which key an upload has. So both are asked for now.
  const denied = authorizeEncryption(options, request, { bucketName, key, encryption: plan.encryption }, 'kms:Decrypt');
  if (denied) return denied;
  const answer = await forward(options, request, 'CreateMultipartUpload', {
    query: { uploads: '' },
    headers: { ...requestHeaders.creating(headers), ...userMetadataHeaders(plan.metadata), ...encryptionHeaders(plan.encryption) },
  });
  if (isFault(answer)) return answer;
  // Not parsed: the key beside it may hold what XML does not know.
  const uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(String(answer.body))?.[1];
  if (uploadId === undefined) throw new ExternalS3Error('answered CreateMultipartUpload without an UploadId');
  options.uploadEncryptions.note(uploadId, plan.encryption);
  return answer;
}

export async function forwardPart(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { staging } = options;
  const target = partTargetOf(options, request);
  if (isFault(target)) return target;
  const declared = declaredIntegrity(request.headers);
  if (isFault(declared)) return declared;
  const denied = authorizeUpload(options, request, target.uploadId);
  if (denied) return denied;
  const staged = await stageRequestBody({ store: staging }, request);
  if (isFault(staged)) return staged;
  request.call.annotate({ requestBytes: staged.sizeBytes });
  try {
    const answer = await forward(options, request, 'UploadPart', {
      query: { partNumber: String(target.partNumber), uploadId: target.uploadId },
      headers: {
        // The last leg is verified, too. A checksum that the client did not name could be another than the upload's.
        'content-md5': staged.md5.toString('base64'),
        ...(declared.checksum && { [checksumHeaderName(staged.checksum.algorithm)]: staged.checksum.value }),
      },
      body: staged,
    });
    return isFault(answer) ? answer : (authorizeDecryption(options, request, request, answer) ?? answer);
  } finally {
    await staging.discard(staged);
  }
}

export async function forwardCompletion(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { headers, query } = request;
  const refusal = authorizeCompletion(options, request);
  if (refusal) return refusal;
  const listed = await readCompletion(request);
  if (isFault(listed)) return listed;
  const uploadId = query.get('uploadId') ?? '';
  const denied = authorizeUpload(options, request, uploadId);
  if (denied) return denied;
  const content = completionBody(listed);
  const answer = await forward(options, request, 'CompleteMultipartUpload', {
    query: { uploadId },
    headers: { ...requestHeaders.completing(headers), 'content-type': 'application/xml' },
    body: { content, sizeBytes: content.length },
  });
  if (isFault(answer)) return answer;
  options.uploadEncryptions.forget(uploadId);
  return authorizeDecryption(options, request, request, answer) ?? withOwnLocation(answer, request);
}

/**
 * Before a byte goes on: parts and completion need kms:Decrypt on the upload's key. Of an upload that is not known (after a restart) the
 * bucket's default is taken for it; so what the other S3 answers is looked at as well.
 */
function authorizeUpload(options: ExternalS3Options, request: S3Request, uploadId: string): AwsFault | null {
  const { bucketName, key } = request;
  const encryption = options.uploadEncryptions.of(uploadId) ?? defaultEncryption(options, bucketName);
  return authorizeEncryption(options, request, { bucketName, key, encryption }, 'kms:Decrypt');
}

export async function forwardAbort(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { headers, key, query } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeObject(options, request, bucket, key, 'AbortMultipartUpload');
  if (refusal) return refusal;
  if (headers.has('x-amz-if-match-initiated-time')) return faults.headerNotImplemented('x-amz-if-match-initiated-time');
  return forward(options, request, 'AbortMultipartUpload', { query: { uploadId: query.get('uploadId') ?? '' } });
}

export async function forwardPartListing(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeObject(options, request, bucket, request.key, 'ListMultipartUploadParts');
  return refusal ?? forward(options, request, 'ListParts', { query: pickQuery(request.query, requestQuery.ListParts) });
}

export async function forwardUploadListing(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeBucket(options, request, bucket, 'ListBucketMultipartUploads');
  return (
    refusal ?? forward(options, request, 'ListMultipartUploads', { query: pickQuery(request.query, requestQuery.ListMultipartUploads) })
  );
}

/** Written anew from what was read of it. */
function completionBody(listed: readonly ListedPart[]): Buffer {
  const parts = listed.map(({ partNumber, etag, checksums }) =>
    element('Part', [
      element('PartNumber', partNumber),
      element('ETag', `"${etag}"`),
      ...[...checksums].map(([algorithm, value]) => element(`Checksum${algorithm}`, value)),
    ]),
  );
  return Buffer.from(xmlDocument('CompleteMultipartUpload', parts));
}

/** The other S3 names its own address, which is not the client's to use. */
function withOwnLocation(answer: AwsAnswer, request: S3Request): AwsAnswer {
  const location = `<Location>${escapeXml(locationOf(request))}</Location>`;
  return { ...answer, body: String(answer.body).replace(/<Location>[^<]*<\/Location>/, () => location) };
}
