// The buckets of the templates, with the objects they start with. A data directory from an earlier run keeps what it has.
import type { Bucket } from '../template/deployment.ts';
import type { ObjectStore } from './object-store.ts';

export async function createBuckets(store: ObjectStore, buckets: readonly Bucket[]): Promise<void> {
  for (const { bucketName, accountId, localObjects } of buckets) {
    await store.createBucket(bucketName, accountId);
    for (const { key, body, contentType } of localObjects) {
      if (store.summary(bucketName, key)) continue;
      await store.putObject({ bucket: bucketName, key, body: Buffer.from(body), contentType, ownerAccountId: accountId });
    }
  }
}
