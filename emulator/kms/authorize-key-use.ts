// A key used by another service for its caller (S3 and aws:kms): the caller's own permission on the key, with kms:ViaService.
import { type AwsFault, fault, isFault } from '../aws/fault.ts';
import type { AwsCall } from '../aws/service.ts';
import { accountOf } from '../iam/principal.ts';
import type { Key } from '../template/deployment.ts';
import { authorizeKey, encryptionContextConditions } from './authorize-key.ts';
import type { EncryptionContext } from './ciphertext.ts';
import { findKey } from './find-key.ts';
import { checkUse } from './operation.ts';

export interface KeyUse {
  /** The call of the service that uses the key: who called it is who must be allowed. */
  readonly call: AwsCall;
  readonly keyArn: string;
  /** e.g. kms:GenerateDataKey */
  readonly action: string;
  /** e.g. s3.us-east-1.amazonaws.com */
  readonly viaService: string;
  /** For S3 { 'aws:s3:arn': ARN of the object, or of its bucket }. */
  readonly encryptionContext: EncryptionContext;
}

/** See KmsService. */
export function authorizeKeyUse(
  { keys, region }: { readonly keys: readonly Key[]; readonly region: string },
  use: KeyUse,
): AwsFault | null {
  const { call, keyArn, action } = use;
  const found = findKey({ keys, region, keyId: keyArn, callerAccountId: accountOf(call.principal) ?? '' });
  if (isFault(found)) return found;
  const denied = authorizeKey(call, found, action, {
    'kms:ViaService': use.viaService,
    ...encryptionContextConditions(use.encryptionContext),
  });
  if (denied) return denied;
  if (found.kind !== 'found') return fault(400, 'NotFoundException', `Key '${found.arn}' does not exist`);
  const operation = action.replace(/^kms:/, '');
  return checkUse(found.key, { operation, keyUsage: 'ENCRYPT_DECRYPT', keySpec: 'SYMMETRIC_DEFAULT' });
}
