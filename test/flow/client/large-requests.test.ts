import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { RequestStatus } from '../../../contracts/client/identity-client.ts';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { countSpans } from '../application.ts';
import { setUp, tearDown } from '../provider-states/set-state.ts';
import { changeSubscription, clientFor, countResults, s3Of } from './client-for-test.ts';
import { answer, passOn, startScriptedServer } from './scripted-server.ts';

const lines = (count: number) =>
  Array.from({ length: count }, (_each, index) => `{"id":"c-${index}","email":"sample${index}@example.com"}\n`).join('');

/** As the customer's own pipelines do. */
async function putInput(airlock: Airlock, name: string, body: string): Promise<string> {
  using s3 = s3Of(airlock, 'customer-admin');
  const place = { Bucket: airlock.resultsBucket ?? '', Key: `inputs/${name}` };
  await s3.client.send(new PutObjectCommand({ ...place, Body: body }));
  return `s3://${place.Bucket}/${place.Key}`;
}

async function readResult(airlock: Airlock, place: { bucket: string; key: string }): Promise<string> {
  using s3 = s3Of(airlock, 'customer-app');
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: place.bucket, Key: place.key }));
  return (await Body?.transformToString()) ?? '';
}

describe('records at a location', () => {
  it('are submitted, waited for, and their result is read', async () => {
    await using airlock = await startAirlock();
    const { client, count } = clientFor(airlock);
    const inputLocation = await putInput(airlock, 'records.jsonl', lines(2_500));
    const submitted = await client.submitRequest({ inputLocation });
    expect(submitted).toEqual({ requestId: expect.stringMatching(/^[0-9a-f]{64}$/), state: 'QUEUED' });
    const told: RequestStatus[] = [];
    const finished = await client.waitForRequest(submitted.requestId, { onProgress: (status) => told.push(status) });
    expect(finished).toMatchObject({ state: 'SUCCEEDED', recordsDone: 2_500, requestId: submitted.requestId });
    if (finished.state !== 'SUCCEEDED') throw new Error('unreachable');
    expect(finished.result).toMatchObject({ bucket: airlock.resultsBucket, records: 2_500 });
    const results = (await readResult(airlock, finished.result)).trimEnd().split('\n');
    expect(results.map((line) => JSON.parse(line).id)).toEqual(Array.from({ length: 2_500 }, (_each, index) => `c-${index}`));
    expect(told.at(-1)).toEqual(finished);
    expect(await client.getRequest(submitted.requestId)).toEqual(finished);
    expect(count('/init')).toBe(1);
  });

  it('with a mistake in them fail, and the wait for them does not', async () => {
    await using airlock = await startAirlock();
    const { client } = clientFor(airlock);
    const inputLocation = await putInput(airlock, 'records.jsonl', '{"id":"c-0001"}\n{"id":\n');
    const { requestId } = await client.submitRequest({ inputLocation });
    const finished = await client.waitForRequest(requestId, { timeoutMs: 30_000 });
    expect(finished).toMatchObject({ state: 'FAILED', error: { code: 'INVALID_JSON_LINE', message: expect.stringMatching(/2\.$/) } });
  });

  it('are worked on once, though the answer was lost and the call repeated', async () => {
    await using airlock = await startAirlock();
    const apiUrl = airlock.apiUrl ?? '';
    await using front = await startScriptedServer(({ path }, attempt) =>
      path.endsWith('/request') && attempt === 1 ? passOn(apiUrl, (response) => response.destroy()) : passOn(apiUrl),
    );
    const { client } = clientFor(airlock, { apiUrl: front.apiUrl });
    const inputLocation = await putInput(airlock, 'records.csv', 'id,email\nc-0001,lena.sample0001@example.com\n');
    const { requestId } = await client.submitRequest({ inputLocation });
    const keys = front.at('/request').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]]);
    expect(await client.waitForRequest(requestId)).toMatchObject({ state: 'SUCCEEDED', result: { records: 1 } });
    expect([await countResults(airlock), countSpans(airlock, 'aws.sagemaker')]).toEqual([1, 1]);
  });

  it.each([
    ['another bucket', 's3://another-bucket/inputs/records.jsonl', 'INVALID_INPUT_LOCATION'],
    ['nothing there', null, 'INPUT_NOT_FOUND'],
  ])('that are not there (%s) are refused at once', async (_name, location, code) => {
    await using airlock = await startAirlock();
    const { client, count } = clientFor(airlock);
    const inputLocation = location ?? `s3://${airlock.resultsBucket}/inputs/nothing.jsonl`;
    await expect(client.submitRequest({ inputLocation })).rejects.toMatchObject({ status: 400, code, retryable: false });
    expect(count('/request')).toBe(1);
  });

  it('under the key of other records are refused', async () => {
    await using airlock = await startAirlock();
    const { client } = clientFor(airlock);
    const options = { idempotencyKey: 'order-1' };
    await client.request({ records: [{ id: 'c-0001' }] }, options);
    const inputLocation = await putInput(airlock, 'records.jsonl', lines(1));
    await expect(client.submitRequest({ inputLocation }, options)).rejects.toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
  });
});

describe('a wait', () => {
  it('goes on with a new token when the old one ends meanwhile', async () => {
    await using airlock = await startAirlock();
    const state = 'a submitted request is being worked on';
    const { requestId = '' } = await setUp(airlock, state);
    // The client's clock stands still: it can't know that the token has ended.
    const startedAtMs = Date.now();
    const { client, count } = clientFor(airlock, { now: () => startedAtMs, wait: (ms) => new Promise((go) => setTimeout(go, ms / 10)) });
    await changeSubscription(airlock, { endsAt: new Date(Date.now() + 6_000).toISOString() });
    await client.init();
    await changeSubscription(airlock, {});
    const controller = new AbortController();
    const seen: string[] = [];
    const waiting = client.waitForRequest(requestId, {
      signal: controller.signal,
      onProgress: ({ state }) => {
        seen.push(state);
        if (count('/init') === 2) controller.abort(new Error('seen enough'));
      },
    });
    await expect(waiting).rejects.toThrow('seen enough');
    expect(count('/init')).toBe(2);
    expect(new Set(seen)).toEqual(new Set(['RUNNING']));
    await tearDown(airlock, state);
  });

  it('ends when its time is over, while the work goes on', async () => {
    await using airlock = await startAirlock();
    const { requestId = '' } = await setUp(airlock, 'a submitted request waits for the worker');
    const { client } = clientFor(airlock);
    await expect(client.waitForRequest(requestId, { timeoutMs: 500 })).rejects.toMatchObject({
      name: 'IdentityNetworkError',
      code: 'WAIT_TIMED_OUT',
      message: 'GET /request/{requestId}: the request was not finished in time; the work on it goes on.',
    });
    expect(await client.getRequest(requestId)).toMatchObject({ state: 'QUEUED' });
  });

  it('for what nobody has sent ends at once', async () => {
    await using airlock = await startAirlock();
    const { client, calls } = clientFor(airlock);
    const requestId = '41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9';
    await expect(client.waitForRequest(requestId)).rejects.toMatchObject({ status: 404, code: 'REQUEST_NOT_FOUND', retryable: false });
    expect(calls).toEqual(['/v1/init', `/v1/request/${requestId}`]);
  });

  it('bears an API that fails for a moment, and waits as it asks', async () => {
    const status = { requestId: 'r-1', recordsDone: 1, createdAt: '2026-11-22T12:15:00Z', updatedAt: '2026-11-22T12:15:00Z' };
    const result = { bucket: 'b', key: 'k', contentType: 'text/csv', bytes: 1, records: 1 };
    const unavailable = answer(503, { error: { code: 'STATE_UNAVAILABLE', message: 'x' } }, { 'retry-after': '2' });
    const turns = [
      unavailable,
      answer(200, { ...status, state: 'RUNNING' }, { 'retry-after': '3' }),
      unavailable,
      answer(200, { ...status, state: 'SUCCEEDED', result }),
    ];
    const issued = answer(200, { token: 'a.b.c', tokenType: 'Bearer', expiresAt: new Date(Date.now() + 900_000).toISOString() });
    await using server = await startScriptedServer(({ path }, count) =>
      path.endsWith('/init') ? issued : (turns[count - 1] ?? answer(500, '')),
    );
    const waitsMs: number[] = [];
    await using airlock = await startAirlock();
    const { client } = clientFor(airlock, {
      apiUrl: server.apiUrl,
      random: () => 0,
      wait: async (ms) => {
        waitsMs.push(ms);
      },
    });
    expect(await client.waitForRequest('r-1')).toEqual({ ...status, state: 'SUCCEEDED', result });
    expect(waitsMs).toEqual([2_100, 3_100, 2_100]);
    const looks = server.at('/request/r-1');
    expect(looks.length).toBe(4);
    expect(looks[0]).toMatchObject({ method: 'GET', body: '', headers: { authorization: 'Bearer a.b.c' } });
    expect(looks[0]?.headers['content-type']).toBeUndefined();
  });
});
