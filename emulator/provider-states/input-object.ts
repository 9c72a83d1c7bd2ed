// An object under inputs/ for as long as a state is set, and the requests that name it meanwhile: they are removed with it.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import { resultsBucketOf } from '../local-principals.ts';
import type { Deployment } from '../template/deployment.ts';
import type { LocalObjects, StoredObject } from './local-objects.ts';
import { reasonOf } from './reason-of.ts';
import type { Setup } from './state-setter.ts';

export interface InputObjectParts {
  readonly deployment: Deployment;
  /** The customer's. */
  readonly openObjects: () => Promise<LocalObjects>;
  /** Resolves with SUCCEEDED, FAILED or another word of the API's, null where it knows no such request. */
  readonly stateOf: (requestId: string) => Promise<string | null>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** For the pact's generators. */
export type InputLocation = { readonly inputLocation: string };

/** The worker's own work on a handful of records takes well under one. */
const workTimeoutMs = 10_000;
const pauseMs = 25;

/**
 * `object` null: nothing is there. `willEnd` false: nobody works on the requests that name it, and the teardown waits for none.
 * @throws ProviderStateRefused STATE_NOT_SET
 */
export async function putInput(
  parts: InputObjectParts,
  { undo }: Pick<Setup, 'undo'>,
  { object, name = 'records.jsonl', willEnd = true }: { object: StoredObject | null; name?: string; willEnd?: boolean },
): Promise<InputLocation> {
  const bucket = resultsBucketOf(parts.deployment)?.bucketName;
  if (bucket === undefined) throw new ProviderStateRefused('STATE_NOT_SET', 'The templates have no bucket for results.');
  const key = `inputs/${randomUUID()}/${name}`;
  const sinceMs = parts.now();
  try {
    const objects = await parts.openObjects();
    undo.defer(async () => {
      await removeRequests(parts, objects, { bucket, key, sinceMs, willEnd });
      await objects.remove(bucket, key);
    });
    if (object !== null) await objects.write(bucket, key, object);
  } catch (error) {
    const message = `The object at the input location could not be written: ${reasonOf(error)}.`;
    throw new ProviderStateRefused('STATE_NOT_SET', message, { cause: error });
  }
  return { inputLocation: `s3://${bucket}/${key}` };
}

/** Those whose state names the key, which is nobody else's. Once a worker has ended, nothing comes back. */
async function removeRequests(
  { stateOf }: InputObjectParts,
  objects: LocalObjects,
  { bucket, key, sinceMs, willEnd }: { bucket: string; key: string; sinceMs: number; willEnd: boolean },
): Promise<void> {
  for (const stateKey of await objects.list(bucket, 'requests/', sinceMs)) {
    const stored = await objects.read(bucket, stateKey);
    if (stored === null || !Buffer.from(stored.body).includes(JSON.stringify(key))) continue;
    const requestId = stateKey.slice('requests/'.length, -'.json'.length);
    if (willEnd) await untilEnded(() => stateOf(requestId));
    const answers = await objects.list(bucket, `work/${requestId}/`);
    // The claim last: while it is there, no other request takes the place of this one.
    for (const each of [...answers, `results/${requestId}`, stateKey, `claims/${requestId}.json`]) await objects.remove(bucket, each);
  }
}

/** Or until it has had its time: then it is removed under the hands of its worker, which finds nothing and ends. */
async function untilEnded(stateOf: () => Promise<string | null>): Promise<void> {
  const endsAt = performance.now() + workTimeoutMs;
  while (performance.now() < endsAt) {
    const state = await stateOf();
    if (state === null || state === 'SUCCEEDED' || state === 'FAILED') return;
    await delay(pauseMs);
  }
}
