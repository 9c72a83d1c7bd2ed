// A KMS with four keys of two accounts, and a way to call it as the stages before it do.
import { pino } from 'pino';
import { type AwsFault, isFault } from '../../../emulator/aws/fault.ts';
import { createKeyMaterial } from '../../../emulator/kms/key-material.ts';
import { createKmsService } from '../../../emulator/kms/kms-service.ts';
import type { Key } from '../../../emulator/template/deployment.ts';
import { type CallOptions, customerAccount, type HandMadeCall, makeCall, partnerAccount } from './aws-call.ts';

const region = 'us-east-1';

function makeKey(overrides: Partial<Key> & Pick<Key, 'keyId'>): Key {
  const accountId = overrides.accountId ?? partnerAccount;
  return {
    logicalId: 'Key',
    type: 'AWS::KMS::Key',
    stackName: 'partner',
    location: { file: 'partner.yaml', line: 1, column: 1, path: 'Resources.Key' },
    accountId,
    arn: `arn:aws:kms:${region}:${accountId}:key/${overrides.keyId}`,
    keySpec: 'ECC_NIST_P256',
    keyUsage: 'SIGN_VERIFY',
    enabled: true,
    policy: { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' } },
    aliases: [],
    ...overrides,
  };
}

export const signingKey = makeKey({ keyId: '11111111-1111-4111-8111-111111111111', aliases: ['alias/signing'] });
export const disabledKey = makeKey({ keyId: '22222222-2222-4222-8222-222222222222', enabled: false });
export const dataKey = makeKey({
  keyId: '33333333-3333-4333-8333-333333333333',
  keySpec: 'SYMMETRIC_DEFAULT',
  keyUsage: 'ENCRYPT_DECRYPT',
  aliases: ['alias/data'],
});
export const customerKey = makeKey({
  keyId: '44444444-4444-4444-8444-444444444444',
  accountId: customerAccount,
  keySpec: 'SYMMETRIC_DEFAULT',
  keyUsage: 'ENCRYPT_DECRYPT',
  aliases: ['alias/results'],
});
export const rsaKey = makeKey({ keyId: '55555555-5555-4555-8555-555555555555', keySpec: 'RSA_2048' });
/** Its policy speaks of its own account only. */
export const silentKey = makeKey({
  keyId: '66666666-6666-4666-8666-666666666666',
  policy: { Statement: { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${partnerAccount}:root` }, Action: 'kms:*', Resource: '*' } },
});
export const digestOnlyKey = makeKey({
  keyId: '77777777-7777-4777-8777-777777777777',
  policy: {
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${partnerAccount}:role/path/issuer` },
      Action: 'kms:Sign',
      Resource: '*',
      Condition: { StringEquals: { 'kms:MessageType': 'DIGEST', 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } },
    },
  },
});
export const keys = [signingKey, disabledKey, dataKey, customerKey, rsaKey, silentKey, digestOnlyKey];

export interface KmsReply extends HandMadeCall {
  /** Set when the service answered. */
  readonly output: Record<string, unknown>;
  /** Set when it refused. */
  readonly fault: AwsFault | null;
}

export function createFixture() {
  const material = createKeyMaterial();
  const service = createKmsService({ keys, material, region, log: pino({ level: 'silent' }), clock: { now: () => 1_700_000_000_000 } });
  return {
    material,
    service,
    async send(operation: string, input: object | string, options: CallOptions = {}): Promise<KmsReply> {
      const made = makeCall({
        headers: { 'x-amz-target': `TrentService.${operation}` },
        body: typeof input === 'string' ? input : JSON.stringify(input),
        ...options,
      });
      const answer = await service.handle(made.call);
      if (isFault(answer)) return { ...made, output: {}, fault: answer };
      return { ...made, output: JSON.parse(String(answer.body)) as Record<string, unknown>, fault: null };
    },
  };
}

export function base64(value: string | Uint8Array): string {
  return Buffer.from(value as string).toString('base64');
}

export function bytesOf(value: unknown): Buffer {
  return Buffer.from(String(value), 'base64');
}
