// The journey with another S3 behind Airlock; here that is the embedded one of a second endpoint. With LocalStack: test/docker/localstack.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { directClient } from './external-client.ts';
import { describeJourney } from './external-journey.ts';
import { openS3 } from './open-s3.ts';

describe('the journey, with another S3', () => {
  let s3: Awaited<ReturnType<typeof openS3>>;
  let direct: ReturnType<typeof directClient>;
  beforeAll(async () => {
    s3 = await openS3({ fixedKey: { accessKeyId: 'test', secretAccessKey: 'test' }, authorizeKey: () => null });
    direct = directClient(s3.url);
  });
  afterAll(async () => {
    direct?.[Symbol.dispose]();
    await s3?.[Symbol.asyncDispose]();
  });

  describeJourney(() => ({ url: s3.url, direct: direct.client }));
});

describe('an Airlock as the S3 of another', () => {
  it("is refused at the start: it does not take Airlock's key", async () => {
    await using first = await startAirlock();
    await expect(startAirlock({ s3: first.awsUrl })).rejects.toMatchObject({
      code: 'NOT_AVAILABLE',
      exitCode: 3,
      message: `The S3 at ${first.awsUrl} (--s3) refused the key "test" that Airlock signs with (403 InvalidAccessKeyId).`,
    });
  });
});

describe('GET /health', () => {
  it('says where objects are', async () => {
    await using airlock = await startAirlock();
    expect(await (await fetch(`${airlock.controlUrl}/health`)).json()).toMatchObject({ s3: 'embedded' });
  });
});
