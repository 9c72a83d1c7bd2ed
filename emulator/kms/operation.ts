// What every KMS operation does first: find the key, ask whether it may be used, look at its state. In that order, so that a stranger learns nothing.
import { type AwsFault, fault, isFault } from '../aws/fault.ts';
import type { AwsCall } from '../aws/service.ts';
import { accountOf } from '../iam/principal.ts';
import type { Key } from '../template/deployment.ts';
import { authorizeKey, type KeyConditions } from './authorize-key.ts';
import { findKey } from './find-key.ts';
import type { KeyMaterial } from './key-material.ts';
import type { RequestMembers } from './request-members.ts';

export interface OperationContext {
  readonly call: AwsCall;
  readonly members: RequestMembers;
  readonly keys: readonly Key[];
  readonly material: KeyMaterial;
  readonly region: string;
  /** Milliseconds since 1970 when this KMS began; its keys have no earlier date. */
  readonly createdAt: number;
}

/** Members of the answer, or the fault. Blobs are base64 already. */
export type Operation = (context: OperationContext) => Readonly<Record<string, unknown>> | AwsFault;

export const keyIdLengthMax = 2_048;
/** Source: KMS API reference, Sign (RAW) and Encrypt. */
export const messageBytesMax = 4_096;
/** Source: KMS API reference, Decrypt and Verify. */
export const ciphertextBytesMax = 6_144;

/** Reads KeyId and the rest, then finds and authorizes. `keyId` where it does not come from the member KeyId. */
export function openKey(context: OperationContext, action: string, conditions: KeyConditions, keyId?: string): Key | AwsFault {
  const wanted = keyId ?? context.members.text('KeyId', { required: true, lengthMax: keyIdLengthMax });
  const malformed = context.members.fault();
  if (malformed) return malformed;
  const { call, keys, region } = context;
  const found = findKey({ keys, region, keyId: wanted, callerAccountId: accountOf(call.principal) ?? '' });
  if (isFault(found)) return found;
  const denied = authorizeKey(call, found, action, conditions);
  if (denied) return denied;
  // An evaluator that allows the use of a key that does not exist is wrong; answer as for the stranger's case.
  if (found.kind !== 'found') return fault(400, 'NotFoundException', `Key '${found.arn}' does not exist`);
  return found.key;
}

/** Disabled, or of another use or spec than the operation needs. Texts [V]. */
export function checkUse(key: Key, use: { operation: string; keyUsage: string; keySpec: string }): AwsFault | null {
  if (!key.enabled) return fault(400, 'DisabledException', `${key.arn} is disabled.`);
  if (key.keyUsage !== use.keyUsage) {
    return fault(400, 'InvalidKeyUsageException', `${key.arn} key usage is ${key.keyUsage} which is not valid for ${use.operation}.`);
  }
  if (key.keySpec !== use.keySpec) return fault(501, 'NotImplemented', `KMS keys of spec ${key.keySpec} are not emulated by Airlock.`);
  return null;
}

/** Last of all, after every other check. Text [V]. */
export function dryRunFault(): AwsFault {
  return fault(400, 'DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.');
}
