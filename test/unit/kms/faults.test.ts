import { describe, expect, test } from 'vitest';
import { accessDenied } from '../../../emulator/aws/access-denied.ts';
import type { AuthorizationCheck } from '../../../emulator/aws/service.ts';
import { evaluate } from '../../../emulator/iam/evaluate.ts';
import type { PolicyDocument } from '../../../emulator/iam/policy-document.ts';
import type { RoleSessionPrincipal } from '../../../emulator/iam/principal.ts';
import { customerAccount, denied, makeCall, roleSessionOf, userOf } from './aws-call.ts';
import { base64, createFixture, customerKey, dataKey, digestOnlyKey, disabledKey, rsaKey, signingKey, silentKey } from './kms-fixture.ts';

const { send, service } = createFixture();
const sign = { Message: base64('x'), SigningAlgorithm: 'ECDSA_SHA_256' };
const absentId = '99999999-9999-4999-8999-999999999999';
const absentArn = `arn:aws:kms:us-east-1:111111111111:key/${absentId}`;

describe('faults of Sign, by what is wrong', () => {
  const digestOf = (bytes: number) => ({ Message: base64(Buffer.alloc(bytes)), MessageType: 'DIGEST' });
  test.each([
    [
      'digest of 31 bytes',
      { KeyId: signingKey.arn, ...digestOf(31) },
      'ValidationException',
      'Digest is invalid length for algorithm ECDSA_SHA_256.',
      'V',
    ],
    [
      'digest of 33 bytes',
      { KeyId: signingKey.arn, ...digestOf(33) },
      'ValidationException',
      'Digest is invalid length for algorithm ECDSA_SHA_256.',
      'V',
    ],
    [
      'symmetric key',
      { KeyId: dataKey.arn },
      'InvalidKeyUsageException',
      `${dataKey.arn} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`,
      'V',
    ],
    [
      'other algorithm',
      { KeyId: signingKey.arn, SigningAlgorithm: 'ECDSA_SHA_384' },
      'InvalidKeyUsageException',
      'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.',
      'V',
    ],
    ['disabled key', { KeyId: disabledKey.arn }, 'DisabledException', `${disabledKey.arn} is disabled.`, 'V'],
    ['absent id', { KeyId: absentId }, 'NotFoundException', `Key '${absentArn}' does not exist`, 'V'],
    ['absent ARN', { KeyId: absentArn }, 'NotFoundException', `Key '${absentArn}' does not exist`, 'V'],
    ['no key id at all', { KeyId: 'nonsense' }, 'NotFoundException', "Invalid keyId 'nonsense'", 'V'],
    ['other region', { KeyId: absentArn.replace('us-east-1', 'eu-west-1') }, 'NotFoundException', 'Invalid arn eu-west-1', 'V'],
    [
      'absent alias',
      { KeyId: 'alias/none' },
      'NotFoundException',
      'Alias arn:aws:kms:us-east-1:111111111111:alias/none is not found.',
      'M',
    ],
    [
      'alias of another account',
      { KeyId: 'alias/results' },
      'NotFoundException',
      'Alias arn:aws:kms:us-east-1:111111111111:alias/results is not found.',
      'M',
    ],
    [
      'dry run',
      { KeyId: signingKey.arn, DryRun: true },
      'DryRunOperationException',
      'The request would have succeeded, but the DryRun option is set.',
      'V',
    ],
    [
      'external mu',
      { KeyId: signingKey.arn, MessageType: 'EXTERNAL_MU' },
      'ValidationException',
      'Message type EXTERNAL_MU is incompatible with key spec ECC_NIST_P256.',
      'M',
    ],
  ])('%s', async (_, input: object, code, message, _mark) => {
    expect((await send('Sign', { ...sign, ...input })).fault).toMatchObject({ status: 400, code, message });
  });

  test('a message of 4097 bytes, or none, is refused and not repeated', async () => {
    for (const size of [0, 4_097]) {
      const { fault } = await send('Sign', { ...sign, KeyId: signingKey.arn, Message: base64(Buffer.alloc(size, 'A')) });
      expect(fault?.code).toBe('ValidationException');
      expect(fault?.message).toMatch(
        /^1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length/,
      );
    }
    expect((await send('Sign', { ...sign, KeyId: signingKey.arn, Message: base64(Buffer.alloc(4_096)) })).fault).toBeNull();
  });

  test('all that is wrong is named in one answer', async () => {
    const { fault, checks } = await send('Sign', { MessageType: 'COOKED', SigningAlgorithm: 'ROT13' });
    expect(fault?.code).toBe('ValidationException');
    expect(fault?.message).toContain('4 validation errors detected: ');
    expect(fault?.message).toContain("Value null at 'keyId' failed to satisfy constraint: Member must not be null");
    expect(fault?.message).toContain(
      "Value 'COOKED' at 'messageType' failed to satisfy constraint: Member must satisfy enum value set: [RAW, DIGEST",
    );
    expect(checks).toEqual([]);
  });

  test.each([
    ['no JSON', '{x'],
    ['a list', '[]'],
    ['a number where text belongs', { ...sign, KeyId: 7 }],
    ['no base64', { ...sign, KeyId: signingKey.arn, Message: '***' }],
  ])('%s is SerializationException', async (_, input) => {
    expect((await send('Sign', input)).fault).toMatchObject({ status: 400, code: 'SerializationException' });
  });
});

describe('what is not emulated', () => {
  test('an operation answers with its name', async () => {
    expect((await send('CreateGrant', {})).fault).toMatchObject({ status: 501, message: 'KMS CreateGrant is not emulated by Airlock.' });
    expect((await send('constructor', {})).fault).toMatchObject({ status: 501 });
  });

  test('a key spec answers with its name', async () => {
    const { fault } = await send('Sign', { ...sign, KeyId: rsaKey.arn });
    expect(fault).toMatchObject({ status: 501, message: 'KMS keys of spec RSA_2048 are not emulated by Airlock.' });
  });
});

describe('authorization', () => {
  test('asks with the key ARN, the key policy and the condition keys of the request', async () => {
    const { checks } = await send('Sign', { ...sign, KeyId: 'alias/signing' });
    expect(checks).toEqual([
      {
        action: 'kms:Sign',
        resourceArn: signingKey.arn,
        resourceAccountId: '111111111111',
        resourcePolicies: [signingKey.policy],
        context: {
          'kms:SigningAlgorithm': 'ECDSA_SHA_256',
          'kms:MessageType': 'RAW',
          'kms:CallerAccount': '111111111111',
          'kms:KeySpec': 'ECC_NIST_P256',
          'kms:KeyUsage': 'SIGN_VERIFY',
          'kms:ResourceAliases': ['alias/signing'],
          'kms:RequestAlias': 'alias/signing',
        },
      },
    ]);
  });

  test('every operation asks for its own action', async () => {
    const blob = (await send('Encrypt', { KeyId: dataKey.arn, Plaintext: base64('x') })).output.CiphertextBlob;
    const inputs = {
      Sign: { ...sign, KeyId: signingKey.arn },
      Verify: { ...sign, KeyId: signingKey.arn, Signature: base64('x') },
      GetPublicKey: { KeyId: signingKey.arn },
      DescribeKey: { KeyId: signingKey.arn },
      GenerateDataKey: { KeyId: dataKey.arn, KeySpec: 'AES_256' },
      GenerateDataKeyWithoutPlaintext: { KeyId: dataKey.arn, KeySpec: 'AES_256' },
      Encrypt: { KeyId: dataKey.arn, Plaintext: base64('x') },
      Decrypt: { CiphertextBlob: blob },
    };
    for (const [operation, input] of Object.entries(inputs)) {
      const { fault, checks } = await send(operation, input, { authorize: () => denied() });
      expect([operation, fault?.code, checks.map(({ action }) => action)]).toEqual([
        operation,
        'AccessDeniedException',
        [`kms:${operation}`],
      ]);
    }
  });

  test('hands over the encryption context pair by pair', async () => {
    const { checks } = await send('GenerateDataKey', {
      KeyId: dataKey.arn,
      KeySpec: 'AES_256',
      EncryptionContext: { tenant: 'a', stage: 'b' },
    });
    expect(checks[0]?.context).toMatchObject({
      'kms:EncryptionContext:tenant': 'a',
      'kms:EncryptionContext:stage': 'b',
      'kms:EncryptionContextKeys': ['tenant', 'stage'],
    });
  });

  test('comes before the state of the key: who may not use it does not learn that it is disabled', async () => {
    const { fault } = await send('Sign', { ...sign, KeyId: disabledKey.arn }, { authorize: () => denied() });
    expect(fault?.code).toBe('AccessDeniedException');
  });

  test('a caller without a signature is refused', async () => {
    const { fault } = await send('DescribeKey', { KeyId: signingKey.arn }, { principal: { kind: 'anonymous' } });
    expect(fault?.code).toBe('MissingAuthenticationTokenException');
  });
});

describe('across accounts, with the real policy evaluation', () => {
  const allowAll: PolicyDocument = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'kms:*', Resource: '*' } };
  const reader = roleSessionOf(customerAccount, 'reader');
  const permitted: RoleSessionPrincipal = { ...reader, policies: [{ name: 'all', document: allowAll }] };
  const authorizing = (principal: RoleSessionPrincipal) => ({
    principal,
    authorize(check: AuthorizationCheck) {
      const decision = evaluate({ principal, ...check });
      return decision.allowed ? null : accessDenied({ dialect: 'kms', principal, decision, ...check });
    },
  });
  const foreignText = `User: ${reader.arn} is not authorized to perform: kms:Sign on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`;

  test('both sides allow: the key is used [case 77]', async () => {
    const { output } = await send('Sign', { ...sign, KeyId: signingKey.arn }, authorizing(permitted));
    expect(output.KeyId).toBe(signingKey.arn);
  });

  test('the own policies of the caller are silent: the fault that says so [case 77]', async () => {
    const { fault } = await send('Sign', { ...sign, KeyId: signingKey.arn }, authorizing(reader));
    expect(fault).toMatchObject({
      status: 400,
      code: 'AccessDeniedException',
      message: `User: ${reader.arn} is not authorized to perform: kms:Sign on resource: ${signingKey.arn} because no identity-based policy allows the kms:Sign action`,
    });
  });

  test('the key policy is silent, or the key absent: the same text, so that nothing is learnt [I]', async () => {
    for (const KeyId of [silentKey.arn, absentArn, absentArn.replace(`key/${absentId}`, 'alias/none')]) {
      const { fault } = await send('Sign', { ...sign, KeyId }, authorizing(permitted));
      expect(fault).toMatchObject({ status: 400, code: 'AccessDeniedException', message: foreignText });
    }
  });

  test('kms:MessageType in the key policy decides', async () => {
    const ofOwner = roleSessionOf('111111111111', 'issuer');
    const digest = { ...sign, Message: base64(Buffer.alloc(32)), MessageType: 'DIGEST', KeyId: digestOnlyKey.arn };
    expect((await send('Sign', digest, authorizing(ofOwner))).fault).toBeNull();
    expect((await send('Sign', { ...digest, MessageType: 'RAW' }, authorizing(ofOwner))).fault?.code).toBe('AccessDeniedException');
  });
});

describe('a key used by S3 for its caller', () => {
  const viaService = 's3.us-east-1.amazonaws.com';
  const use = (keyArn: string, options = {}) => {
    const made = makeCall({ principal: userOf(customerAccount), ...options });
    const encryptionContext = { 'aws:s3:arn': 'arn:aws:s3:::results' };
    const fault = service.authorizeKeyUse({ call: made.call, keyArn, action: 'kms:GenerateDataKey', viaService, encryptionContext });
    return { ...made, fault };
  };

  test('asks with kms:ViaService and the encryption context of the bucket', () => {
    const { fault, checks } = use(customerKey.arn);
    expect(fault).toBeNull();
    expect(checks[0]).toMatchObject({
      action: 'kms:GenerateDataKey',
      resourceArn: customerKey.arn,
      context: {
        'kms:ViaService': viaService,
        'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::results',
        'kms:CallerAccount': customerAccount,
      },
    });
  });

  test('a denial is what the endpoint says, in the words of S3', () => {
    const s3Fault = denied('User: u is not authorized to perform: kms:GenerateDataKey');
    expect(use(customerKey.arn, { authorize: () => s3Fault }).fault).toBe(s3Fault);
  });

  test.each([
    [disabledKey.arn, 'DisabledException'],
    [`arn:aws:kms:us-east-1:${customerAccount}:key/${absentId}`, 'NotFoundException'],
    [absentArn, 'NotFoundException'],
    [signingKey.arn, 'InvalidKeyUsageException'],
  ])('%s: 400 %s, as KMS itself says it', (keyArn, code) => {
    expect(use(keyArn).fault).toMatchObject({ status: 400, code });
  });
});

test('DescribeKey says what the template says', async () => {
  const { output } = await send('DescribeKey', { KeyId: disabledKey.arn });
  expect(output.KeyMetadata).toMatchObject({
    Arn: disabledKey.arn,
    KeyId: disabledKey.keyId,
    AWSAccountId: '111111111111',
    Enabled: false,
    KeyState: 'Disabled',
    CreationDate: 1_700_000_000,
    SigningAlgorithms: ['ECDSA_SHA_256'],
  });
});
