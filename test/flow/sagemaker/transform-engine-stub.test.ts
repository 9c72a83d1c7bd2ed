// A batch transform job with the model that Airlock runs itself: a container of its own, and the very bytes that it answers when it is asked directly.
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { systemClock } from '../../../emulator/clock.ts';
import type { Model, ModelRequest } from '../../../emulator/model/model.ts';
import { startProcessModel } from '../../../emulator/model/process-model.ts';
import type { ModelOptions } from '../../../emulator/model/start-model.ts';
import { startTransformModel } from '../../../emulator/sagemaker/transform/transform-model.ts';
import { createTransformBench } from './transform-container.ts';

const log = pino({ level: 'silent' });
const signal = new AbortController().signal;
const model = { environment: {}, networkIsolation: true, startupTimeoutSeconds: null };
const options: ModelOptions = {
  ...{ model: 'process', image: null, modelDirectory: null, memoryBytes: null, cpus: null, startupTimeoutMs: null, relayImage: '' },
};
const common = { model, activeStates: new Set<string>(), clock: systemClock, log, signal };

async function ask(contentType: string, body: Buffer): Promise<Buffer> {
  const stub = await startProcessModel({ environment: {}, log });
  try {
    const headers = { 'content-type': contentType };
    const answer = await stub.request({ method: 'POST', path: '/invocations', headers, body, timeoutMs: 30_000 });
    expect(answer.status).toBe(200);
    return answer.body;
  } finally {
    await stub.close();
  }
}

/** The samples five times, with a member that no model looks at: 5,000 records in some 2.4 MB. */
async function manyLines(): Promise<Buffer> {
  const samples = await readFile('model-stub/samples/people.jsonl', 'utf8');
  const padded = samples.replaceAll('}\n', `,"note":"${'x'.repeat(400)}"}\n`);
  return Buffer.from(padded.repeat(5));
}

test('5,000 records come out as the model answers them, byte for byte', async () => {
  await using bench = await createTransformBench();
  const body = await manyLines();
  await bench.put('in/people.jsonl', body);
  const startModel = (environment: Record<string, string>) => startTransformModel(environment, { ...common, options, running: null });
  expect(await bench.run({ maxPayloadInMB: 1, parts: { startModel } })).toMatchObject({
    kind: 'completed',
    progress: { records: 5_000, requests: 3 },
  });
  expect(await bench.get('out/people.jsonl.out')).toBe((await ask('application/jsonlines', body)).toString());
  expect(bench.lines.map(({ msg }) => msg)).toContain('MaxConcurrentTransforms=4, MaxPayloadInMB=1, BatchStrategy=MULTI_RECORD');
});

test('CSV whose header is in the object comes out whole where it fits into one request, and fails where it does not', async () => {
  await using bench = await createTransformBench();
  const samples = await readFile('model-stub/samples/people.csv');
  await bench.put('in/people.csv', samples);
  const startModel = (environment: Record<string, string>) => startTransformModel(environment, { ...common, options, running: null });
  const csv = { input: { contentType: 'text/csv' }, parts: { startModel } };
  expect(await bench.run(csv)).toMatchObject({ kind: 'completed', progress: { requests: 1 } });
  expect(await bench.get('out/people.csv.out')).toBe((await ask('text/csv', samples)).toString());
  // A line alone has no header: that is the format's, as on AWS.
  expect(await bench.run({ ...csv, batchStrategy: 'SingleRecord' })).toMatchObject({
    kind: 'failed',
    failedInputs: [{ key: 'in/people.csv', reason: 'ClientError: 400' }],
  });
});

test("a container of its own has the variables of the model and of the job, is sealed as the endpoint's, and ends with the job", async () => {
  const ofModel = { ...model, environment: { MODEL_STUB_LATENCY_MS: '1', LEVEL: 'model' } };
  const environment = { LEVEL: 'job', SAGEMAKER_BATCH: 'true' };
  const started = await startTransformModel(environment, { ...common, model: ofModel, options, running: null });
  const endpoint = await startProcessModel({ environment: {}, log });
  try {
    expect(started.sealed).toBe(endpoint.sealed);
    expect(started.state).toBe('inService');
  } finally {
    await Promise.all([started.close(), endpoint.close()]);
  }
  expect(started.state).toBe('stopped');
});

test('a model that runs elsewhere is used as it runs, stays, and the log says that it does not get the environment', async () => {
  const requests: ModelRequest[] = [];
  let closed = 0;
  const running: Model = {
    ...{ sealed: true, description: 'runs elsewhere', state: 'inService' },
    async request(request) {
      requests.push(request);
      return { status: 404, headers: {}, body: Buffer.alloc(0) };
    },
    open: () => Promise.reject(new Error('nothing is invoked')),
    async close() {
      closed += 1;
    },
  };
  const lines: string[] = [];
  const heard = pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(line) });
  const given = { ...common, options: { ...options, model: 'http://127.0.0.1:8080' }, log: heard, running };
  const used = await startTransformModel({ SAGEMAKER_BATCH: 'true', LEVEL: 'debug' }, given);
  expect(await used.request({ method: 'GET', path: '/execution-parameters', headers: {}, timeoutMs: 100 })).toMatchObject({ status: 404 });
  expect(used).toMatchObject({ sealed: true, description: 'runs elsewhere', state: 'inService' });
  await used.close();
  expect(requests).toHaveLength(1);
  expect(closed).toBe(0);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 40,
    msg: "the job uses the model that runs already: it does not get the job's environment (SAGEMAKER_BATCH, LEVEL)",
  });
});
