// Sign, Verify, GetPublicKey: keys of spec ECC_NIST_P256.
import { sign, verify } from 'node:crypto';
import { type AwsFault, fault, isFault } from '../aws/fault.ts';
import type { Key } from '../template/deployment.ts';
import { signDigest, verifyDigest } from './ecdsa-digest.ts';
import { checkUse, ciphertextBytesMax, dryRunFault, messageBytesMax, type Operation, type OperationContext, openKey } from './operation.ts';

/** Source: KMS API reference, Sign, SigningAlgorithm; the order of the names is [M]. */
const signingAlgorithms = [
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ECDSA_SHA_512',
  'SM2DSA',
  'ML_DSA_SHAKE_256',
  'ED25519_SHA_512',
  'ED25519_PH_SHA_512',
] as const;
const messageTypes = ['RAW', 'DIGEST', 'EXTERNAL_MU'] as const;
const digestBytes = 32;

interface SignatureRequest {
  readonly key: Key;
  readonly message: Buffer;
  readonly isDigest: boolean;
  readonly dryRun: boolean;
}

export const signOperation: Operation = (context) => {
  const request = readSignatureRequest(context, 'Sign');
  if (isFault(request)) return request;
  if (request.dryRun) return dryRunFault();
  const { privateKey } = context.material.signingKey(request.key.arn);
  const signature = request.isDigest ? signDigest(privateKey, request.message) : sign('sha256', request.message, privateKey);
  return { KeyId: request.key.arn, Signature: signature.toString('base64'), SigningAlgorithm: 'ECDSA_SHA_256' };
};

export const verifyOperation: Operation = (context) => {
  const signature = context.members.blob('Signature', { lengthMax: ciphertextBytesMax });
  const request = readSignatureRequest(context, 'Verify');
  if (isFault(request)) return request;
  if (request.dryRun) return dryRunFault();
  const { privateKey, publicKey } = context.material.signingKey(request.key.arn);
  const isValid = request.isDigest
    ? verifyDigest(privateKey, request.message, signature)
    : verify('sha256', request.message, publicKey, signature);
  // No message at all [V].
  if (!isValid) return fault(400, 'KMSInvalidSignatureException', '');
  return { KeyId: request.key.arn, SignatureValid: true, SigningAlgorithm: 'ECDSA_SHA_256' };
};

export const getPublicKeyOperation: Operation = (context) => {
  const key = openKey(context, 'kms:GetPublicKey', {});
  if (isFault(key)) return key;
  // The text is ours; the name and that it comes first are from the KMS API reference, GetPublicKey.
  if (key.keySpec === 'SYMMETRIC_DEFAULT') return fault(400, 'UnsupportedOperationException', `${key.arn} is not an asymmetric key.`);
  const refused = checkUse(key, { operation: 'GetPublicKey', keyUsage: 'SIGN_VERIFY', keySpec: 'ECC_NIST_P256' });
  if (refused) return refused;
  const publicKey = context.material.signingKey(key.arn).publicKey.export({ type: 'spki', format: 'der' });
  return {
    KeyId: key.arn,
    PublicKey: publicKey.toString('base64'),
    CustomerMasterKeySpec: key.keySpec,
    KeySpec: key.keySpec,
    KeyUsage: key.keyUsage,
    SigningAlgorithms: ['ECDSA_SHA_256'],
  };
};

function readSignatureRequest(context: OperationContext, operation: 'Sign' | 'Verify'): SignatureRequest | AwsFault {
  const { members } = context;
  const message = members.blob('Message', { lengthMax: messageBytesMax });
  const messageType = members.choice('MessageType', messageTypes, 'RAW');
  const algorithm = members.choice('SigningAlgorithm', signingAlgorithms);
  const dryRun = members.flag('DryRun');
  const key = openKey(context, `kms:${operation}`, { 'kms:MessageType': messageType, 'kms:SigningAlgorithm': algorithm });
  if (isFault(key)) return key;
  const refused = checkUse(key, { operation, keyUsage: 'SIGN_VERIFY', keySpec: 'ECC_NIST_P256' });
  if (refused) return refused;
  if (algorithm !== 'ECDSA_SHA_256') {
    return fault(400, 'InvalidKeyUsageException', `Algorithm ${algorithm} is incompatible with key spec ${key.keySpec}.`);
  }
  if (messageType === 'EXTERNAL_MU') {
    // ML-DSA only. Source: KMS API reference, Sign, MessageType; the text is ours.
    return fault(400, 'ValidationException', `Message type ${messageType} is incompatible with key spec ${key.keySpec}.`);
  }
  const isDigest = messageType === 'DIGEST';
  if (isDigest && message.length !== digestBytes) {
    return fault(400, 'ValidationException', `Digest is invalid length for algorithm ${algorithm}.`);
  }
  return { key, message, isDigest, dryRun };
}
