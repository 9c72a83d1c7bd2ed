import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { walkJourney } from '../../../emulator/commands/journey.ts';
import { callInit, callRequest, countSpans, getToken, oneRecord } from '../application.ts';

describe('the journey', () => {
  it('walks all twelve steps with the 1,000 sample records', async () => {
    await using airlock = await startAirlock();
    const { steps, result } = await walkJourney(airlock, () => {});
    expect(steps.filter((step) => !step.ok)).toEqual([]);
    expect(steps.map((step) => step.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(result).toMatchObject({ bucket: airlock.resultsBucket, records: 1000 });
  });

  it("stores the model's own answer byte for byte, for every content type", async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    const s3 = new S3Client({ endpoint: airlock.awsUrl, region: airlock.region, credentials: airlock.credentials['customer-app'] });
    const [model] = airlock.models.values();
    const bodies = {
      'application/json': oneRecord,
      'application/jsonlines': '{"id":"1","email":"a.sample@example.com"}\n{"id":"2","phone":"+1 212 555 0101"}\n',
      'text/csv': 'id,email,phone\r\n1,a.sample@example.com,\r\n2,,+1 212 555 0101\r\n',
    };
    for (const [contentType, body] of Object.entries(bodies)) {
      const answer = await callRequest(airlock, body, { token, contentType });
      expect(answer.status, answer.text).toBe(200);
      const { bucket, key, bytes, records } = answer.json.result;
      const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const stored = Buffer.from((await Body?.transformToByteArray()) ?? []);
      const own = await model?.request({
        method: 'POST',
        path: '/invocations',
        headers: { 'content-type': contentType, accept: contentType },
        body: Buffer.from(body),
        timeoutMs: 5_000,
      });
      expect(stored.equals(own?.body ?? Buffer.alloc(0)), contentType).toBe(true);
      expect(bytes).toBe(stored.length);
      expect(records).toBe(contentType === 'application/json' ? 1 : 2);
      expect(ContentType).toBe(answer.json.result.contentType);
    }
    s3.destroy();
  });

  it('issues a token that ends within 15 minutes', async () => {
    await using airlock = await startAirlock();
    const { status, json } = await callInit(airlock);
    expect(status).toBe(200);
    expect(Object.keys(json).sort()).toEqual(['expiresAt', 'token', 'tokenType']);
    expect(json.tokenType).toBe('Bearer');
    const left = Date.parse(json.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(15 * 60_000);
  });

  it('calls the authorizer once for many calls with the same token', async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    for (let call = 0; call < 3; call++) expect((await callRequest(airlock, oneRecord, { token })).status).toBe(200);
    expect(countSpans(airlock, 'authorizer', (fields) => fields.cacheHit === false)).toBe(1);
    expect(countSpans(airlock, 'authorizer', (fields) => fields.cacheHit === true)).toBe(2);
  });

  it('runs two Airlocks side by side that share nothing', async () => {
    await using first = await startAirlock();
    await using second = await startAirlock();
    const token = await getToken(first);
    expect((await callRequest(first, oneRecord, { token })).status).toBe(200);
    expect((await callRequest(second, oneRecord, { token })).status).toBe(401);
  });
});
