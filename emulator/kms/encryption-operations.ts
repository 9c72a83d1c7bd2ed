// GenerateDataKey, GenerateDataKeyWithoutPlaintext, Encrypt, Decrypt: keys of spec SYMMETRIC_DEFAULT.
import { randomBytes } from 'node:crypto';
import { type AwsFault, fault, isFault } from '../aws/fault.ts';
import type { Key } from '../template/deployment.ts';
import { encryptionContextConditions } from './authorize-key.ts';
import { decrypt, type EncryptionContext, encrypt, keyArnOf } from './ciphertext.ts';
import {
  checkUse,
  ciphertextBytesMax,
  dryRunFault,
  keyIdLengthMax,
  messageBytesMax,
  type Operation,
  type OperationContext,
  openKey,
} from './operation.ts';

const dataKeyBytes = { AES_256: 32, AES_128: 16 } as const;
const dataKeyBytesMax = 1_024;
const encryptionAlgorithms = ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'] as const;

interface EncryptionRequest {
  readonly key: Key;
  readonly encryptionContext: EncryptionContext;
  readonly dryRun: boolean;
}

export const generateDataKeyOperation: Operation = (context) => generateDataKey(context, 'GenerateDataKey');

export const generateDataKeyWithoutPlaintextOperation: Operation = (context) => {
  const answer = generateDataKey(context, 'GenerateDataKeyWithoutPlaintext');
  if (isFault(answer)) return answer;
  return { CiphertextBlob: answer.CiphertextBlob, KeyId: answer.KeyId };
};

export const encryptOperation: Operation = (context) => {
  const plaintext = context.members.blob('Plaintext', { lengthMax: messageBytesMax });
  const request = readEncryptionRequest(context, 'Encrypt');
  if (isFault(request)) return request;
  if (request.dryRun) return dryRunFault();
  return { CiphertextBlob: seal(context, request, plaintext), KeyId: request.key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
};

export const decryptOperation: Operation = (context) => {
  const { members, material } = context;
  const blob = members.blob('CiphertextBlob', { lengthMax: ciphertextBytesMax });
  const keyId = members.text('KeyId', { required: false, lengthMax: keyIdLengthMax });
  const malformed = members.fault();
  if (malformed) return malformed;
  // The blob names its key: a symmetric Decrypt needs no KeyId. Source: KMS API reference, Decrypt.
  const blobKeyArn = keyArnOf(blob);
  if (blobKeyArn === null) return fault(400, 'InvalidCiphertextException', '');
  const request = readEncryptionRequest(context, 'Decrypt', keyId === '' ? blobKeyArn : keyId);
  if (isFault(request)) return request;
  const { key, encryptionContext } = request;
  if (key.arn !== blobKeyArn) {
    return fault(
      400,
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.', // [M]
    );
  }
  const plaintext = decrypt(material.wrappingKey(key.arn), blob, encryptionContext);
  if (plaintext === null) return fault(400, 'InvalidCiphertextException', '');
  if (request.dryRun) return dryRunFault();
  return { KeyId: key.arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
};

function generateDataKey(context: OperationContext, operation: string): Readonly<Record<string, unknown>> | AwsFault {
  const { members } = context;
  const keySpec = members.has('KeySpec') ? members.choice('KeySpec', ['AES_256', 'AES_128']) : null;
  const numberOfBytes = members.integer('NumberOfBytes', { min: 1, max: dataKeyBytesMax });
  const malformed = members.fault();
  if (malformed) return malformed;
  if ((keySpec === null) === (numberOfBytes === null)) {
    // The text is moto's, which tests it against AWS [G].
    return fault(400, 'ValidationException', 'Please specify either number of bytes or key spec.');
  }
  const request = readEncryptionRequest(context, operation);
  if (isFault(request)) return request;
  if (request.dryRun) return dryRunFault();
  const plaintext = randomBytes(keySpec === null ? (numberOfBytes ?? 0) : dataKeyBytes[keySpec]);
  return { CiphertextBlob: seal(context, request, plaintext), Plaintext: plaintext.toString('base64'), KeyId: request.key.arn };
}

function readEncryptionRequest(context: OperationContext, operation: string, keyId?: string): EncryptionRequest | AwsFault {
  const { members } = context;
  const encryptionContext = members.encryptionContext();
  const namesAlgorithm = operation === 'Encrypt' || operation === 'Decrypt';
  const algorithm = namesAlgorithm ? members.choice('EncryptionAlgorithm', encryptionAlgorithms, 'SYMMETRIC_DEFAULT') : null;
  const dryRun = members.flag('DryRun');
  const conditions = { ...encryptionContextConditions(encryptionContext), ...(algorithm && { 'kms:EncryptionAlgorithm': algorithm }) };
  const key = openKey(context, `kms:${operation}`, conditions, keyId);
  if (isFault(key)) return key;
  const refused = checkUse(key, { operation, keyUsage: 'ENCRYPT_DECRYPT', keySpec: 'SYMMETRIC_DEFAULT' });
  if (refused) return refused;
  if (algorithm !== null && algorithm !== 'SYMMETRIC_DEFAULT') {
    return fault(400, 'InvalidKeyUsageException', `Algorithm ${algorithm} is incompatible with key spec ${key.keySpec}.`);
  }
  return { key, encryptionContext, dryRun };
}

function seal(context: OperationContext, { key, encryptionContext }: EncryptionRequest, plaintext: Buffer): string {
  return encrypt(context.material.wrappingKey(key.arn), key.arn, plaintext, encryptionContext).toString('base64');
}
