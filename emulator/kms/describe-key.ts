// DescribeKey: what the template says of a key, in KMS's members.
import { isFault } from '../aws/fault.ts';
import { type Operation, openKey } from './operation.ts';

export const describeKeyOperation: Operation = (context) => {
  const key = openKey(context, 'kms:DescribeKey', {});
  if (isFault(key)) return key;
  const algorithms: Readonly<Record<string, object>> = {
    ECC_NIST_P256: { SigningAlgorithms: ['ECDSA_SHA_256'] },
    SYMMETRIC_DEFAULT: { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] },
  };
  return {
    KeyMetadata: {
      AWSAccountId: key.accountId,
      KeyId: key.keyId,
      Arn: key.arn,
      // Seconds since 1970, as JSON 1.1 carries time.
      CreationDate: context.createdAt / 1_000,
      Enabled: key.enabled,
      Description: '',
      KeyUsage: key.keyUsage,
      KeyState: key.enabled ? 'Enabled' : 'Disabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: key.keySpec,
      KeySpec: key.keySpec,
      MultiRegion: false,
      ...algorithms[key.keySpec],
    },
  };
};
