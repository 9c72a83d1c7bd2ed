// The shipped client against a running Airlock, and what a test changes there.
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createIdentityClient, type IdentityClientOptions } from '../../../contracts/client/identity-client.ts';
import type { Airlock } from '../../../emulator/airlock.ts';

/** `calls` are the paths of everything that was sent. */
export function clientFor(airlock: Airlock, options: Partial<IdentityClientOptions> = {}) {
  const calls: string[] = [];
  const client = createIdentityClient({
    apiUrl: airlock.apiUrl ?? '',
    productCode: 'airlock-identity',
    region: airlock.region,
    credentials: airlock.credentials['customer-app'],
    fetch: (input, init) => {
      calls.push(new URL(String(input)).pathname);
      return fetch(input, init);
    },
    ...options,
  });
  return { client, calls, count: (path: string) => calls.filter((call) => call.endsWith(path)).length };
}

/** Writes the only subscription's record anew, or takes it away, as the partner does. */
export async function changeSubscription(airlock: Airlock, change: Readonly<Record<string, unknown>> | null): Promise<void> {
  const bucket = airlock.deployment.buckets.find(({ localObjects }) => localObjects.length > 0);
  const [record] = bucket?.localObjects ?? [];
  using s3 = s3Of(airlock, 'partner-admin');
  const place = { Bucket: bucket?.bucketName, Key: record?.key };
  if (change === null) {
    await s3.client.send(new DeleteObjectCommand(place));
    return;
  }
  const body = JSON.stringify({ ...JSON.parse(record?.body ?? '{}'), ...change });
  await s3.client.send(new PutObjectCommand({ ...place, Body: body }));
}

export async function countResults(airlock: Airlock): Promise<number> {
  using s3 = s3Of(airlock, 'customer-admin');
  const { KeyCount = 0 } = await s3.client.send(new ListObjectsV2Command({ Bucket: airlock.resultsBucket ?? '', Prefix: 'results/' }));
  return KeyCount;
}

export function s3Of(airlock: Airlock, principal: keyof Airlock['credentials']) {
  const client = new S3Client({ endpoint: airlock.awsUrl, region: airlock.region, credentials: airlock.credentials[principal] });
  return { client, [Symbol.dispose]: () => client.destroy() };
}
