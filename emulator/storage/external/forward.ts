// What the forwarding of every operation has in common.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeEncryption } from '../encryption.ts';
import { faults } from '../faults.ts';
import type { Encryption } from '../object-file.ts';
import type { S3Access, S3Request } from '../s3-request.ts';
import type { BodyStaging } from '../staging-area.ts';
import type { ExternalRequest, ExternalS3 } from './external-s3.ts';
import { readAnswer } from './read-answer.ts';
import { type ExternalOperation, methodOf } from './s3-answers.ts';
import type { UploadEncryptions } from './upload-encryptions.ts';

export interface ExternalS3Options extends S3Access {
  readonly s3: ExternalS3;
  readonly staging: BodyStaging;
  readonly uploadEncryptions: UploadEncryptions;
  /** Makes the buckets again that the S3 has lost, e.g. LocalStack in a restart. Rejects with ExternalS3Error. */
  restoreBuckets(): Promise<void>;
}

/** For the caller's own bucket and key. @throws ExternalS3Error */
export async function forward(
  { s3, store, restoreBuckets }: ExternalS3Options,
  { call, bucketName, key }: S3Request,
  operation: ExternalOperation,
  request: Partial<ExternalRequest> = {},
): Promise<AwsAnswer | AwsFault> {
  const outgoing = { method: methodOf(operation), bucketName, ...(key !== '' && { key }), ...request, signal: call.signal };
  const unsendable = unsendableFault(outgoing.headers);
  if (unsendable) return unsendable;
  const answer = await readAnswer(await s3.send(outgoing), operation);
  // A bucket that Airlock has made and nobody deleted through it: the S3 has lost what it had.
  const isLost = isFault(answer) && isWithoutBucket(answer, operation) && store.bucket(outgoing.bucketName ?? '') !== null;
  if (!isLost) return answer;
  await restoreBuckets();
  return readAnswer(await s3.send(outgoing), operation);
}

/** An object's HEAD has no body to say which of the two is missing. */
function isWithoutBucket({ status, code }: AwsFault, operation: ExternalOperation): boolean {
  return code === 'NoSuchBucket' || (operation === 'HeadBucket' && status === 404);
}

/** The x-amz-* parameters of a presigned URL are headers from here on, and may hold what no header can. */
function unsendableFault(headers: ExternalRequest['headers'] = {}): AwsFault | null {
  const [name, value] = Object.entries(headers).find(([, text]) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) ?? [];
  return name === undefined ? null : faults.invalidArgument('Header value cannot be represented using ISO-8859-1.', name, value); // [M]
}

export interface ObjectName {
  readonly bucketName: string;
  readonly key: string;
}

/** May the caller use the key of an object that is there, by what the S3 says of it? Null where there is no such object, too. */
export async function authorizeStoredEncryption(
  options: ExternalS3Options,
  request: S3Request,
  object: ObjectName,
): Promise<AwsFault | null> {
  const head = await forward(options, request, 'HeadObject', { ...object });
  return isFault(head) ? null : authorizeDecryption(options, request, object, head);
}

/** The same, from the head of an answer. */
export function authorizeDecryption(
  options: ExternalS3Options,
  request: S3Request,
  object: ObjectName,
  { headers }: AwsAnswer,
): AwsFault | null {
  return authorizeEncryption(options, request, { ...object, encryption: encryptionOf(headers) }, 'kms:Decrypt');
}

function encryptionOf(headers: Readonly<Record<string, string>>): Encryption {
  const algorithm = headers['x-amz-server-side-encryption'] ?? 'AES256';
  if (algorithm === 'AES256') return { algorithm };
  // Whatever else it is, it has a key; one that is not named is one that nobody may use.
  return {
    algorithm: 'aws:kms',
    keyArn: headers['x-amz-server-side-encryption-aws-kms-key-id'] ?? '',
    bucketKeyEnabled: headers['x-amz-server-side-encryption-bucket-key-enabled'] === 'true',
  };
}
