import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { ProviderStateName } from '../../../contracts/provider-states.ts';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { type Answer, callRequest, countSpans, oneRecord } from '../application.ts';
import { s3Of } from '../client/client-for-test.ts';
import { setUp, tearDown } from './set-state.ts';

const params = { idempotencyKey: 'order-1' };

async function submit(airlock: Airlock, { token = '', inputLocation = '' }, key: string): Promise<Answer> {
  return callRequest(airlock, JSON.stringify({ inputLocation }), { token, headers: { 'Idempotency-Key': key } });
}

async function look(airlock: Airlock, { token = '', requestId = '' }) {
  const response = await fetch(`${airlock.apiUrl}/request/${requestId}`, { headers: { authorization: `Bearer ${token}` } });
  // biome-ignore lint/suspicious/noExplicitAny: the body is whatever the test expects of it
  return { status: response.status, json: (await response.json()) as any };
}

async function keys(airlock: Airlock): Promise<string[]> {
  using s3 = s3Of(airlock, 'customer-admin');
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: airlock.resultsBucket ?? '' }));
  return Contents.map(({ Key = '' }) => Key);
}

describe('a location that is submitted', () => {
  const outcomes: readonly (readonly [state: ProviderStateName, status: number, code: string | undefined])[] = [
    ['records lie at the input location', 202, undefined],
    ['nothing lies at the input location', 400, 'INPUT_NOT_FOUND'],
    ['the object at the input location is empty', 400, 'EMPTY_INPUT'],
    ['the object at the input location is of another type', 415, 'UNSUPPORTED_INPUT_TYPE'],
    ['the same input location has been accepted before', 202, undefined],
    ['the Idempotency-Key was used with records', 409, 'IDEMPOTENCY_KEY_REUSED'],
    ['the Idempotency-Key was used with another input location', 409, 'IDEMPOTENCY_KEY_REUSED'],
    ['the worker cannot be invoked', 503, 'WORKER_UNAVAILABLE'],
    ['states of requests cannot be stored', 503, 'STATE_UNAVAILABLE'],
  ];

  it.for(outcomes)('while %s: %i %s; the teardown leaves nothing, and it can be set again', async ([state, status, code]) => {
    await using airlock = await startAirlock();
    for (let run = 1; run <= 2; run += 1) {
      const values = await setUp(airlock, state, params);
      const answer = await submit(airlock, values, 'order-1');
      expect([answer.status, answer.json.error?.code], answer.text).toEqual([status, code]);
      await tearDown(airlock, state);
      expect(await keys(airlock)).toEqual([]);
    }
  });

  it('under a key that somebody else has used with it keeps what that one got', async () => {
    await using airlock = await startAirlock();
    const headers = { 'Idempotency-Key': 'order-1' };
    const first = await callRequest(airlock, oneRecord, { headers });
    const before = await keys(airlock);
    const state = 'the Idempotency-Key was used with another input location';
    const { token = '' } = await setUp(airlock, state, params);
    expect((await callRequest(airlock, oneRecord, { token, headers })).status).toBe(409);
    await tearDown(airlock, state);
    expect(await keys(airlock)).toEqual(before);
    expect((await callRequest(airlock, oneRecord, { headers })).json).toEqual(first.json);
  });

  it('and was accepted before is not worked on twice', async () => {
    await using airlock = await startAirlock();
    const state = 'the same input location has been accepted before';
    const values = await setUp(airlock, state, params);
    const [one, other] = [await submit(airlock, values, 'order-1'), await submit(airlock, values, 'order-1')];
    expect(one.json.requestId).toMatch(/^[0-9a-f]{64}$/);
    expect(other.json.requestId).toBe(one.json.requestId);
    await tearDown(airlock, state);
    expect(countSpans(airlock, 'aws.sagemaker')).toBe(1);
  });
});

describe('a request that was submitted', () => {
  it.for([
    ['a submitted request waits for the worker', { state: 'QUEUED', recordsDone: 0 }],
    ['a submitted request is being worked on', { state: 'RUNNING', recordsDone: 0 }],
    ['a submitted request has succeeded', { state: 'SUCCEEDED', recordsDone: 2, result: { records: 2 } }],
    ['a submitted request has failed', { state: 'FAILED', error: { code: 'INVALID_JSON_LINE' } }],
  ] as const)('%s, until the teardown leaves nothing of it', async ([state, expected]) => {
    await using airlock = await startAirlock();
    const values = await setUp(airlock, state);
    expect(await look(airlock, values)).toMatchObject({ status: 200, json: expected });
    await tearDown(airlock, state);
    expect((await look(airlock, values)).json.error.code).toBe('REQUEST_NOT_FOUND');
    expect(await keys(airlock)).toEqual([]);
  });

  it('and is none is not found', async () => {
    await using airlock = await startAirlock();
    const values = await setUp(airlock, 'there is no such request');
    expect(await look(airlock, values)).toMatchObject({ status: 404, json: { error: { code: 'REQUEST_NOT_FOUND' } } });
  });
});

describe('closing', () => {
  it('while a request is being worked on ends it and forgets it, in objects that are kept, too', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'airlock-states-'));
    const options = { dataDir: directory.path };
    const airlock = await startAirlock(options);
    await setUp(airlock, 'a submitted request is being worked on');
    const beganAtMs = performance.now();
    await airlock.close();
    expect(performance.now() - beganAtMs).toBeLessThan(5_000);
    await using again = await startAirlock(options);
    expect(await keys(again)).toEqual([]);
  });
});
