import { describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { callRequest, countSpans, oneRecord } from '../application.ts';
import { postState, setUp, tearDown } from './set-state.ts';

const params = { idempotencyKey: 'order-1', contentType: 'application/json', body: oneRecord };
const headers = { 'Idempotency-Key': 'order-1' };

describe('a request that came before', () => {
  it('and was answered is answered again, and the model is not asked', async () => {
    await using airlock = await startAirlock();
    const { token = '' } = await setUp(airlock, 'the same request has been answered before', params);
    const answer = await callRequest(airlock, oneRecord, { token, headers });
    expect(answer.status, answer.text).toBe(200);
    expect(countSpans(airlock, 'aws.sagemaker')).toBe(1);
    await tearDown(airlock, 'the same request has been answered before');
  });

  it.for([
    ['application/json', oneRecord],
    ['text/csv', 'id,email\nc-0001,lena.sample@example.com\n'],
    ['application/jsonlines', '{"id":"c-0001"}\n'],
  ] as const)('under the same key with another %s body makes this one 409', async ([contentType, body]) => {
    await using airlock = await startAirlock();
    const state = 'the Idempotency-Key was used with another request';
    const { token = '' } = await setUp(airlock, state, { idempotencyKey: 'order-1', contentType, body });
    const answer = await callRequest(airlock, body, { token, headers, contentType });
    expect([answer.status, answer.json.error?.code], answer.text).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    await tearDown(airlock, state);
    expect((await callRequest(airlock, body, { contentType, headers: { 'Idempotency-Key': 'order-2' } })).status).toBe(200);
  });

  it('under the same key may be given by its key alone', async () => {
    await using airlock = await startAirlock();
    await setUp(airlock, 'the Idempotency-Key was used with another request', { idempotencyKey: 'order-1' });
    expect((await callRequest(airlock, oneRecord, { headers })).status).toBe(409);
  });

  it('and is being worked on makes this one 409, and gets its answer in the end; the state can be set again', async () => {
    await using airlock = await startAirlock();
    const state = 'the same request is being worked on';
    for (let run = 1; run <= 2; run += 1) {
      const { token = '' } = await setUp(airlock, state, params);
      const answer = await callRequest(airlock, oneRecord, { token, headers });
      expect([answer.status, answer.json.error?.code], answer.text).toEqual([409, 'REQUEST_IN_PROGRESS']);
      await tearDown(airlock, state);
      const after = await callRequest(airlock, oneRecord, { token, headers });
      expect(after.status, after.text).toBe(200);
    }
    expect(countSpans(airlock, 'aws.sagemaker', ({ status }) => status === 200)).toBe(2);
  });

  it('cannot be set where it was not answered 200, or where its parameters are missing', async () => {
    await using airlock = await startAirlock();
    const state = 'the same request has been answered before';
    const notJson = await postState(airlock, { state, params: { ...params, body: 'no json' } });
    expect([notJson.status, notJson.json.error.code]).toEqual([409, 'STATE_NOT_SET']);
    expect(notJson.json.error.message).toContain('400');
    const noKey = await postState(airlock, { state, params: { body: oneRecord } });
    expect([noKey.status, noKey.json.error.code]).toEqual([400, 'BAD_PARAMS']);
    expect((await callRequest(airlock, oneRecord)).status).toBe(200);
  });
});

describe('closing', () => {
  it('while a request is held back leaves nothing waiting', async () => {
    const airlock = await startAirlock();
    const { token = '' } = await setUp(airlock, 'the same request is being worked on', params);
    const waiting = callRequest(airlock, oneRecord, { token, headers }).catch(() => null);
    const beganAtMs = performance.now();
    await airlock.close();
    await waiting;
    expect(performance.now() - beganAtMs).toBeLessThan(5_000);
  });

  it('gives up a change that is under way', async () => {
    const airlock = await startAirlock();
    const changing = postState(airlock, { state: 'the same request is being worked on', params }).catch(() => null);
    const beganAtMs = performance.now();
    await airlock.close();
    await changing;
    expect(performance.now() - beganAtMs).toBeLessThan(5_000);
  });
});
