// The partner's record of the subscriber: where it is, what it says, and that it is put back as it was.
import { accounts } from '../config.ts';
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import type { Deployment } from '../template/deployment.ts';
import type { LocalObjects, StoredObject } from './local-objects.ts';

export interface SubscriptionRecord {
  /** The record with these members changed; null removes it. @throws ProviderStateRefused */
  change(alias: string, members: Readonly<Record<string, unknown>> | null): Promise<void>;
  /** Writes what was there before the first change. Nothing happens where nothing was changed. */
  putBack(): Promise<void>;
}

interface Place {
  readonly bucket: string;
  readonly key: string;
  /** What the template has there. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** `open` is asked at the first change. */
export function createSubscriptionRecord(deployment: Deployment, open: () => Promise<LocalObjects>): SubscriptionRecord {
  let before: { readonly place: Place; readonly object: StoredObject | null } | null = null;

  return {
    async change(alias, members) {
      const place = placeOf(deployment, alias);
      const objects = await open();
      before ??= { place, object: await objects.read(place.bucket, place.key) };
      if (members === null) return objects.remove(place.bucket, place.key);
      const body = Buffer.from(JSON.stringify({ ...place.record, ...members }));
      await objects.write(place.bucket, place.key, { body, contentType: 'application/json' });
    },
    async putBack() {
      if (before === null) return;
      const objects = await open();
      const { place, object } = before;
      await (object === null ? objects.remove(place.bucket, place.key) : objects.write(place.bucket, place.key, object));
      // Only now: where S3 did not take it, the next change has to try again, and must not remember our own record.
      before = null;
    },
  };
}

/** A template of a partner's own may keep its records elsewhere, or in another form: then nobody here knows how to end a subscription. */
function placeOf({ buckets }: Deployment, alias: string): Place {
  for (const { accountId, bucketName, localObjects } of buckets) {
    if (accountId !== accounts.partner) continue;
    for (const { key, body } of localObjects) {
      const record = parseRecord(body);
      if (record?.aliasId === alias) return { bucket: bucketName, key, record };
    }
  }
  throw new ProviderStateRefused(
    'STATE_NOT_SET',
    `The partner's templates have no subscription record of ${alias}: no bucket's Metadata.Airlock.LocalObjects holds one with this aliasId, a status and productCodes.`,
  );
}

function parseRecord(text: string): Record<string, unknown> | null {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof record !== 'object' || record === null) return null;
  return 'aliasId' in record && 'status' in record && 'productCodes' in record ? { ...record } : null;
}
