// Run as a child process that a test kills or measures: the embedded S3 over a directory, for whoever has the key `test`.
// usage: serve-store.ts DIRECTORY; prints its URL, and when its input ends the most memory it had in kilobytes.
import { systemClock } from '../../../emulator/clock.ts';
import { createLog } from '../../../emulator/log.ts';
import { openObjectStore } from '../../../emulator/storage/object-store.ts';
import { createS3Service } from '../../../emulator/storage/s3-service.ts';
import { account, serveS3 } from './serve-s3.ts';

const [directory = ''] = process.argv.slice(2);
const region = 'us-east-1';
const store = await openObjectStore({ directory, clock: systemClock });
await store.createBucket('results', account);
const service = createS3Service({
  store,
  region,
  clock: systemClock,
  log: createLog('silent'),
  bucketPolicies: () => null,
  encryptionKeyArn: () => null,
});
const served = await serveS3(service, { region, fixedKey: { accessKeyId: 'test', secretAccessKey: 'test' } });
process.stdout.write(`${JSON.stringify({ url: served.url, rssKb: process.resourceUsage().maxRSS })}\n`);
// A test that has given up reads no more.
process.stdout.on('error', () => process.exit(1));
process.stdin.resume().once('end', async () => {
  await served.close();
  await store.close();
  process.stdout.write(`${JSON.stringify({ rssKb: process.resourceUsage().maxRSS })}\n`);
});
