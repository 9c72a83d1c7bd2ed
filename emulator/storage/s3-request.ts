// One request to S3, taken apart; and what every operation is given besides it.
import { type AwsFault, isFault } from '../aws/fault.ts';
import type { AwsAnswer, AwsCall } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { Log } from '../log.ts';
import { parseAddress } from './address.ts';
import type { BucketStore, ObjectStore } from './object-store.ts';

/** What decides about a call, wherever the objects are: whose the buckets are, their policies, keys and Region. */
export interface S3Access {
  readonly store: BucketStore;
  readonly region: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly bucketPolicies: (bucketName: string) => PolicyDocument | null;
  /** The bucket's default key for aws:kms, or null for AES256. */
  readonly encryptionKeyArn: (bucketName: string) => string | null;
  /** Whether the bucket's default is to use an S3 Bucket Key with its key; no where absent. */
  readonly bucketKeyEnabled?: (bucketName: string) => boolean;
  /** May this caller use the key, by way of S3? KMS's own fault, or null. Without it every use of a key is refused. */
  readonly authorizeKey?: (use: KeyUse) => AwsFault | null;
}

export interface S3Options extends S3Access {
  readonly store: ObjectStore;
}

export interface KeyUse {
  readonly call: AwsCall;
  readonly keyArn: string;
  readonly action: 'kms:GenerateDataKey' | 'kms:Decrypt';
  readonly encryptionContext: { readonly 'aws:s3:arn': string };
}

export interface S3Request {
  readonly call: AwsCall;
  /** Empty for operations on the service itself. */
  readonly bucketName: string;
  /** Empty for operations on a bucket. */
  readonly key: string;
  /** The first value of each name. */
  readonly query: ReadonlyMap<string, string>;
  /** Lower-case names; the endpoint has put the x-amz-* parameters of a presigned URL among them. */
  readonly headers: ReadonlyMap<string, string>;
}

export type Operation<Options = S3Options> = (options: Options, request: S3Request) => Promise<AwsAnswer | AwsFault> | AwsAnswer | AwsFault;

export function parseRequest(
  call: AwsCall,
): (S3Request & { readonly address: { bucketName: string | null; key: string | null } }) | AwsFault {
  const address = parseAddress(call.rawPath, call.headers.get('host') ?? '');
  if (isFault(address)) return address;
  const query = new Map<string, string>();
  for (const [name, value] of call.query) if (!query.has(name)) query.set(name, value);
  return {
    call,
    address,
    bucketName: address.bucketName ?? '',
    key: address.key ?? '',
    query,
    headers: call.headers,
  };
}
