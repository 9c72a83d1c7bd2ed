// S3 clients that a test closes by leaving their block.
import { S3Client } from '@aws-sdk/client-s3';
import type { Airlock } from '../../../emulator/airlock.ts';

/** Of one of Airlock's principals. */
export function clientOf(airlock: Airlock, name: keyof Airlock['credentials']) {
  return disposable(new S3Client({ endpoint: airlock.awsUrl, region: airlock.region, credentials: airlock.credentials[name] }));
}

/** Of the S3 behind Airlock, with the key it takes. */
export function directClient(url: string) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return disposable(new S3Client({ endpoint: url, region: 'us-east-1', credentials, forcePathStyle: true }));
}

function disposable(client: S3Client) {
  return { client, [Symbol.dispose]: () => client.destroy() };
}
