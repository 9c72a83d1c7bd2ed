import { describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { callRequest, countSpans, getToken, oneRecord } from '../application.ts';

const otherRecord = JSON.stringify({ records: [{ id: '2', email: 'b.sample@example.com' }] });

describe('Idempotency-Key', () => {
  it('gives a repeated call the same result and runs the model once', async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    const headers = { 'Idempotency-Key': 'order-1' };
    const first = await callRequest(airlock, oneRecord, { token, headers });
    const second = await callRequest(airlock, oneRecord, { token, headers });
    expect(first.status, first.text).toBe(200);
    expect(second.status, second.text).toBe(200);
    expect(second.json).toEqual(first.json);
    expect(countSpans(airlock, 'aws.sagemaker')).toBe(1);
  });

  it('refuses the same key with another body', async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    const headers = { 'Idempotency-Key': 'order-1' };
    expect((await callRequest(airlock, oneRecord, { token, headers })).status).toBe(200);
    const conflict = await callRequest(airlock, otherRecord, { token, headers });
    expect(conflict.status).toBe(409);
    expect(conflict.json.error.code).toMatch(/^[A-Z_]+$/);
    expect(countSpans(airlock, 'aws.sagemaker')).toBe(1);
  });

  it('runs the model once for calls that arrive together', async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    const headers = { 'Idempotency-Key': 'order-2' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => callRequest(airlock, oneRecord, { token, headers })));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => answer.json.result.key)).size).toBe(1);
    expect(countSpans(airlock, 'aws.sagemaker')).toBe(1);
  });

  it('keeps calls with different keys, or none, apart', async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    const keys = new Set<string>();
    for (const headers of [{ 'Idempotency-Key': 'a' }, { 'Idempotency-Key': 'b' }, {}, {}]) {
      const answer = await callRequest(airlock, oneRecord, { token, headers });
      keys.add(answer.json.result.key);
    }
    expect(keys.size).toBe(4);
  });
});
