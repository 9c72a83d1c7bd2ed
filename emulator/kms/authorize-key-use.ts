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
  readonly keys: readonly Key[];
  readonly region: string;
  readonly call: AwsCall;
  readonly keyArn: string;
  readonly action: string;
  readonly viaService: string;
  readonly encryptionContext: EncryptionContext;
}

/** See KmsService. */
export function authorizeKeyUse(use: KeyUse): AwsFault | null {
  const { call, keyArn, action, keys, region } = use;
  const found = findKey({ keys, region, keyId: keyArn, callerAccountId: accountOf(call.principal) ?? '' });
  if (isFault(found)) return asKmsFault(found);
  const denied = authorizeKey(call, found, action, {
    'kms:ViaService': use.viaService,
    ...encryptionContextConditions(use.encryptionContext),
  });
  // S3 quotes ARNs in its own messages, but not in those of KMS. Source: aws/copilot-cli issue 5500 [I].
  if (denied) return { ...denied, message: denied.message.replaceAll(`"${keyArn}"`, keyArn) };
  if (found.kind !== 'found') return fault(400, 'KMS.NotFoundException', `Key '${found.arn}' does not exist`);
  const operation = action.replace(/^kms:/, '');
  const refused = checkUse(found.key, { operation, keyUsage: 'ENCRYPT_DECRYPT', keySpec: 'SYMMETRIC_DEFAULT' });
  return refused && asKmsFault(refused);
}

/** S3 puts `KMS.` in front of KMS's names, e.g. KMS.DisabledException. */
function asKmsFault(kmsFault: AwsFault): AwsFault {
  return { ...kmsFault, code: `KMS.${kmsFault.code}` };
}
