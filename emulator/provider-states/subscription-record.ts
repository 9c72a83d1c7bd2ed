// The partner's record of the subscriber: where it is, what it says, and that it is put back as it was.
import { accounts } from '../config.ts';
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import { AirlockError } from '../errors.ts';
import type { Deployment } from '../template/deployment.ts';
import type { LocalObjects, StoredObject } from './local-objects.ts';
import { reasonOf } from './reason-of.ts';

export interface SubscriptionRecord {
  /** False where the partner's templates keep no record of this subscriber that is known here. */
  isKnown(alias: string): boolean;
  /** The record with these members changed; null removes it, `damaged` leaves a text that is no record. @throws ProviderStateRefused */
  change(alias: string, members: Readonly<Record<string, unknown>> | null | 'damaged'): Promise<void>;
  /** Writes what was there before the first change. Nothing happens where nothing was changed. */
  putBack(): Promise<void>;
  /** Puts back what a process could not that was killed after a change. @throws AirlockError NOT_AVAILABLE */
  restore(): Promise<void>;
}

interface Place {
  readonly bucket: string;
  readonly key: string;
  /** What the template has there. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly start: StoredObject;
}

/** What was there is beside the record while a state is set: a killed process leaves both, and the next start puts it back. */
const originalKey = ({ key }: Place) => `airlock-original/${key}`;
/** Stands for: there was nothing. */
const nothing: StoredObject = {
  body: new Uint8Array(),
  contentType: 'application/json',
  headers: { Metadata: { 'airlock-nothing': 'true' } },
};

/** `open` is asked at the first change. */
export function createSubscriptionRecord(deployment: Deployment, open: () => Promise<LocalObjects>): SubscriptionRecord {
  let before: { readonly place: Place; readonly object: StoredObject | null } | null = null;

  return {
    isKnown: (alias) => [...placesOf(deployment)].some(({ record }) => record.aliasId === alias),
    async change(alias, members) {
      const place = placeOf(deployment, alias);
      try {
        const objects = await open();
        before ??= { place, object: await objects.read(place.bucket, place.key) };
        await objects.write(place.bucket, originalKey(place), before.object ?? nothing);
        if (members === null) return await objects.remove(place.bucket, place.key);
        const body = Buffer.from(members === 'damaged' ? '{ damaged' : JSON.stringify({ ...place.record, ...members }));
        await objects.write(place.bucket, place.key, { body, contentType: 'application/json' });
      } catch (error) {
        const message = `The subscription record could not be changed: ${reasonOf(error)}.`;
        throw new ProviderStateRefused('STATE_NOT_SET', message, { cause: error });
      }
    },
    async putBack() {
      if (before === null) return;
      const objects = await open();
      const { place, object } = before;
      await (object === null ? objects.remove(place.bucket, place.key) : objects.write(place.bucket, place.key, object));
      await objects.remove(place.bucket, originalKey(place));
      // Only now: where S3 did not take it, the next change has to try again, and must not remember our own record.
      before = null;
    },
    async restore() {
      for (const place of placesOf(deployment)) {
        try {
          const objects = await open();
          const original = await objects.read(place.bucket, originalKey(place));
          if (original === null) continue;
          // A record that is missing comes back at every start.
          const wasThere = original.headers?.Metadata?.['airlock-nothing'] === undefined;
          await objects.write(place.bucket, place.key, wasThere ? original : place.start);
          await objects.remove(place.bucket, originalKey(place));
        } catch (error) {
          const message = `The record that a provider state of an earlier run had changed could not be put back: ${reasonOf(error)}.`;
          throw new AirlockError('NOT_AVAILABLE', message, `It is s3://${place.bucket}/${originalKey(place)}.`, { cause: error });
        }
      }
    },
  };
}

/** A template of a partner's own may keep its records elsewhere, or in another form: then nobody here knows how to end a subscription. */
function placeOf(deployment: Deployment, alias: string): Place {
  for (const place of placesOf(deployment)) if (place.record.aliasId === alias) return place;
  throw new ProviderStateRefused(
    'STATE_NOT_SET',
    `The partner's templates have no subscription record of ${alias}: no bucket's Metadata.Airlock.LocalObjects holds one with this aliasId, a status and productCodes.`,
  );
}

function* placesOf({ buckets }: Deployment): Generator<Place> {
  for (const { accountId, bucketName, localObjects } of buckets) {
    if (accountId !== accounts.partner) continue;
    for (const { key, body, contentType } of localObjects) {
      const record = parseRecord(body);
      if (record !== null) yield { bucket: bucketName, key, record, start: { body: Buffer.from(body), contentType } };
    }
  }
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
