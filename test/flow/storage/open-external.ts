// Airlock's S3 with another one behind it: a real S3 (an embedded one that takes the key `test`) with an unruly front.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { systemClock } from '../../../emulator/clock.ts';
import { openExternalStorage } from '../../../emulator/storage/external/external-storage.ts';
import type { S3ServiceOptions } from '../../../emulator/storage/storage.ts';
import type { Bucket } from '../../../emulator/template/deployment.ts';
import { openS3 } from './open-s3.ts';
import { account, serveS3 } from './serve-s3.ts';
import { startUnrulyFront } from './unruly-front.ts';

const testKey = { accessKeyId: 'test', secretAccessKey: 'test' };
const region = 'us-east-1';

export type ExternalOptions = Partial<Pick<S3ServiceOptions, 'authorizeKey' | 'encryptionKeyArn' | 'bucketPolicies'>>;

/** With the bucket `mine` of `account`, made as a template's is, with one object to start with. */
export async function openExternal(options: ExternalOptions = {}) {
  await using parts = new AsyncDisposableStack();
  const behind = parts.use(await openS3({ fixedKey: testKey, authorizeKey: () => null }));
  const front = await startUnrulyFront(behind.url);
  parts.defer(() => front.close());
  const directory = await mkdtemp(join(tmpdir(), 'airlock-external-s3-'));
  parts.defer(() => rm(directory, { recursive: true, force: true }));
  const lines: string[] = [];
  const log = pino({ base: null }, new Writable({ write: (line, _, done) => done(void lines.push(String(line))) }));
  const timeouts = { connectMs: 1_000, answerMs: 300, bodyMs: 300 };
  const storage = await openExternalStorage({ url: front.url, directory, region, clock: systemClock, log, timeouts });
  parts.defer(() => storage.close());
  await storage.createBuckets([templateBucket('mine')]);
  const service = storage.createService({
    region,
    clock: systemClock,
    log,
    bucketPolicies: () => null,
    encryptionKeyArn: () => null,
    ...options,
  });
  const served = await serveS3(service, { region });
  parts.defer(() => served.close());
  const owned = parts.move();
  return { ...served, behind, front, storage, directory, lines, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

export function templateBucket(bucketName: string, accountId = account): Bucket {
  return {
    logicalId: 'Bucket',
    type: 'AWS::S3::Bucket',
    stackName: 'customer',
    location: { file: 'customer.yaml', line: 1, column: 1, path: 'Resources.Bucket' },
    bucketName,
    accountId,
    arn: `arn:aws:s3:::${bucketName}`,
    policy: null,
    encryptionKeyArn: null,
    bucketKeyEnabled: false,
    versioning: false,
    localObjects: [{ key: 'start/a b', contentType: 'text/plain', body: 'from the template' }],
  };
}
