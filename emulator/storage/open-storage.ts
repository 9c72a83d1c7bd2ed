// Opens the S3 that --s3 names.
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { createBuckets } from './create-buckets.ts';
import { openObjectStore } from './object-store.ts';
import { createS3Service } from './s3-service.ts';
import type { Storage } from './storage.ts';

export interface OpenStorageOptions {
  /** `embedded`, or the URL of another S3. */
  readonly s3: string;
  /** For the embedded objects; of another S3 only for bodies on their way there. */
  readonly directory: string;
  readonly region: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the whole start, where one was asked for: another S3 is not waited for any longer than that, and 60 s at most. */
  readonly startupTimeoutMs?: number;
  /** Gives up waiting for another S3. */
  readonly signal?: AbortSignal;
}

/** @throws AirlockError BAD_OPTION, NOT_AVAILABLE */
export async function openStorage(options: OpenStorageOptions): Promise<Storage> {
  if (options.s3 !== 'embedded') {
    // Only then: the signer's library would cost every start some milliseconds.
    const { openExternalStorage } = await import('./external/external-storage.ts');
    return openExternalStorage({ ...options, url: options.s3 });
  }
  const store = await openObjectStore(options);
  return {
    description: 'embedded',
    createBuckets: (buckets) => createBuckets(store, buckets),
    createService: (serviceOptions) => createS3Service({ ...serviceOptions, store }),
    close: () => store.close(),
  };
}
