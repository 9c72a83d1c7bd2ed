// What the customer's function keeps under an Idempotency-Key, named as it names it: a claim, the result of the request, and its state where
// the records were not in it.
import { createHash } from 'node:crypto';
import type { LocalObjects, StoredObject } from './local-objects.ts';

export interface KeptAnswer {
  /** Removes all of it, so that the model is asked again. */
  forget(): Promise<void>;
  /** As it was: removed where there was nothing, and written where it is gone or another. */
  putBack(): Promise<void>;
}

export interface KeptAnswerPlace {
  readonly objects: LocalObjects;
  readonly bucket: string;
  /** Of the token that the request comes with. */
  readonly subject: string;
}

/** Reads what is there at this moment. */
export async function readKeptAnswer({ objects, bucket, subject }: KeptAnswerPlace, idempotencyKey: string): Promise<KeptAnswer> {
  const hash = createHash('sha256').update(`${subject}\n${idempotencyKey}`).digest('hex');
  // The claim last: while it is there, no other request takes the place of the others.
  const keys = [`results/${hash}`, `requests/${hash}.json`, `claims/${hash}.json`];
  const before = await Promise.all(keys.map(async (key) => ({ key, object: await objects.read(bucket, key) })));

  const putBackOne = async (key: string, object: StoredObject | null) => {
    if (object === null) return objects.remove(bucket, key);
    const current = await objects.read(bucket, key);
    if (current === null || Buffer.compare(current.body, object.body) !== 0) await objects.write(bucket, key, object);
  };
  return {
    async forget() {
      for (const key of keys) await objects.remove(bucket, key);
    },
    async putBack() {
      for (const { key, object } of before) await putBackOne(key, object);
    },
  };
}
