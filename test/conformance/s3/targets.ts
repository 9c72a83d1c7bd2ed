// Every S3 that the suite runs against, each with a client that may do everything there.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { systemClock } from '../../../emulator/clock.ts';
import { createLog } from '../../../emulator/log.ts';
import { openStorage } from '../../../emulator/storage/open-storage.ts';
import { allowAll, serveS3 } from '../../flow/storage/serve-s3.ts';

export type TargetName = 'embedded' | 'airlock in front of airlock' | 'localstack' | 'airlock in front of localstack';

export interface S3Target {
  readonly url: string;
  readonly client: S3Client;
  /** Another client of the same kind of caller. */
  clientWith(config: S3ClientConfig): S3Client;
  close(): Promise<void>;
}

const region = 'us-east-1';
const testKey = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Airlock's AWS endpoint, with the embedded S3 or another one behind it. */
export async function openAirlock({ s3 }: { readonly s3: string }): Promise<S3Target> {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-s3-suite-'));
  const storage = await openStorage({ s3, directory, region, clock: systemClock, log: createLog('silent') });
  const service = storage.createService({
    region,
    clock: systemClock,
    log: createLog('silent'),
    bucketPolicies: () => null,
    encryptionKeyArn: () => null,
  });
  const served = await serveS3(service, { region, fixedKey: testKey });
  return {
    url: served.url,
    client: served.client(),
    clientWith: (config) => served.client([allowAll], undefined, config),
    async close() {
      await served.close();
      await storage.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Airlock, with an Airlock as its other S3: what is lost on the way is lost by the forwarding. */
export async function openAirlockInFrontOfAirlock(): Promise<S3Target> {
  const behind = await openAirlock({ s3: 'embedded' });
  const front = await openAirlock({ s3: behind.url });
  return {
    ...front,
    async close() {
      await front.close();
      await behind.close();
    },
  };
}

/** An S3 that takes the key `test`, without anything of Airlock's. */
export async function openDirectly(url: string): Promise<S3Target> {
  const clients: S3Client[] = [];
  const clientWith = (config: S3ClientConfig) => {
    const client = new S3Client({ endpoint: url, region, credentials: testKey, forcePathStyle: true, maxAttempts: 1, ...config });
    clients.push(client);
    return client;
  };
  return {
    url,
    client: clientWith({}),
    clientWith,
    async close() {
      for (const client of clients) client.destroy();
    },
  };
}
