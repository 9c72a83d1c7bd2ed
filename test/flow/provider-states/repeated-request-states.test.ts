import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
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
    // Any other one would have to be answered by the model.
    const another = await callRequest(airlock, oneRecord, { token, headers: { 'Idempotency-Key': 'order-2' } });
    expect([another.status, another.json.error?.code], another.text).toEqual([502, 'MODEL_UNAVAILABLE']);
    await tearDown(airlock, 'the same request has been answered before');
    expect((await callRequest(airlock, oneRecord, { token, headers: { 'Idempotency-Key': 'order-2' } })).status).toBe(200);
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

  it('and is being worked on makes this one 409, and ends with the teardown; the state can be set again', async () => {
    await using airlock = await startAirlock();
    const state = 'the same request is being worked on';
    for (let run = 1; run <= 2; run += 1) {
      const { token = '' } = await setUp(airlock, state, params);
      const answer = await callRequest(airlock, oneRecord, { token, headers });
      expect([answer.status, answer.json.error?.code], answer.text).toEqual([409, 'REQUEST_IN_PROGRESS']);
      await tearDown(airlock, state);
    }
    expect(countSpans(airlock, 'aws.sagemaker', ({ status }) => status === 200)).toBe(2);
  });

  it.for([
    ['the same request has been answered before', 200],
    ['the Idempotency-Key was used with another request', 409],
    ['the same request is being worked on', 409],
  ] as const)('is forgotten by the teardown of "%s": its key can be used for another request', async ([state, status]) => {
    await using airlock = await startAirlock();
    await using bucket = openResults(airlock);
    for (const body of [oneRecord, JSON.stringify({ records: [{ id: 'c-0002' }] })]) {
      const { token = '' } = await setUp(airlock, state, { ...params, body });
      expect((await callRequest(airlock, body, { token, headers })).status).toBe(status);
      await tearDown(airlock, state);
      expect(await bucket.keys()).toEqual([]);
    }
  });

  it('and was answered to somebody else is not forgotten', async () => {
    await using airlock = await startAirlock();
    await using bucket = openResults(airlock);
    expect((await callRequest(airlock, oneRecord, { headers })).status).toBe(200);
    const keys = await bucket.keys();
    expect(keys).toHaveLength(2);
    const state = 'the same request has been answered before';
    await setUp(airlock, state, params);
    await tearDown(airlock, state);
    expect(await bucket.keys()).toEqual(keys);
    expect(countSpans(airlock, 'aws.sagemaker')).toBe(1);
  });

  it('and that the model did not answer leaves no claim', async () => {
    await using airlock = await startAirlock();
    await using bucket = openResults(airlock);
    // The function counts a record and claims the key; the model misses a column.
    const broken = { ...params, contentType: 'text/csv', body: 'id\nc-0001\n' };
    const refused = await postState(airlock, { state: 'the same request has been answered before', params: broken });
    expect([refused.status, refused.json.error.code]).toEqual([409, 'STATE_NOT_SET']);
    expect(await bucket.keys()).toEqual([]);
  });

  it.for([
    ['idempotencyKey', 'order-1\nX-Other: 1'],
    ['idempotencyKey', 'order-1\n'],
    ['idempotencyKey', 'bestellung-€'],
    ['contentType', 'application/json\r\nX-Other: 1'],
    ['contentType', 'application/json\u0000'],
  ] as const)('cannot be set with characters in %s that no header can carry', async ([name, value]) => {
    await using airlock = await startAirlock();
    const { status, json } = await postState(airlock, {
      state: 'the same request has been answered before',
      params: { ...params, [name]: value },
    });
    expect([status, json.error.code]).toEqual([400, 'BAD_PARAMS']);
    expect(json.error.message).toContain(name);
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

/** What is in the customer's bucket. */
function openResults(airlock: Airlock) {
  const { awsUrl: endpoint, region, credentials, resultsBucket } = airlock;
  const client = new S3Client({ endpoint, region, credentials: credentials['customer-admin'], forcePathStyle: true });
  return {
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: resultsBucket ?? '' }));
      return Contents.map(({ Key }) => Key);
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
    },
  };
}

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

  it('while a request is held back forgets it, in objects that are kept, too', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'airlock-states-'));
    const options = { dataDir: directory.path };
    {
      await using airlock = await startAirlock(options);
      await setUp(airlock, 'the same request is being worked on', params);
    }
    await using again = await startAirlock(options);
    await using bucket = openResults(again);
    expect(await bucket.keys()).toEqual([]);
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
