// KMS behind the AWS endpoint: JSON 1.1, the operation is in X-Amz-Target. Its keys are those of the templates.
import { type AwsFault, fault, isFault } from '../aws/fault.ts';
import { readJsonInput } from '../aws/json-input.ts';
import type { AwsService } from '../aws/service.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Key } from '../template/deployment.ts';
import { authorizeKeyUse, type KeyUse } from './authorize-key-use.ts';
import { describeKeyOperation } from './describe-key.ts';
import {
  decryptOperation,
  encryptOperation,
  generateDataKeyOperation,
  generateDataKeyWithoutPlaintextOperation,
} from './encryption-operations.ts';
import type { KeyMaterial } from './key-material.ts';
import type { Operation } from './operation.ts';
import { readMembers } from './request-members.ts';
import { getPublicKeyOperation, signOperation, verifyOperation } from './signing-operations.ts';

export interface KmsOptions {
  readonly keys: readonly Key[];
  readonly material: KeyMaterial;
  readonly region: string;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface KmsService extends AwsService {
  /**
   * For a service that uses a key on behalf of its caller (S3 with aws:kms). Null when allowed; otherwise what `call.authorize` says,
   * or KMS's own 400 NotFoundException, DisabledException, InvalidKeyUsageException: the service that asked puts it into its own words.
   */
  authorizeKeyUse(use: KeyUse): AwsFault | null;
}

const operations: Readonly<Record<string, Operation>> = {
  Sign: signOperation,
  Verify: verifyOperation,
  GetPublicKey: getPublicKeyOperation,
  GenerateDataKey: generateDataKeyOperation,
  GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintextOperation,
  Encrypt: encryptOperation,
  Decrypt: decryptOperation,
  DescribeKey: describeKeyOperation,
};
const targetPrefix = 'TrentService.';

export function createKmsService({ keys, material, region, log, clock = systemClock }: KmsOptions): KmsService {
  const createdAt = clock.now();
  return {
    signingName: 'kms',
    async handle(call) {
      const target = call.headers.get('x-amz-target') ?? '';
      const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : '';
      if (name === '') return fault(400, 'UnknownOperationException', 'X-Amz-Target names no KMS operation.');
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation) return fault(501, 'UnknownOperationException', `KMS ${name} is not emulated by Airlock.`);
      const input = readJsonInput(call);
      if (isFault(input)) return input;
      const answer = operation({ call, members: readMembers(input), keys, material, region, createdAt });
      if (isFault(answer)) {
        log.debug({ action: `kms:${name}`, errorCode: answer.code }, 'KMS refused');
        return answer;
      }
      const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': call.requestId };
      return { status: 200, headers, body: JSON.stringify(answer) };
    },
    authorizeKeyUse: (use) => authorizeKeyUse({ keys, region }, use),
  };
}
