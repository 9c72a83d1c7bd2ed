// The external S3 as Airlock's storage: waited for, given its buckets, and put behind the endpoint's permissions.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenStorageOptions } from '../open-storage.ts';
import { createStagingArea } from '../staging-area.ts';
import type { Storage } from '../storage.ts';
import { createBucketRestorer, createExternalBuckets, createTemplateBuckets } from './external-buckets.ts';
import { createExternalS3, type ExternalTimeouts } from './external-s3.ts';
import { createExternalS3Service } from './external-s3-service.ts';
import { createUploadEncryptions } from './upload-encryptions.ts';
import { waitUntilServing } from './wait-until-serving.ts';

export interface ExternalStorageOptions extends Omit<OpenStorageOptions, 's3'> {
  /** http(s)://HOST[:PORT], checked where the options are read. */
  readonly url: string;
  /** For tests; see ExternalTimeouts. */
  readonly timeouts?: ExternalTimeouts;
}

/** A container of LocalStack takes some ten seconds; at an address where nothing comes up nobody wants to wait for a large model's time. */
const servingTimeoutMs = 60_000;

/** @throws AirlockError NOT_AVAILABLE where it does not answer in time, or refuses the key Airlock signs with */
export async function openExternalStorage(options: ExternalStorageOptions): Promise<Storage> {
  const { region, clock, log, signal, startupTimeoutMs = servingTimeoutMs } = options;
  const s3 = createExternalS3(options);
  try {
    await waitUntilServing(s3, { log, timeoutMs: Math.min(startupTimeoutMs, servingTimeoutMs), ...(signal && { signal }) });
  } catch (error) {
    s3.close();
    throw error;
  }
  await mkdir(options.directory, { recursive: true });
  const directory = await mkdtemp(join(options.directory, 'incoming-'));
  const staging = createStagingArea(directory);
  const buckets = createExternalBuckets({ s3, region, clock });
  const restorer = createBucketRestorer({ s3, buckets, log });
  const uploadEncryptions = createUploadEncryptions();
  return {
    description: s3.url,
    createBuckets(templates) {
      restorer.remember(templates);
      return createTemplateBuckets(s3, buckets, templates);
    },
    createService: (serviceOptions) =>
      createExternalS3Service({
        ...{ ...serviceOptions, store: buckets, staging, uploadEncryptions },
        ...{ s3, restoreBuckets: restorer.restoreBuckets },
      }),
    async close() {
      s3.close();
      await staging.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
