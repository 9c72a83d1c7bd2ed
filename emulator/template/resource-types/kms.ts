// AWS::KMS::Key and AWS::KMS::Alias.
import type { PolicyDocument } from '../../iam/policy-document.ts';
import { flagAt, textAt, valueAt } from '../node-access.ts';
import { uuidOf } from '../physical-ids.ts';
import { readPolicyDocument } from '../policy-document-node.ts';
import { flag, json, object, oneOf, tags, text, textLike, wholeNumber } from '../shape.ts';
import { regionalArn, type StackContext, seedOf } from '../stack-context.ts';
import type { CreatedResource, ResolvedResource, ResourceType } from './resource-type.ts';

const keySpecs = [
  ...['SYMMETRIC_DEFAULT', 'RSA_2048', 'RSA_3072', 'RSA_4096', 'ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'ECC_SECG_P256K1'],
  ...['ECC_NIST_EDWARDS25519', 'HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512', 'SM2', 'ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87'],
];

export const kmsKey: ResourceType = {
  type: 'AWS::KMS::Key',
  shape: object(
    {},
    {
      BypassPolicyLockoutSafetyCheck: flag,
      Description: textLike(null, 8192),
      EnableKeyRotation: flag,
      Enabled: flag,
      KeyPolicy: json,
      KeySpec: oneOf(...keySpecs),
      KeyUsage: oneOf('ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'),
      MultiRegion: flag,
      Origin: oneOf('AWS_KMS', 'EXTERNAL'),
      PendingWindowInDays: wholeNumber(7, 30),
      RotationPeriodInDays: wholeNumber(90, 2560),
      Tags: tags,
    },
  ),
  attributeNames: ['Arn', 'KeyId'],
  withoutEffect: {
    'EnableKeyRotation=true': 'keys are made new at every start and not rotated',
    'MultiRegion=true': 'there are no replicas',
    'Origin=EXTERNAL': 'key material is made here',
  },
  create: createKey,
};

function createKey(resource: ResolvedResource): CreatedResource {
  const { base, properties, problems, stack } = resource;
  const uuid = uuidOf(seedOf(stack, base.logicalId));
  const keyId = flagAt(properties, 'MultiRegion') === true ? `mrk-${uuid.replaceAll('-', '')}` : uuid;
  const arn = regionalArn(stack, 'kms', `key/${keyId}`);
  const attributes = { Arn: arn, KeyId: keyId };
  const keySpec = textAt(properties, 'KeySpec') ?? 'SYMMETRIC_DEFAULT';
  const keyUsage = textAt(properties, 'KeyUsage') ?? 'ENCRYPT_DECRYPT';
  checkUsage(keySpec, keyUsage, resource);
  const given = valueAt(properties, 'KeyPolicy');
  const policy = given === null ? defaultKeyPolicy(stack) : readPolicyDocument(given, 'resource', problems);
  if (policy === null) return { ref: keyId, attributes, parts: [] };
  const enabled = flagAt(properties, 'Enabled') ?? true;
  return { ref: keyId, attributes, parts: [{ kind: 'key', value: { ...base, keyId, arn, keySpec, keyUsage, enabled, policy } }] };
}

/** What passes every linter and fails at deployment. */
function checkUsage(keySpec: string, keyUsage: string, { base, properties, problems }: ResolvedResource): void {
  const symmetric = keySpec === 'SYMMETRIC_DEFAULT';
  const usages = usagesOf(keySpec);
  if (!usages.includes(keyUsage)) {
    const at = valueAt(properties, 'KeyUsage')?.at ?? valueAt(properties, 'KeySpec')?.at ?? base.location;
    problems.report(at, `a ${keySpec} key cannot have the usage ${keyUsage}`, `Write KeyUsage: ${usages.join(' or ')}.`);
  }
  const rotation = valueAt(properties, 'EnableKeyRotation');
  if (rotation !== null && !symmetric && flagAt(properties, 'EnableKeyRotation') === true) {
    problems.report(rotation.at, `KMS does not rotate ${keySpec} keys`, 'Leave EnableKeyRotation out; rotate with a second key.');
  }
}

function usagesOf(keySpec: string): readonly string[] {
  if (keySpec === 'SYMMETRIC_DEFAULT') return ['ENCRYPT_DECRYPT'];
  if (keySpec.startsWith('HMAC_')) return ['GENERATE_VERIFY_MAC'];
  if (keySpec.startsWith('RSA_')) return ['SIGN_VERIFY', 'ENCRYPT_DECRYPT'];
  if (keySpec.startsWith('ECC_NIST_P')) return ['SIGN_VERIFY', 'KEY_AGREEMENT'];
  if (keySpec === 'SM2') return ['SIGN_VERIFY', 'ENCRYPT_DECRYPT', 'KEY_AGREEMENT'];
  return ['SIGN_VERIFY'];
}

/** Without KeyPolicy, IAM policies of the account decide (AWS::KMS::Key, KeyPolicy). */
function defaultKeyPolicy(stack: StackContext): PolicyDocument {
  const root = `arn:${stack.partition}:iam::${stack.accountId}:root`;
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: root },
    Action: 'kms:*',
    Resource: '*',
  } as const;
  return { Version: '2012-10-17', Id: 'key-default-1', Statement: [statement] };
}

export const kmsAlias: ResourceType = {
  type: 'AWS::KMS::Alias',
  shape: object({ AliasName: textLike(/^(?!alias\/aws\/)alias\/[a-zA-Z0-9/_-]+$/, 256), TargetKeyId: text }),
  attributeNames: [],
  create({ base, properties }) {
    const aliasName = textAt(properties, 'AliasName') ?? '';
    const value = { ...base, aliasName, target: textAt(properties, 'TargetKeyId') ?? '' };
    return { ref: aliasName, attributes: {}, parts: [{ kind: 'keyAlias', value }] };
  },
};
