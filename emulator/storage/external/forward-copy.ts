// CopyObject: both permissions and both keys here, the copying there.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { percentEncode } from '../../iam/percent-encoding.ts';
import { authorizeBucket, authorizeObject, findBucket } from '../access.ts';
import { authorizeEncryption, chooseEncryption, encryptionHeaders } from '../encryption.ts';
import { copyPlanOf } from '../operations/copy-object.ts';
import type { S3Request } from '../s3-request.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { userMetadataHeaders, userMetadataOf } from '../user-metadata.ts';
import { authorizeStoredEncryption, type ExternalS3Options, forward } from './forward.ts';
import { requestHeaders } from './forwarded-names.ts';

export async function forwardCopy(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { bucketName, key, headers } = request;
  const plan = copyPlanOf(options, request);
  if (isFault(plan)) return plan;
  const { sourceBucket, sourceKey } = plan;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const encryption = chooseEncryption(options, request);
  if (isFault(encryption)) return encryption;
  const refusal =
    authorizeObject(options, request, bucket, key, 'PutObject') ??
    (headers.has('if-match') ? authorizeObject(options, request, bucket, key, 'GetObject') : null) ??
    unsupportedHeaderFault(headers) ??
    authorizeEncryption(options, request, { bucketName, key, encryption }, 'kms:GenerateDataKey');
  if (refusal) return refusal;
  const metadata = plan.replacesMetadata ? userMetadataOf(headers) : {};
  if (isFault(metadata)) return metadata;
  const source = findBucket(options, request, sourceBucket);
  if (isFault(source)) return source;
  const denied =
    authorizeObject(options, request, source, sourceKey, 'GetObject') ??
    (await authorizeStoredEncryption(options, request, { bucketName: sourceBucket, key: sourceKey }));
  if (denied) return denied;

  // AES256 is what an object has anyway; to name it would make a copy onto itself one that changes something.
  const isNamed = encryption.algorithm === 'aws:kms' || headers.has('x-amz-server-side-encryption');
  const answer = await forward(options, request, 'CopyObject', {
    headers: {
      ...requestHeaders.copying(headers),
      ...userMetadataHeaders(metadata),
      ...(isNamed && encryptionHeaders(encryption)),
      'x-amz-copy-source': `/${sourceBucket}/${percentEncode(sourceKey, { keepSlash: false })}`,
    },
  });
  if (isFault(answer) && answer.status === 404) return authorizeBucket(options, request, source, 'ListBucket') ?? answer;
  return answer;
}
