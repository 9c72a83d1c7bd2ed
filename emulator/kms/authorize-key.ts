// May this principal use this key? The key policy is the resource policy; across accounts both sides must allow.
import { type AwsFault, fault } from '../aws/fault.ts';
import type { AwsCall } from '../aws/service.ts';
import { accountOf } from '../iam/principal.ts';
import type { EncryptionContext } from './ciphertext.ts';
import type { FoundKey } from './find-key.ts';

/** Condition keys, e.g. { 'kms:MessageType': 'RAW' }. */
export type KeyConditions = Readonly<Record<string, string | readonly string[]>>;

/** Null when allowed. A foreign key that is absent is asked about all the same: no policy speaks for it, and nobody learns that it is not there. */
export function authorizeKey(call: AwsCall, found: FoundKey, action: string, conditions: KeyConditions): AwsFault | null {
  const callerAccountId = accountOf(call.principal);
  if (callerAccountId === null) return fault(400, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  const isFound = found.kind === 'found';
  return call.authorize({
    action,
    resourceArn: isFound ? found.key.arn : found.arn,
    resourceAccountId: isFound ? found.key.accountId : found.accountId,
    resourcePolicies: isFound ? [found.key.policy] : [],
    context: { ...conditions, ...keyConditions(found, callerAccountId) },
  });
}

/** kms:EncryptionContext:<name> for every pair, and their names. */
export function encryptionContextConditions(context: EncryptionContext): KeyConditions {
  const names = Object.keys(context);
  if (names.length === 0) return {};
  const pairs = Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value] as const);
  return { ...Object.fromEntries(pairs), 'kms:EncryptionContextKeys': names };
}

function keyConditions(found: FoundKey, callerAccountId: string): KeyConditions {
  const caller = { 'kms:CallerAccount': callerAccountId };
  if (found.kind !== 'found') return caller;
  const { key, alias } = found;
  return {
    ...caller,
    'kms:KeySpec': key.keySpec,
    'kms:KeyUsage': key.keyUsage,
    ...(key.aliases.length > 0 && { 'kms:ResourceAliases': key.aliases }),
    ...(alias !== null && { 'kms:RequestAlias': alias }),
  };
}
