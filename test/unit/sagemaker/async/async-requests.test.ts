import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { Model, ModelRequest } from '../../../../emulator/model/model.ts';
import { asResponse } from '../../../../emulator/model/whole-body.ts';
import { openQueueDirectory } from '../../../../emulator/queue-directory.ts';
import { createAsyncRequests } from '../../../../emulator/sagemaker/async/async-requests.ts';
import { parseQueuedRequest, type QueuedRequest, type RequestStep } from '../../../../emulator/sagemaker/async/queued-request.ts';
import { endpoint } from '../sagemaker-fixture.ts';
import { type MemoryStorage, memoryStorage } from './memory-storage.ts';

const log = pino({ level: 'silent' });
const asyncInference = { outputPath: 's3://b/out', failurePath: null, kmsKeyId: null, notification: null, maxConcurrentInvocations: 1 };

const accepted: Omit<QueuedRequest, 'traceId' | 'acceptedAtMs' | 'step'> = {
  ...{ endpointArn: endpoint.arn, requestId: 'r', headers: {}, input: null },
  ...{ output: { bucket: 'b', key: 'out/1' }, failure: { bucket: 'b', key: 'failed/1' }, ttlMs: 60_000, timeoutMs: 1_000 },
};

const call = { body: Buffer.from('x'), traceHeader: undefined };

interface Fixture {
  readonly storage?: MemoryStorage;
  readonly state?: Model['state'];
}

async function openFixture({ storage = memoryStorage(), state = 'inService' }: Fixture = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-async-unit-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const queueDirectory = join(directory, 'queue');
  const queue = await openQueueDirectory({ directory: queueDirectory, entriesMax: 2, parse: parseQueuedRequest, log });
  const invoked: ModelRequest[] = [];
  const time = { nowMs: 1_000_000 };
  const model = {
    ...{ sealed: false, description: 'a model of this test', state, close: async () => {} },
    standIn: { contract: 'c', states: new Set<string>(), example: null },
    request: () => Promise.reject(new Error('it is opened')),
    open: async (request: ModelRequest) => {
      invoked.push(request);
      return asResponse({ status: 200, headers: {}, body: Buffer.from('answer') });
    },
  };
  const requests = createAsyncRequests({
    queue,
    endpoints: [{ ...endpoint, asyncInference }],
    modelFor: () => model,
    sessions: { storageFor: async () => storage },
    ...{ answerDirectory: directory, region: 'us-east-1', clock: { now: () => time.nowMs }, log },
    traces: { traceIdOf: () => 't', beginSpan: () => ({ annotate() {}, end() {} }) },
  });
  onTestFinished(() => requests.close());
  const left = () => readdirSync(queueDirectory).filter((name) => name.endsWith('.json'));
  return { queue, requests, storage, invoked, time, model, left };
}

async function takeUp(step: RequestStep, storage = memoryStorage()) {
  const fixture = await openFixture({ storage });
  fixture.queue.add('one', { ...accepted, traceId: 't', acceptedAtMs: fixture.time.nowMs, step }, Buffer.from('input'));
  fixture.requests.begin();
  await expect.poll(fixture.left).toEqual([]);
  return fixture;
}

test('a request whose time in the queue is over fails, and the container never hears of it', async () => {
  const { requests, storage, invoked, time, model, left } = await openFixture({ state: 'starting' });
  requests.begin();
  expect(requests.add(accepted, call)).toBe('accepted');
  time.nowMs += 60_000;
  expect(left()).toHaveLength(1);
  time.nowMs += 1;
  await expect.poll(left).toEqual([]);
  model.state = 'inService';
  expect(storage.objects.get('failed/1')?.toString()).toBe('The request expired: it was in the queue for longer than 60 seconds.');
  expect([storage.puts, invoked]).toEqual([['failed/1'], []]);
});

test('a full queue takes no more; what came before the begin is run after it, in order', async () => {
  const { requests, storage, left } = await openFixture();
  const to = (key: string) => ({ ...accepted, output: { bucket: 'b', key } });
  const answers = ['1', '2', '3'].map((key) => requests.add(to(key), call));
  expect(answers).toEqual(['accepted', 'accepted', 'full']);
  requests.begin();
  await expect.poll(left).toEqual([]);
  expect(storage.puts).toEqual(['1', '2']);
  await requests.close();
  expect(requests.add(to('4'), call)).toBe('closed');
});

test('a request that the container may have had is run again', async () => {
  const { invoked, storage } = await takeUp({ kind: 'running' });
  expect([invoked.length, storage.puts]).toEqual([1, ['out/1']]);
});

test('a request whose output was there when its process ended is done', async () => {
  const storage = memoryStorage();
  storage.objects.set('out/1', Buffer.from('written'));
  const { invoked } = await takeUp({ kind: 'writing', etagBefore: null, isSeen: true }, storage);
  expect([invoked, storage.puts]).toEqual([[], []]);
});

test.each([
  ['no output is there', null, { etagBefore: null, isSeen: true }],
  ['the output there is of an earlier request', 'old', { etagBefore: '149603e6c03516362a8da23f624db945', isSeen: true }],
  ['the role may not look', 'old', { etagBefore: null, isSeen: false }],
])('a request that was about to write is run again where %s', async (_what, there, step) => {
  const storage = memoryStorage();
  if (there !== null) storage.objects.set('out/1', Buffer.from(there));
  const { invoked } = await takeUp({ kind: 'writing', ...step }, storage);
  expect(invoked).toHaveLength(1);
  expect(storage.objects.get('out/1')?.toString()).toBe('answer');
});

test('a request that had failed gets its failure object, and is not run again', async () => {
  const { invoked, storage } = await takeUp({ kind: 'failing', message: 'why' });
  expect(storage.objects.get('failed/1')?.toString()).toBe('why');
  expect([invoked, storage.puts]).toEqual([[], ['failed/1']]);
});
