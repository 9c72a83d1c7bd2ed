import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import type { ReadyInfo } from '../../../emulator/start.ts';
import { required } from '../../required.ts';
import { runAirlock } from '../run-airlock.ts';
import { startAsyncAirlock } from './async-airlock.ts';
import { asyncClient, soon } from './async-client.ts';
import { type AsyncModelServer, startAsyncModelServer } from './async-model-server.ts';
import { asyncTemplate, bucket, outputConfig } from './async-template.ts';

const megabyte = 1024 * 1024;
const config = `{ OutputConfig: { ${outputConfig} }, ClientConfig: { MaxConcurrentInvocationsPerInstance: 2 } }`;
const template = asyncTemplate({ config });

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-async-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const queued = (dataDir: string) => readdirSync(join(dataDir, 'sagemaker', 'async')).filter((name) => !name.startsWith('lock'));
const entries = (dataDir: string) => queued(dataDir).filter((name) => name.endsWith('.json'));

/** `airlock up` as a process of its own, when it is ready. */
async function startProcess(model: AsyncModelServer, dataDir: string) {
  const directory = temporaryDirectory();
  const [templateFile, readyFile] = [join(directory, 'template.yaml'), join(directory, 'ready.json')];
  writeFileSync(templateFile, template.text);
  const ports = ['--port', '0', '--aws-port', '0', '--control-port', '0'];
  const files = ['--template', templateFile, '--data-dir', dataDir, '--ready-file', readyFile];
  const running = runAirlock(['up', ...ports, ...files, '--model', model.url], { cwd: directory });
  onTestFinished(() => running[Symbol.asyncDispose]());
  await expect.poll(() => existsSync(readyFile), { timeout: 30_000 }).toBe(true);
  const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as ReadyInfo;
  return { running, ...asyncClient(ready) };
}

test('a process is killed in the middle of 20 requests: the next one finishes each of them, and nothing stays in the queue', async () => {
  const model = await startAsyncModelServer();
  const dataDir = temporaryDirectory();
  const first = await startProcess(model, dataDir);
  const ids = Array.from({ length: 20 }, (_, n) => `r-${String(n).padStart(2, '0')}`);
  // The first are done, two hang, the rest waits.
  for (const InferenceId of ids) await first.invoke({ InferenceId, Body: `${InferenceId < 'r-05' ? 'go' : 'hang'} ${InferenceId}` });
  await expect.poll(() => model.seen.length, soon).toBe(7);
  await expect.poll(() => first.keys('out/'), soon).toHaveLength(5);
  await expect.poll(() => entries(dataDir), soon).toHaveLength(15);
  first.running.process.kill('SIGKILL');
  await first.running.exitCode;
  model.hangNoMore();

  const second = await startProcess(model, dataDir);
  await expect.poll(() => second.keys('out/'), soon).toEqual(ids.map((id) => `out/${id}.out`));
  for (const id of ids) {
    const { text } = await second.read(`s3://${bucket}/out/${id}.out`);
    expect(text).toBe(`echo ${id < 'r-05' ? 'go' : 'hang'} ${id}`);
  }
  await expect.poll(() => queued(dataDir), soon).toEqual([]);
  const calls = ids.map((id) => model.seen.filter(({ headers }) => headers['x-amzn-sagemaker-inference-id'] === id).length);
  // Only the two that the container had may be given to it again.
  expect(calls).toEqual(ids.map((_, n) => (n === 5 || n === 6 ? 2 : 1)));
  expect(await second.keys('failed')).toEqual([]);
}, 120_000);

test('Airlock is closed with requests in the queue: they stay there, and the next one with the directory finishes them in order', async () => {
  const dataDir = temporaryDirectory();
  const model = await startAsyncModelServer();
  const first = await startAsyncAirlock({ dataDir, template: [template] }, model);
  await first.put('in/1', 'from s3');
  const ids = ['a', 'b', 'c', 'd'];
  for (const InferenceId of ids) {
    const input = InferenceId === 'd' ? { InputLocation: `s3://${bucket}/in/1` } : { Body: `hang ${InferenceId}` };
    await first.invoke({ InferenceId, ...input });
  }
  await expect.poll(() => model.seen.length, soon).toBe(2);
  await first.airlock.close();
  expect(entries(dataDir)).toHaveLength(4);
  model.hangNoMore();

  const second = await startAsyncAirlock({ dataDir, template: [template] }, model);
  await expect.poll(() => second.keys('out/'), soon).toEqual(ids.map((id) => `out/${id}.out`));
  expect(model.seen.slice(2).map(({ headers }) => headers['x-amzn-sagemaker-inference-id'])).toHaveLength(4);
  await expect.poll(() => queued(dataDir), soon).toEqual([]);
});

test('requests of an endpoint that the templates do not have for once are finished when they have it again', async () => {
  const dataDir = temporaryDirectory();
  const first = await startAsyncAirlock({ dataDir, template: [template] });
  const { OutputLocation } = await first.invoke({ Body: 'hang' });
  await first.airlock.close();
  const second = await startAsyncAirlock({ dataDir, template: [asyncTemplate({ config: null })] });
  expect(second.logged).toContainEqual(expect.objectContaining({ count: 1, msg: expect.stringContaining('they stay in the queue') }));
  await second.airlock.close();
  expect(entries(dataDir)).toHaveLength(1);
  const third = await startAsyncAirlock({ dataDir, template: [template] });
  third.model.hangNoMore();
  expect((await third.result(OutputLocation)).text).toBe('echo hang');
  await expect.poll(() => queued(dataDir), soon).toEqual([]);
});

const peakBytes = (pid: number) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
const hasProc = required('proc', existsSync('/proc/self/status'), '/proc tells the memory of a process on Linux only');

test.skipIf(!hasProc)(
  'an input of 200 MB streams through: memory stays flat',
  async () => {
    const model = await startAsyncModelServer();
    const { running, invoke, result, s3 } = await startProcess(model, temporaryDirectory());
    const piece = Buffer.alloc(megabyte, createHash('sha256').update('x').digest());
    const Body = Readable.from(Array.from({ length: 200 }, () => piece));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'in/large', Body, ContentLength: 200 * megabyte }));
    const before = peakBytes(running.process.pid ?? 0);
    const { OutputLocation } = await invoke({ InputLocation: `s3://${bucket}/in/large` });
    await result(OutputLocation);
    expect(model.seen).toMatchObject([{ bytes: 200 * megabyte, headers: { 'content-length': String(200 * megabyte) } }]);
    expect(peakBytes(running.process.pid ?? 0) - before).toBeLessThan(80 * megabyte);
  },
  120_000,
);
