// The worker's OnFailure destination on Lambda: builds the client once and hands it to give-up.ts.
import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '../aws/client-settings.ts';
import { readSetting } from '../settings/read-setting.ts';
import { createWorkerStorage } from '../worker/storage.ts';
import { createGiveUp } from './give-up.ts';

const s3 = new S3Client(clientSettings({ requestTimeoutMs: 3_000, attemptsMax: 4 }));

export const handler = createGiveUp({
  storage: createWorkerStorage({ bucket: readSetting('RESULTS_BUCKET'), client: s3 }),
  now: Date.now,
});
