import { describe, expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../emulator/airlock.ts';
import { callRequest, countSpans, getToken, oneRecord } from '../flow/application.ts';
import { editedTemplates } from '../flow/edited-template.ts';

const defects = [
  'expired',
  'wrong-audience',
  'wrong-issuer',
  'wrong-key',
  'alg-none',
  'no-kid',
  'no-exp',
  'future',
  'too-long',
  'cut',
] as const;

async function mint(airlock: Airlock, defect: string): Promise<{ token: string; signedBy: string }> {
  const response = await fetch(`${airlock.controlUrl}/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ defect }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { token: string; signedBy: string };
}

describe('a token', () => {
  it('with any one defect is refused with 401 or 403, and the request function is not invoked', async () => {
    await using airlock = await startAirlock();
    for (const defect of defects) {
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
    // A token never outlives its subscription, and this one ends in a few seconds.
    const endsAt = new Date(Date.now() + 5_000).toISOString();
    const template = editedTemplates('partner', /( +)status: active/, `$1status: active\n$1endsAt: '${endsAt}'`);
    await using airlock = await startAirlock({ template, parameter: { AuthorizerTtlSeconds: '3600' } });
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
