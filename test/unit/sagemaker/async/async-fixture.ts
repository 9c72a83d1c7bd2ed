// The queue of asynchronous requests on a real directory, with a model and an S3 of this process.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type Model, ModelFailure, type ModelRequest } from '../../../../emulator/model/model.ts';
import { asResponse } from '../../../../emulator/model/whole-body.ts';
import { openQueueDirectory } from '../../../../emulator/queue-directory.ts';
import { createAsyncRequests } from '../../../../emulator/sagemaker/async/async-requests.ts';
import { parseQueuedRequest, type QueuedRequest } from '../../../../emulator/sagemaker/async/queued-request.ts';
import { RoleNotAssumedError } from '../../../../emulator/sagemaker/platform-sessions.ts';
import { endpoint } from '../sagemaker-fixture.ts';
import { type MemoryStorage, memoryStorage } from './memory-storage.ts';

const asyncInference = { outputPath: 's3://b/out', failurePath: null, kmsKeyId: null, notification: null, maxConcurrentInvocations: 1 };

export const accepted: Omit<QueuedRequest, 'traceId' | 'acceptedAtMs' | 'step'> = {
  ...{ endpointArn: endpoint.arn, requestId: 'r', headers: {}, input: null },
  ...{ output: { bucket: 'b', key: 'out/1' }, failure: { bucket: 'b', key: 'failed/1' }, ttlMs: 60_000, timeoutMs: 1_000 },
};

export const call = { body: Buffer.from('x'), traceHeader: undefined };

interface Fixture {
  readonly storage?: MemoryStorage;
  readonly state?: Model['state'];
  /** Of a clock that the test moves; absent: the real one. */
  readonly nowMs?: number | null;
  /** Of an earlier fixture; absent: a new one. */
  readonly directory?: string;
  /** What the model does before it answers. */
  readonly beforeAnswer?: () => Promise<void> | void;
  readonly headers?: Readonly<Record<string, string>>;
  readonly hasRole?: boolean;
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-async-unit-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export async function openFixture(options: Fixture = {}) {
  const { storage = memoryStorage(), state = 'inService', nowMs = 1_000_000, headers = {}, hasRole = true } = options;
  const directory = options.directory ?? temporaryDirectory();
  const logged: Readonly<Record<string, unknown>>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const queueDirectory = join(directory, 'queue');
  const queue = await openQueueDirectory({ directory: queueDirectory, entriesMax: 2, parse: parseQueuedRequest, listsTorn: true, log });
  const invoked: ModelRequest[] = [];
  const asked = { forStorage: 0 };
  const time = { nowMs: nowMs ?? 0 };
  const model = {
    ...{ sealed: false, description: 'a model of this test', state, close: async () => {} },
    standIn: { contract: 'c', states: new Set<string>(), example: null },
    request: () => Promise.reject(new Error('it is opened')),
    open: async (request: ModelRequest) => {
      invoked.push(request);
      const { body = Buffer.alloc(0), signal } = request;
      try {
        if (!Buffer.isBuffer(body)) await buffer(body.open());
      } catch (cause) {
        throw new ModelFailure('bodyBroken', 'It broke.', { cause });
      }
      await options.beforeAnswer?.();
      if (signal?.aborted) throw new ModelFailure('aborted', 'Airlock closes.');
      return asResponse({ status: 200, headers, body: Buffer.from('answer') });
    },
  };
  const requests = createAsyncRequests({
    queue,
    endpoints: [{ ...endpoint, asyncInference }],
    modelFor: () => model,
    sessions: {
      storageFor: async () => {
        asked.forStorage += 1;
        if (!hasRole) throw new RoleNotAssumedError('no role');
        return storage;
      },
    },
    ...{ answerDirectory: directory, region: 'us-east-1', clock: { now: () => (nowMs === null ? Date.now() : time.nowMs) }, log },
    traces: { traceIdOf: () => 't', beginSpan: () => ({ annotate() {}, end() {} }) },
  });
  onTestFinished(() => requests.close());
  const left = () => readdirSync(queueDirectory).filter((name) => name.endsWith('.json'));
  return { directory, queueDirectory, queue, requests, storage, invoked, asked, time, model, left, logged };
}
