// The embedded S3 behind the real AWS endpoint, with its store for a test to look into.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../emulator/clock.ts';
import type { PolicyDocument } from '../../../emulator/iam/policy-document.ts';
import type { Credentials } from '../../../emulator/iam/principal.ts';
import { createLog } from '../../../emulator/log.ts';
import { openObjectStore } from '../../../emulator/storage/object-store.ts';
import type { S3Options } from '../../../emulator/storage/s3-request.ts';
import { createS3Service } from '../../../emulator/storage/s3-service.ts';
import { account, serveS3 } from './serve-s3.ts';

export { account, allowAll, failed, otherAccount } from './serve-s3.ts';

export interface OpenOptions extends Partial<Pick<S3Options, 'authorizeKey' | 'encryptionKeyArn'>> {
  readonly bucketPolicy?: PolicyDocument;
  readonly region?: string;
  readonly fixedKey?: Credentials;
}

/** With the bucket `results` of `account`. */
export async function openS3({ bucketPolicy, region = 'us-east-1', fixedKey, ...options }: OpenOptions = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-s3-flow-'));
  const store = await openObjectStore({ directory, clock: systemClock });
  await store.createBucket('results', account);
  const service = createS3Service({
    store,
    region,
    clock: systemClock,
    log: createLog('silent'),
    bucketPolicies: (name) => (name === 'results' ? (bucketPolicy ?? null) : null),
    encryptionKeyArn: () => null,
    ...options,
  });
  const served = await serveS3(service, { region, ...(fixedKey && { fixedKey }) });
  return {
    ...served,
    store,
    /** Where bodies are while they come in. */
    incoming: join(directory, 'object-store', 'incoming'),
    async [Symbol.asyncDispose]() {
      await served.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
