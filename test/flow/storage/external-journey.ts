// The whole journey with its results in another S3: the same promises whichever S3 that is.
import { DeleteBucketCommand, DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { walkJourney } from '../../../emulator/commands/journey.ts';
import { callRequest, getToken, oneRecord } from '../application.ts';
import { editedTemplates } from '../edited-template.ts';
import { clientOf } from './external-client.ts';
import { failed } from './serve-s3.ts';

/** Call it where tests are declared; `s3` is asked for in each test. `direct` is a client of that S3, past Airlock. */
export function describeJourney(s3: () => { readonly url: string; readonly direct: S3Client }): void {
  it('walks the twelve steps, and the result is there byte for byte', async () => {
    await using airlock = await startAirlock({ s3: s3().url });
    const { steps, result } = await walkJourney(airlock, () => undefined);
    expect(steps.filter((step) => !step.ok)).toEqual([]);
    expect(result).toMatchObject({ bucket: airlock.resultsBucket, records: 1000 });
    const object = { Bucket: result?.bucket, Key: result?.key };
    const there = await s3().direct.send(new GetObjectCommand(object));
    using application = clientOf(airlock, 'customer-app');
    const seen = await application.client.send(new GetObjectCommand(object));
    const bytes = Buffer.from((await there.Body?.transformToByteArray()) ?? []);
    expect(bytes.length).toBe(result?.bytes);
    expect(bytes.equals(Buffer.from((await seen.Body?.transformToByteArray()) ?? []))).toBe(true);
  });

  it('is not for the stranger, and what the S3 would take the role may not put', async () => {
    const template = editedTemplates('customer', /s3:PutObject(?=\s)/, 's3:PutObjectAcl');
    await using airlock = await startAirlock({ s3: s3().url, template });
    const before = await keysIn(s3().direct, airlock);
    const answer = await callRequest(airlock, oneRecord);
    expect([answer.status, answer.json.error?.code]).toEqual([503, 'RESULT_NOT_STORED']);
    expect(await keysIn(s3().direct, airlock)).toEqual(before);
    using stranger = clientOf(airlock, 'stranger');
    const listing = new ListObjectsV2Command({ Bucket: airlock.resultsBucket ?? '' });
    expect(await failed(stranger.client.send(listing))).toMatchObject({ name: 'AccessDenied', status: 403 });
  });

  it('goes on where the S3 has lost everything in the meantime, as LocalStack does in a restart', async () => {
    await using airlock = await startAirlock({ s3: s3().url });
    await callRequest(airlock, oneRecord);
    const buckets = airlock.deployment.buckets.map(({ bucketName }) => bucketName);
    for (const bucket of buckets) await removeBucket(s3().direct, bucket);
    const answers = await Promise.all(Array.from({ length: 4 }, () => callRequest(airlock, oneRecord)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await keysIn(s3().direct, airlock)).toEqual(answers.map(({ json }) => json.result.key).sort());
  });

  it('repeated with its Idempotency-Key gives the same result, also after a restart', async () => {
    const headers = { 'Idempotency-Key': `order-${Date.now()}` };
    const results: unknown[] = [];
    for (let run = 0; run < 2; run++) {
      await using airlock = await startAirlock({ s3: s3().url });
      const token = await getToken(airlock);
      const answer = await callRequest(airlock, oneRecord, { token, headers });
      expect(answer.status, answer.text).toBe(200);
      results.push(answer.json.result);
      const other = oneRecord.replace('c-0001', 'c-0002');
      expect((await callRequest(airlock, other, { token, headers })).status).toBe(409);
    }
    expect(results[1]).toEqual(results[0]);
  });
}

async function keysIn(direct: S3Client, airlock: Airlock): Promise<unknown> {
  const { Contents = [] } = await direct.send(new ListObjectsV2Command({ Bucket: airlock.resultsBucket ?? '', Prefix: 'results/' }));
  return Contents.map(({ Key }) => Key);
}

async function removeBucket(s3: S3Client, bucket: string): Promise<void> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
}
