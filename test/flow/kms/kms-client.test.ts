import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  CreateAliasCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyMaterial } from '../../../emulator/kms/key-material.ts';
import { createKmsService } from '../../../emulator/kms/kms-service.ts';
import { createStsService } from '../../../emulator/sts/sts-service.ts';
import { customerAccount, partnerAccount, roleSessionOf, userOf } from '../../unit/kms/aws-call.ts';
import { dataKey, keys, signingKey, silentKey } from '../../unit/kms/kms-fixture.ts';
import { allowing, log, region, startTestEndpoint } from './aws-endpoint.ts';

const material = createKeyMaterial();
const issuer = allowing(roleSessionOf(partnerAccount), { Effect: 'Allow', Action: 'kms:*', Resource: '*' });
let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
let kms: KMSClient;
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  endpoint = await startTestEndpoint([createKmsService({ keys, material, region, log }), createStsService()]);
  kms = kmsOf(issuer);
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await endpoint[Symbol.asyncDispose]();
});

function kmsOf(principal: Parameters<typeof endpoint.clientOf>[0]): KMSClient {
  const client = new KMSClient(endpoint.clientOf(principal));
  clients.push(client);
  return client;
}

function stsOf(principal: Parameters<typeof endpoint.clientOf>[0]): STSClient {
  const client = new STSClient(endpoint.clientOf(principal));
  clients.push(client);
  return client;
}

describe('the KMS client of the SDK', () => {
  const SigningAlgorithm = 'ECDSA_SHA_256';
  const message = Buffer.from('header.payload');
  const digest = createHash('sha256').update(message).digest();

  test('gets DER signatures, RAW and DIGEST, that verify with the public key [case 72]', async () => {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: signingKey.arn }));
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
    expect(publicKey.export({ format: 'jwk' }).x).toBe(material.publicJwk(signingKey.arn).x);
    const raw = await kms.send(new SignCommand({ KeyId: signingKey.arn, Message: message, SigningAlgorithm }));
    const prehashed = await kms.send(new SignCommand({ KeyId: 'alias/signing', Message: digest, MessageType: 'DIGEST', SigningAlgorithm }));
    for (const { Signature, KeyId } of [raw, prehashed]) {
      expect(KeyId).toBe(signingKey.arn);
      expect(verify('sha256', message, publicKey, Signature ?? new Uint8Array())).toBe(true);
      const verified = await kms.send(new VerifyCommand({ KeyId: signingKey.keyId, Message: message, Signature, SigningAlgorithm }));
      expect(verified.SignatureValid).toBe(true);
    }
  });

  test.each([
    ['a digest of 31 bytes [case 73]', { KeyId: signingKey.arn, MessageType: 'DIGEST', Message: Buffer.alloc(31) }, 'ValidationException'],
    ['a symmetric key [case 75]', { KeyId: dataKey.arn, Message: message }, 'InvalidKeyUsageException'],
    ['an unknown key [case 76]', { KeyId: '99999999-9999-4999-8999-999999999999', Message: message }, 'NotFoundException'],
  ] as const)('Sign with %s', async (_, input, name) => {
    await expect(kms.send(new SignCommand({ SigningAlgorithm, ...input }))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('Verify of something altered [case 74]', async () => {
    const { Signature } = await kms.send(new SignCommand({ KeyId: signingKey.arn, Message: message, SigningAlgorithm }));
    const altered = new VerifyCommand({ KeyId: signingKey.arn, Message: Buffer.from('other'), Signature, SigningAlgorithm });
    await expect(kms.send(altered)).rejects.toMatchObject({ name: 'KMSInvalidSignatureException', $metadata: { httpStatusCode: 400 } });
  });

  test('data keys and small texts go there and back', async () => {
    const EncryptionContext = { tenant: 'a' };
    const made = await kms.send(new GenerateDataKeyCommand({ KeyId: 'alias/data', KeySpec: 'AES_256', EncryptionContext }));
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext }));
    expect(opened.Plaintext).toEqual(made.Plaintext);
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: dataKey.arn, Plaintext: Buffer.from('secret') }));
    expect(Buffer.from((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext ?? []).toString()).toBe('secret');
    await expect(kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });

  test('DescribeKey has a date', async () => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: signingKey.arn }));
    expect(KeyMetadata).toMatchObject({ Arn: signingKey.arn, KeyState: 'Enabled', CreationDate: expect.any(Date) });
  });

  test('an operation that is not emulated says so', async () => {
    const command = new CreateAliasCommand({ AliasName: 'alias/x', TargetKeyId: signingKey.keyId });
    await expect(kms.send(command)).rejects.toMatchObject({ message: 'KMS CreateAlias is not emulated by Airlock.' });
  });

  test('across accounts the key policy and the own policy must both allow [case 77]', async () => {
    const kmsOfReader = (resource: string) =>
      kmsOf(allowing(roleSessionOf(customerAccount, 'reader'), { Effect: 'Allow', Action: 'kms:Sign', Resource: resource }));
    const sign = (client: KMSClient, KeyId: string) => client.send(new SignCommand({ KeyId, Message: message, SigningAlgorithm }));
    expect((await sign(kmsOfReader(signingKey.arn), signingKey.arn)).KeyId).toBe(signingKey.arn);
    await expect(sign(kmsOfReader(dataKey.arn), signingKey.arn)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('because no identity-based policy allows the kms:Sign action'),
    });
    await expect(sign(kmsOfReader('*'), silentKey.arn)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('because the resource does not exist in this Region'),
    });
  });
});

describe('the STS client of the SDK', () => {
  test('GetCallerIdentity as a role session, and as a user whom everything is denied [case 78]', async () => {
    const session = await stsOf(issuer).send(new GetCallerIdentityCommand({}));
    expect(session).toMatchObject({ Arn: issuer.arn, UserId: issuer.userId, Account: partnerAccount });
    const user = allowing(userOf(customerAccount), { Effect: 'Deny', Action: '*', Resource: '*' });
    expect(await stsOf(user).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: user.arn,
      UserId: user.userId,
      Account: customerAccount,
    });
  });

  test('another operation is InvalidAction and names itself', async () => {
    await expect(stsOf(issuer).send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      name: 'InvalidAction',
      message: expect.stringContaining('GetSessionToken'),
    });
  });
});

test('no trace tells what was signed or encrypted', () => {
  const text = JSON.stringify(endpoint.traces());
  expect(text).toContain('kms:Sign');
  expect(text).not.toContain(Buffer.from('secret').toString('base64'));
  expect(text).not.toContain('header.payload');
});
