import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestState } from '../../../lambdas/large-request/request-state.ts';
import { findInput } from '../../../lambdas/request/find-input.ts';
import { MemoryObjects } from './memory-objects.ts';
import { body, deployment, now } from './request-deployment.ts';

const location = 's3://results-bucket/inputs/a.csv';
const invocationId = '00000000-0000-4000-8000-000000000001';
const hashOf = (key: string) => createHash('sha256').update(`222222222222\n${key}`).digest('hex');
const leaseMs = 28_000 + 10_000;

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

/** A deployment with an input in its bucket. */
async function world() {
  const deployed = deployment();
  await deployed.objects.putNew({ key: 'inputs/a.csv', body: 'id\n1\n', contentType: 'text/csv' });
  deployed.objects.operations.length = 0;
  const send = (inputLocation = location) => deployed.call({ body: JSON.stringify({ inputLocation }), invocationId });
  const keyed = (inputLocation = location, remainingMs?: number) =>
    deployed.keyed('order-1', { body: JSON.stringify({ inputLocation }) }, remainingMs);
  const readState = (id: string): RequestState => JSON.parse(String(deployed.objects.stored.get(`requests/${id}.json`)?.body));
  const changeState = async (id: string, change: Partial<RequestState>) => {
    const key = `requests/${id}.json`;
    const etag = deployed.objects.stored.get(key)?.etag ?? '';
    await deployed.objects.replace({ key, body: JSON.stringify({ ...readState(id), ...change }), contentType: 'application/json' }, etag);
  };
  const look = async (requestId: string, authorizer?: Record<string, unknown>) =>
    deployed.call({ httpMethod: 'GET', body: null, pathParameters: { requestId }, ...(authorizer && { authorizer }) });
  return Object.assign(deployed, { send, sendKeyed: keyed, readState, changeState, look });
}

describe('a request whose records are in the bucket', () => {
  it('is written down before the worker is told, and its name is the id of the invocation', async () => {
    const { queue: _, ...deployed } = await world();
    const { send, readState, worker, invoked } = deployed;
    const answer = await send();
    expect([answer.statusCode, answer.headers?.Location, answer.json]).toEqual([
      202,
      `/v1/request/${invocationId}`,
      { requestId: invocationId, state: 'QUEUED' },
    ]);
    expect(readState(invocationId)).toEqual({
      ...{ requestId: invocationId, subject: '222222222222', progress: 'QUEUED', recordsDone: 0, holder: null, attemptsWithoutProgress: 0 },
      requestHash: createHash('sha256').update(`inputLocation\n${location}`).digest('hex'),
      input: { key: 'inputs/a.csv', etag: '"1"', bytes: 5, mediaType: 'text/csv' },
      ...{ createdAt: '2026-11-22T12:00:00.000Z', updatedAt: '2026-11-22T12:00:00.000Z' },
      ...{ parts: [], cutToTheEnd: false, uploadId: null, assembly: null, result: null, error: null },
    });
    expect([worker, invoked]).toEqual([[{ FunctionName: 'worker', InvocationType: 'Event', requestId: invocationId }], []]);
  });

  it('tells the worker only of what is written down', async () => {
    const deployed = await world();
    deployed.objects.fault = (operation) => (operation === 'putNew' ? 'fails' : null);
    expect((await deployed.send()).statusCode).toBe(503);
    expect((await deployed.sendKeyed()).statusCode).toBe(503);
    expect(deployed.worker).toEqual([]);
  });

  it('goes on where the answer to its first write was lost', async () => {
    const deployed = await world();
    deployed.objects.fault = (operation, key) => (operation === 'putNew' && key.startsWith('requests/') ? 'lost-answer' : null);
    expect((await deployed.send()).statusCode).toBe(202);
    expect(deployed.worker).toHaveLength(1);
  });

  it('has failed where the worker cannot be told, so that nobody waits for it', async () => {
    const deployed = await world();
    deployed.queue = () => Promise.reject(new Error('canary TooManyRequestsException'));
    const answer = await deployed.send();
    expect([answer.statusCode, answer.json.error.code, answer.headers?.['Retry-After']]).toEqual([503, 'WORKER_UNAVAILABLE', '2']);
    expect(answer.body).not.toContain('canary');
    const { json: view } = await deployed.look(invocationId);
    expect([view.state, view.error]).toEqual(['FAILED', { code: 'WORKER_UNAVAILABLE', message: 'The work could not be begun.' }]);
  });

  it('has not failed where the worker was told after all and is at it', async () => {
    const deployed = await world();
    deployed.queue = async () => {
      await deployed.changeState(invocationId, { progress: 'RUNNING' });
      throw new Error('the answer was lost');
    };
    expect((await deployed.send()).statusCode).toBe(503);
    expect(deployed.readState(invocationId).progress).toBe('RUNNING');
  });

  it.each([
    [5 * 1024 ** 3, null],
    [5 * 1024 ** 3 + 1, 'INPUT_TOO_LARGE'],
    [0, 'EMPTY_INPUT'],
  ])('of %i bytes is refused with %s', async (bytes, code) => {
    const objects = new MemoryObjects();
    objects.head = async () => ({ etag: '"1"', contentType: 'text/csv', bytes, metadata: {} });
    const finding = findInput(objects, location, 1_000);
    if (code === null) await expect(finding).resolves.toMatchObject({ bytes });
    else await expect(finding).rejects.toMatchObject({ code });
  });
});

describe('its Idempotency-Key', () => {
  it('is its name, and within the lease a repetition tells the worker nothing', async () => {
    const deployed = await world();
    const first = await deployed.sendKeyed();
    deployed.now += leaseMs - 1;
    const second = await deployed.sendKeyed();
    expect([first.statusCode, first.json]).toEqual([202, { requestId: hashOf('order-1'), state: 'QUEUED' }]);
    expect([second.statusCode, second.json]).toEqual([202, first.json]);
    expect(deployed.worker).toHaveLength(1);
  });

  it('tells the worker again where nobody has begun when the lease is over: once', async () => {
    const deployed = await world();
    await deployed.sendKeyed();
    deployed.now += leaseMs + 1;
    const answers = await Promise.all(Array.from({ length: 20 }, () => deployed.sendKeyed()));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([202]));
    expect(deployed.worker).toHaveLength(2);
  });

  const begun: readonly Partial<RequestState>[] = [
    { holder: { invocationId: 'x', leaseEndsAt: '2026-11-22T12:15:00.000Z' } },
    { progress: 'RUNNING', holder: { invocationId: 'x', leaseEndsAt: '2026-11-22T12:15:00.000Z' } },
    { progress: 'SUCCEEDED' },
    { progress: 'FAILED' },
  ];
  it.each(begun)('tells the worker nothing more where the state has %j', async (change) => {
    const deployed = await world();
    await deployed.sendKeyed();
    await deployed.changeState(hashOf('order-1'), change);
    deployed.now += leaseMs + 1;
    const again = await deployed.sendKeyed();
    expect([again.statusCode, again.json.state]).toEqual([202, change.progress ?? 'QUEUED']);
    expect(deployed.worker).toHaveLength(1);
  });

  it.each([null, { invocationId: 'x', leaseEndsAt: '2026-11-22T12:00:01.000Z' }])(
    'tells the worker again where one had begun and nobody is at it any more: %j',
    async (holder) => {
      const deployed = await world();
      await deployed.sendKeyed();
      await deployed.changeState(hashOf('order-1'), { progress: 'RUNNING', holder });
      deployed.now += leaseMs + 1;
      expect((await deployed.sendKeyed()).json.state).toBe('RUNNING');
      expect(deployed.worker).toHaveLength(2);
    },
  );

  it('tells the worker nothing where one has begun while the claim was taken over', async () => {
    const deployed = await world();
    const { objects } = deployed;
    await deployed.sendKeyed();
    deployed.now += leaseMs + 1;
    objects.fault = (operation, key) => {
      const state = objects.stored.get(`requests/${hashOf('order-1')}.json`);
      const holder = { invocationId: 'x', leaseEndsAt: '2999-01-01T00:00:00.000Z' };
      const begun = JSON.stringify({ ...deployed.readState(hashOf('order-1')), progress: 'RUNNING', holder });
      if (operation === 'replace' && key.startsWith('claims/') && state) objects.stored.set(state.key, { ...state, body: begun });
      return null;
    };
    expect((await deployed.sendKeyed()).json.state).toBe('RUNNING');
    expect(deployed.worker).toHaveLength(1);
  });

  it('makes of two hundred calls at the same moment one state and one event', async () => {
    const deployed = await world();
    const answers = await Promise.all(Array.from({ length: 200 }, () => deployed.sendKeyed()));
    expect(new Set(answers.map(({ statusCode, body: text }) => `${statusCode} ${text}`)).size).toBe(1);
    expect(deployed.worker).toHaveLength(1);
    expect([...deployed.objects.stored.keys()].filter((key) => key.startsWith('requests/'))).toHaveLength(1);
  });

  it('is free at once after the worker could not be told, and the state waits for the next call', async () => {
    const deployed = await world();
    deployed.queue = () => Promise.reject(new Error('TimeoutError'));
    expect((await deployed.sendKeyed()).json.error.code).toBe('WORKER_UNAVAILABLE');
    expect(deployed.readState(hashOf('order-1'))).toMatchObject({ progress: 'QUEUED', error: null });
    deployed.queue = async () => {};
    expect((await deployed.sendKeyed()).statusCode).toBe(202);
    expect([deployed.worker.length, deployed.now]).toEqual([1, now]);
  });

  it('whose holder vanished before it wrote the state is taken over when the lease has ended, not before', async () => {
    const deployed = await world();
    const { objects } = deployed;
    const putNew = objects.putNew.bind(objects);
    objects.putNew = (object) => (object.key.startsWith('requests/') ? new Promise(() => {}) : putNew(object));
    void deployed.sendKeyed();
    await vi.waitFor(() => expect([...objects.stored.keys()]).toContain(`claims/${hashOf('order-1')}.json`));
    objects.putNew = putNew;
    expect((await deployed.sendKeyed(location, 5_000)).json.error.code).toBe('REQUEST_IN_PROGRESS');
    deployed.now = now + leaseMs + 1;
    expect((await deployed.sendKeyed()).statusCode).toBe(202);
    expect(deployed.worker).toHaveLength(1);
  });

  it('is refused with another location, and with records, also where only the claim or only the state is left', async () => {
    for (const forget of ['', 'claims/', 'requests/']) {
      const deployed = await world();
      await deployed.objects.putNew({ key: 'inputs/b.csv', body: 'id\n1\n', contentType: 'text/csv' });
      await deployed.sendKeyed();
      for (const key of deployed.objects.stored.keys()) if (forget !== '' && key.startsWith(forget)) deployed.objects.stored.delete(key);
      const other = await deployed.sendKeyed('s3://results-bucket/inputs/b.csv');
      expect([other.statusCode, other.json.error.code], forget).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
      expect(deployed.worker).toHaveLength(1);
    }
    const deployed = await world();
    await deployed.sendKeyed();
    expect((await deployed.keyed('order-1', { body })).json.error.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(deployed.invoked).toEqual([]);
  });

  it('is not bound by a location with a mistake in it', async () => {
    const deployed = await world();
    expect((await deployed.sendKeyed('s3://results-bucket/inputs/none.csv')).json.error.code).toBe('INPUT_NOT_FOUND');
    expect((await deployed.sendKeyed()).statusCode).toBe(202);
  });
});

describe('what it has come to', () => {
  const result = { key: 'results/x', contentType: 'text/csv', bytes: 7, records: 1 };
  const error = { code: 'WORKER_FAILED', message: 'text' };

  it('is told with the result or the error that belongs to it, and nothing else of the state', async () => {
    const deployed = await world();
    await deployed.send();
    const common = { requestId: invocationId, createdAt: '2026-11-22T12:00:00.000Z', updatedAt: '2026-11-22T12:00:00.000Z' };
    const rows: readonly (readonly [change: Partial<RequestState>, rest: Record<string, unknown>])[] = [
      [
        { result, error },
        { state: 'QUEUED', recordsDone: 0 },
      ],
      [
        { progress: 'RUNNING', recordsDone: 7 },
        { state: 'RUNNING', recordsDone: 7 },
      ],
      [{ progress: 'SUCCEEDED' }, { state: 'SUCCEEDED', recordsDone: 7, result: { bucket: 'results-bucket', ...result } }],
      [{ progress: 'FAILED' }, { state: 'FAILED', recordsDone: 7, error }],
    ];
    for (const [change, rest] of rows) {
      await deployed.changeState(invocationId, change);
      const { statusCode, json } = await deployed.look(invocationId);
      expect([statusCode, json]).toEqual([200, { ...common, ...rest }]);
    }
  });

  it('is not told to another subject, and an id that is none is never looked for', async () => {
    const deployed = await world();
    await deployed.send();
    await deployed.changeState(invocationId, { subject: '333333333333' });
    expect((await deployed.look(invocationId)).json.error.code).toBe('REQUEST_NOT_FOUND');
    deployed.objects.operations.length = 0;
    for (const id of ['', 'x', '../claims/x', 'A'.repeat(64), `${invocationId}\n`, `${invocationId}.json`])
      expect((await deployed.look(id)).statusCode, id).toBe(404);
    expect(deployed.objects.operations).toEqual([]);
  });

  it('is told to nobody whose token has expired', async () => {
    const deployed = await world();
    await deployed.send();
    const answer = await deployed.look(invocationId, { subject: '222222222222', tokenExpiresAt: String(now / 1_000) });
    expect([answer.statusCode, answer.json.error.code]).toEqual([401, 'TOKEN_EXPIRED']);
  });
});
