// Server-side encryption: which one an object gets, who may use its key, and the headers that say so.
// Nothing is encrypted on disk: what is emulated is who may read, and what the API says.
import { type AwsFault, fault } from '../aws/fault.ts';
import { accountOf, bucketArn, objectArn } from './access.ts';
import { faults } from './faults.ts';
import type { Encryption } from './object-file.ts';
import type { KeyUse, S3Access, S3Request } from './s3-request.ts';

const keyIdHeader = 'x-amz-server-side-encryption-aws-kms-key-id';
const bucketKeyHeader = 'x-amz-server-side-encryption-bucket-key-enabled';

/** From the request's headers, else the bucket's default, else AES256. */
export function chooseEncryption(options: S3Access, request: S3Request): Encryption | AwsFault {
  const { headers } = request;
  const algorithm = headers.get('x-amz-server-side-encryption');
  const keyId = headers.get(keyIdHeader);
  const bucketKey = headers.get(bucketKeyHeader);
  const byDefault = defaultEncryption(options, request.bucketName);
  const bucketKeyEnabled = bucketKey === undefined ? (options.bucketKeyEnabled?.(request.bucketName) ?? false) : bucketKey === 'true';
  switch (algorithm) {
    case undefined:
      if (keyId !== undefined) return keyWithoutKms(keyId);
      return byDefault.algorithm === 'AES256' ? byDefault : { ...byDefault, bucketKeyEnabled };
    case 'AES256':
      return keyId === undefined ? { algorithm: 'AES256' } : keyWithoutKms(keyId);
    case 'aws:kms': {
      // Without a key S3 takes the AWS managed key aws/s3, and an alias has to be resolved: neither is emulated.
      if (keyId === undefined)
        return faults.operationNotImplemented('x-amz-server-side-encryption: aws:kms without a key id (the key aws/s3)');
      if (/(^|:)alias\//.test(keyId)) return faults.operationNotImplemented('An alias as x-amz-server-side-encryption-aws-kms-key-id');
      return { algorithm: 'aws:kms', keyArn: keyArnOf(keyId, options.region, accountOf(request)), bucketKeyEnabled };
    }
    case 'aws:kms:dsse':
      return faults.headerNotImplemented('x-amz-server-side-encryption');
    default:
      return faults.invalidEncryption(algorithm);
  }
}

/** What the bucket gives an object whose request says nothing. */
export function defaultEncryption(options: S3Access, bucketName: string): Encryption {
  const keyArn = options.encryptionKeyArn(bucketName);
  if (keyArn === null) return { algorithm: 'AES256' };
  return { algorithm: 'aws:kms', keyArn, bucketKeyEnabled: options.bucketKeyEnabled?.(bucketName) ?? false };
}

export interface EncryptedObject {
  readonly bucketName: string;
  readonly key: string;
  readonly encryption: Encryption;
}

/**
 * Null when the caller may use the object's key (or there is none). S3's encryption context is the ARN of the object, with an S3 Bucket
 * Key that of its bucket. Source: S3 User Guide, "Using server-side encryption with AWS KMS keys", "Encryption context" [D].
 */
export function authorizeEncryption(
  options: S3Access,
  { call }: S3Request,
  { bucketName, key, encryption }: EncryptedObject,
  action: KeyUse['action'],
): AwsFault | null {
  if (encryption.algorithm === 'AES256') return null;
  if (!options.authorizeKey) return faults.operationNotImplemented('aws:kms without a key service');
  const arn = encryption.bucketKeyEnabled ? bucketArn(bucketName) : objectArn(bucketName, key);
  const refusal = options.authorizeKey({ call, keyArn: encryption.keyArn, action, encryptionContext: { 'aws:s3:arn': arn } });
  return refusal && asS3Fault(refusal);
}

export function encryptionHeaders(encryption: Encryption): Record<string, string> {
  if (encryption.algorithm === 'AES256') return { 'x-amz-server-side-encryption': 'AES256' };
  return {
    'x-amz-server-side-encryption': 'aws:kms',
    [keyIdHeader]: encryption.keyArn,
    ...(encryption.bucketKeyEnabled && { [bucketKeyHeader]: 'true' }),
  };
}

/** KMS's refusal in S3's words: 403 AccessDenied with KMS's text [I], else 400 `KMS.<name>` [V]. */
function asS3Fault(refusal: AwsFault): AwsFault {
  return refusal.code === 'AccessDeniedException' || refusal.code === 'AccessDenied'
    ? fault(403, 'AccessDenied', refusal.message)
    : fault(400, `KMS.${refusal.code}`, refusal.message);
}

function keyArnOf(keyId: string, region: string, accountId: string): string {
  return keyId.startsWith('arn:') ? keyId : `arn:aws:kms:${region}:${accountId}:key/${keyId}`;
}

function keyWithoutKms(keyId: string): AwsFault {
  return faults.invalidArgument(
    'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    keyIdHeader,
    keyId,
  );
}
