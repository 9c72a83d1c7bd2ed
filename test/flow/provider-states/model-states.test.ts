import { describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { callRequest, oneRecord } from '../application.ts';
import { setUp, tearDown } from './set-state.ts';

describe('a state of the model', () => {
  it.for([
    ['the model does not accept the records', 422, 'MODEL_REJECTED_REQUEST'],
    ['the model finds the request too large', 413, 'REQUEST_TOO_LARGE'],
    ['the model is too busy', 502, 'MODEL_UNAVAILABLE'],
    ['the model fails', 502, 'MODEL_FAILED'],
    ['the model ends in the middle of a request', 504, 'MODEL_TIMED_OUT'],
    ['the model is not running', 502, 'MODEL_UNAVAILABLE'],
    ['results cannot be stored', 503, 'RESULT_NOT_STORED'],
  ] as const)('"%s" ends a request with %i %s, until its teardown', async ([state, status, code]) => {
    await using airlock = await startAirlock();
    const { token = '' } = await setUp(airlock, state);
    const answer = await callRequest(airlock, oneRecord, { token });
    expect([answer.status, answer.json.error?.code], answer.text).toEqual([status, code]);
    const headers = { 'Idempotency-Key': 'order-1' };
    const withKey = await callRequest(airlock, oneRecord, { token, headers });
    expect([withKey.status, withKey.json.error?.code], withKey.text).toEqual([status, code]);
    await tearDown(airlock, state);
    expect((await callRequest(airlock, oneRecord, { token, headers })).status).toBe(200);
  });

  it('is told by GET /health while no model runs', async () => {
    await using airlock = await startAirlock();
    const healthStatus = async () => {
      const health = (await (await fetch(`${airlock.controlUrl}/health`)).json()) as { status: string };
      return health.status;
    };
    await setUp(airlock, 'the model is not running');
    expect(await healthStatus()).toBe('degraded');
    await tearDown(airlock, 'the model is not running');
    expect(await healthStatus()).toBe('ok');
  });
});
