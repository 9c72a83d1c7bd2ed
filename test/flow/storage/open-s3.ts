// The embedded S3 behind the real AWS endpoint, with credentials for callers of any account and any policy.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig, type S3ServiceException } from '@aws-sdk/client-s3';
import { startAwsEndpoint } from '../../../emulator/aws/endpoint.ts';
import { systemClock } from '../../../emulator/clock.ts';
import { createCredentialStore } from '../../../emulator/iam/credential-store.ts';
import type { PolicyDocument, PolicyStatement } from '../../../emulator/iam/policy-document.ts';
import { createLog } from '../../../emulator/log.ts';
import { openObjectStore } from '../../../emulator/storage/object-store.ts';
import type { S3Options } from '../../../emulator/storage/s3-request.ts';
import { createS3Service } from '../../../emulator/storage/s3-service.ts';
import { createTracer } from '../../../emulator/trace/tracer.ts';

export const account = '222222222222';
export const otherAccount = '333333333333';
export const allowAll: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };

export interface OpenOptions extends Partial<Pick<S3Options, 'authorizeKey' | 'encryptionKeyArn'>> {
  readonly bucketPolicy?: PolicyDocument;
  readonly region?: string;
}

/** With the bucket `results` of `account`. */
export async function openS3({ bucketPolicy, region = 'us-east-1', ...options }: OpenOptions = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-s3-flow-'));
  const log = createLog('silent');
  const credentials = createCredentialStore();
  const store = await openObjectStore({ directory, clock: systemClock });
  await store.createBucket('results', account);
  const service = createS3Service({
    store,
    region,
    clock: systemClock,
    log,
    bucketPolicies: (name) => (name === 'results' ? (bucketPolicy ?? null) : null),
    encryptionKeyArn: () => null,
    ...options,
  });
  const endpoint = await startAwsEndpoint({
    services: [service],
    credentials,
    region,
    port: 0,
    clock: systemClock,
    log,
    tracer: createTracer(systemClock),
  });
  const clients: S3Client[] = [];

  const issue = (accountId: string, statements: readonly PolicyStatement[]) =>
    credentials.issue({
      kind: 'user',
      accountId,
      userName: 'app',
      arn: `arn:aws:iam::${accountId}:user/app`,
      userId: 'AIDAAPP',
      policies: [{ name: 'inline', document: { Version: '2012-10-17', Statement: statements } }],
      permissionsBoundary: null,
    });

  return {
    url: endpoint.url,
    store,
    /** Where bodies are while they come in. */
    incoming: join(directory, 'object-store', 'incoming'),
    /** A real client of a user with these statements; `config` for what a test varies. */
    client(statements: readonly PolicyStatement[] = [allowAll], accountId = account, config: S3ClientConfig = {}): S3Client {
      const client = new S3Client({ endpoint: endpoint.url, region, credentials: issue(accountId, statements), maxAttempts: 1, ...config });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      await endpoint.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The error of a call with its status beside it; null where the call succeeded. */
export function failed(call: Promise<unknown>): Promise<(S3ServiceException & { readonly status: number | undefined }) | null> {
  return call.then(
    () => null,
    (error: S3ServiceException) => Object.assign(error, { status: error.$metadata?.httpStatusCode }),
  );
}
