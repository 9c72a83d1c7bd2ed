// The buckets of the templates, with the objects they start with. A data directory from an earlier run keeps what it has.
import { AirlockError } from '../errors.ts';
import type { Bucket } from '../template/deployment.ts';
import type { ObjectStore } from './object-store.ts';

export async function createBuckets(store: ObjectStore, buckets: readonly Bucket[]): Promise<void> {
  for (const { bucketName, accountId, localObjects } of buckets) {
    if ((await store.createBucket(bucketName, accountId)) === 'alreadyTaken') {
      const hint = 'Give it another BucketName, or use a fresh data directory.';
      throw new AirlockError('BAD_OPTION', `The data directory has a bucket "${bucketName}" of another account.`, hint);
    }
    for (const { key, body, contentType } of localObjects) {
      if (store.summary(bucketName, key)) continue;
      await store.putObject({ bucket: bucketName, key, body: Buffer.from(body), contentType, ownerAccountId: accountId });
    }
  }
}
