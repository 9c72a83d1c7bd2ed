// PutObject: the body comes in whole and is verified before its first byte goes on.
import { checksumHeaderName } from '../../aws/checksum.ts';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeObject, findBucket } from '../access.ts';
import { authorizeEncryption, chooseEncryption, encryptionHeaders } from '../encryption.ts';
import { stageRequestBody } from '../request-body.ts';
import type { S3Request } from '../s3-request.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { userMetadataHeaders, userMetadataOf } from '../user-metadata.ts';
import { type ExternalS3Options, forward } from './forward.ts';
import { requestHeaders } from './forwarded-names.ts';

export async function forwardPut(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { bucketName, key, headers } = request;
  const { staging } = options;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  // S3's limit, whether the S3 behind has one or not.
  const metadata = userMetadataOf(headers);
  if (isFault(metadata)) return metadata;
  const encryption = chooseEncryption(options, request);
  if (isFault(encryption)) return encryption;
  const refusal =
    authorizeObject(options, request, bucket, key, 'PutObject') ??
    // Who may not read an object may not find out its ETag by trying. [D]
    (headers.has('if-match') ? authorizeObject(options, request, bucket, key, 'GetObject') : null) ??
    authorizeEncryption(options, request, { bucketName, key, encryption }, 'kms:GenerateDataKey') ??
    unsupportedHeaderFault(headers);
  if (refusal) return refusal;

  const staged = await stageRequestBody({ store: staging }, request);
  if (isFault(staged)) return staged;
  request.call.annotate({ requestBytes: staged.sizeBytes });
  try {
    return await forward(options, request, 'PutObject', {
      headers: {
        ...requestHeaders.storing(headers),
        ...userMetadataHeaders(metadata),
        ...encryptionHeaders(encryption),
        // Also where it came as a trailer, or S3 would have computed it: so the last leg is verified, too.
        [checksumHeaderName(staged.checksum.algorithm)]: staged.checksum.value,
      },
      body: staged,
    });
  } finally {
    await staging.discard(staged);
  }
}
