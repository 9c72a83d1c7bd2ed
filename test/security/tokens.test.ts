import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../emulator/airlock.ts';
import { tokenDefects } from '../../emulator/control/token-defects.ts';
import { callRequest, countSpans, getToken, oneRecord } from '../flow/application.ts';

async function mint(airlock: Airlock, defect: string): Promise<{ token: string; signedBy: string }> {
  const response = await fetch(`${airlock.controlUrl}/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ defect }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { token: string; signedBy: string };
}

/** A token never outlives its subscription: the partner sets the end of the only one. */
async function endSubscription(airlock: Airlock, endsAt: Date): Promise<void> {
  const bucket = airlock.deployment.buckets.find(({ localObjects }) => localObjects.length > 0);
  const [record] = bucket?.localObjects ?? [];
  const s3 = new S3Client({ endpoint: airlock.awsUrl, region: airlock.region, credentials: airlock.credentials['partner-admin'] });
  const body = JSON.stringify({ ...JSON.parse(record?.body ?? '{}'), endsAt: endsAt.toISOString() });
  await s3.send(new PutObjectCommand({ Bucket: bucket?.bucketName, Key: record?.key, Body: body }));
  s3.destroy();
}

describe('a token', () => {
  it('with any one defect is refused with 401 or 403, and the request function is not invoked', async () => {
    await using airlock = await startAirlock();
    for (const defect of tokenDefects) {
      const { token, signedBy } = await mint(airlock, defect);
      if (!['wrong-key', 'alg-none'].includes(defect)) expect(signedBy, defect).toBe('partner-key');
      const answer = await callRequest(airlock, oneRecord, { token });
      expect([401, 403], `${defect}: ${answer.status} ${answer.text}`).toContain(answer.status);
      expect(answer.text).not.toContain(token.slice(10, 40));
    }
    expect(countSpans(airlock, 'integration')).toBe(0);
    expect(countSpans(airlock, 'aws.sagemaker')).toBe(0);
  });

  it('that is missing, empty or no token at all is refused before the authorizer runs', async () => {
    await using airlock = await startAirlock();
    expect((await callRequest(airlock, oneRecord, { token: null })).status).toBe(401);
    for (const authorization of ['', 'Bearer', 'Bearer x', 'Basic dXNlcjpwYXNz']) {
      const answer = await callRequest(airlock, oneRecord, { token: null, headers: { authorization } });
      expect({ authorization, status: answer.status, body: answer.text }).toEqual({
        authorization,
        status: 401,
        body: '{"message":"Unauthorized"}',
      });
    }
    expect(countSpans(airlock, 'function')).toBe(0);
  });

  it('that was let through once is refused when it has ended, although the answer is still cached', async () => {
    await using airlock = await startAirlock({ parameter: { AuthorizerTtlSeconds: '3600' } });
    await getToken(airlock); // starts the functions that issue it, so that the seconds below are not theirs
    await endSubscription(airlock, new Date(Date.now() + 3_000));
    const token = await getToken(airlock);
    expect((await callRequest(airlock, oneRecord, { token })).status).toBe(200);
    const deadline = Date.now() + 15_000;
    let answer = await callRequest(airlock, oneRecord, { token });
    while (answer.status === 200 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      answer = await callRequest(airlock, oneRecord, { token });
    }
    expect(answer.json).toEqual({ error: { code: 'TOKEN_EXPIRED', message: expect.any(String), requestId: expect.any(String) } });
    expect(answer.status).toBe(401);
    expect(countSpans(airlock, 'authorizer', (fields) => fields.cacheHit === false)).toBe(1);
  });
});

describe('nothing of a caller', () => {
  it('shows in traces, health or answers: no body, no token, no record', async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    const canary = 'canary.sample7391@example.com';
    await callRequest(airlock, JSON.stringify({ records: [{ id: 'canary-id-7391', email: canary }] }), { token });
    await callRequest(airlock, `{"records":["${canary}"]}`, { token });
    const seen = [
      JSON.stringify(airlock.traces()),
      await (await fetch(`${airlock.controlUrl}/traces`)).text(),
      await (await fetch(`${airlock.controlUrl}/health`)).text(),
    ].join('\n');
    for (const secret of [
      canary,
      'canary-id-7391',
      token,
      token.split('.')[2] ?? '',
      airlock.credentials['customer-app'].secretAccessKey,
    ]) {
      expect(seen).not.toContain(secret);
      expect(seen).not.toContain(Buffer.from(secret).toString('base64'));
    }
  });
});
