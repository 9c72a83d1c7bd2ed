import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test } from 'vitest';
import type { ReadyInfo } from '../../../emulator/start.ts';
import { inline, sampleFunction } from '../../unit/functions/sample-function.ts';
import { runAirlock } from '../run-airlock.ts';
import { startEventAirlock } from './event-airlock.ts';
import { eventTemplate, toTold } from './event-template.ts';
import { eventsOf, hostOf } from './host-for-test.ts';
import { recordedHandler, startRecorder } from './recorder.ts';

const soon = { timeout: 10_000 };

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-events-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('an event that waits runs again after a restart, under its id, with the attempts it had left', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws');
  const dataDir = temporaryDirectory();
  const config = `MaximumRetryAttempts: 1, ${toTold('OnFailure')}`;
  const options = { dataDir, template: [eventTemplate({ recorderUrl: recorder.url, config })], eventRetryWait: '1' };
  const first = await startEventAirlock(options);
  const requestId = await first.send({ n: 5 });
  await expect.poll(() => first.logged.filter(({ msg }) => msg === 'event failed').length, soon).toBe(1);
  await first[Symbol.asyncDispose]();
  expect(recorder.of('work')).toHaveLength(1);

  const second = await startEventAirlock(options);
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  expect(recorder.of('work')).toEqual(Array(2).fill({ functionName: 'work', requestId, event: { n: 5 } }));
  expect(recorder.of('told')[0]?.event).toMatchObject({ requestContext: { requestId, approximateInvokeCount: 2 } });
  await second[Symbol.asyncDispose]();
  expect(readdirSync(join(dataDir, 'lambda', 'events'))).toEqual([]);

  await using _third = await startEventAirlock(options);
  expect(recorder.calls).toHaveLength(3);
});

test('an attempt that is cut off because Airlock ends does not count, however often', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'hangs', 'hangs', 'hangs', 'returns');
  const dataDir = temporaryDirectory();
  const config = `MaximumRetryAttempts: 0, ${toTold('OnSuccess')}`;
  const options = { dataDir, template: [eventTemplate({ recorderUrl: recorder.url, config })] };
  const first = await startEventAirlock(options);
  const requestId = await first.send();
  await expect.poll(() => recorder.of('work').length, soon).toBe(1);
  await first[Symbol.asyncDispose]();
  for (const calls of [2, 3]) {
    await using _next = await startEventAirlock(options);
    await expect.poll(() => recorder.of('work').length, soon).toBe(calls);
  }

  await using _last = await startEventAirlock(options);
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  expect(recorder.of('told')[0]?.event).toMatchObject({ requestContext: { requestId, condition: 'Success', approximateInvokeCount: 1 } });
  expect(recorder.of('work')).toHaveLength(4);
});

test('events of a function that the templates no longer have are discarded with a warning', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws');
  const dataDir = temporaryDirectory();
  const first = await startEventAirlock({ dataDir, template: [eventTemplate({ recorderUrl: recorder.url })], eventRetryWait: '1' });
  await first.send();
  await expect.poll(() => first.logged.filter(({ msg }) => msg === 'event failed').length, soon).toBe(1);
  await first[Symbol.asyncDispose]();
  const other = { path: 'other.yaml', text: 'Resources: { Kept: { Type: AWS::S3::Bucket, Properties: { BucketName: kept-records } } }' };
  await using second = await startEventAirlock({ dataDir, template: [other] });
  await expect.poll(() => second.logged.map(({ msg }) => msg), soon).toContain('event discarded: there is no such function to run');
  expect(recorder.calls).toHaveLength(1);
});

test('an event that ran when the process was killed runs again in the next one, under its id', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'hangs', 'returns');
  const directory = temporaryDirectory();
  const [dataDir, templateFile, readyFile] = ['data', 'template.yaml', 'ready.json'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  const template = eventTemplate({ recorderUrl: recorder.url, config: toTold('OnSuccess') });
  writeFileSync(templateFile, typeof template === 'string' ? template : template.text);
  const ports = ['--port', '0', '--aws-port', '0', '--control-port', '0'];
  const requestId = await (async () => {
    const files = ['--template', templateFile, '--data-dir', dataDir, '--ready-file', readyFile];
    await using killed = runAirlock(['up', ...ports, ...files], { cwd: directory });
    await killed.waitFor('Ctrl-C ends everything');
    const { awsUrl: endpoint, region, credentials } = JSON.parse(readFileSync(readyFile, 'utf8')) as ReadyInfo;
    const client = new LambdaClient({ endpoint, region, credentials: credentials['customer-admin'], maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    const { $metadata } = await client.send(new InvokeCommand({ FunctionName: 'work', InvocationType: 'Event', Payload: '{"n":6}' }));
    await expect.poll(() => recorder.of('work').length, soon).toBe(1);
    killed.process.kill('SIGKILL');
    return $metadata.requestId;
  })();
  await using _next = await startEventAirlock({ dataDir, template: [template] });
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  expect(recorder.of('work')).toEqual(Array(2).fill({ functionName: 'work', requestId, event: { n: 6 } }));
  expect(recorder.of('told')[0]?.event).toMatchObject({ requestContext: { requestId, approximateInvokeCount: 2 } });
});

test('an event that came before the earlier ones are taken up is run once', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'hangs', 'returns');
  const functions = [sampleFunction({ functionName: 'work', code: inline(recordedHandler), environment: { RECORDER_URL: recorder.url } })];
  const events = await eventsOf(await hostOf(functions), functions);
  const accept = (requestId: string) =>
    events.accept({ functionArn: functions[0]?.arn ?? '', payload: '{}', requestId, traceHeader: 'Root=1-0-0' });
  expect(accept('first')).toBe('accepted');
  await expect.poll(() => recorder.calls.length, soon).toBe(1);
  events.begin();
  accept('second');
  await expect.poll(() => recorder.calls.some(({ requestId }) => requestId === 'second'), soon).toBe(true);
  recorder.release();
  await events.close();
  expect(recorder.calls.map(({ requestId }) => requestId)).toEqual(['first', 'second']);
  expect(accept('third')).toBe('closed');
});

/** What an entry is written to before it gets its name is a folder: then the disk refuses each change of the entry. */
function refuseChanges(dataDir: string): () => void {
  const directory = join(dataDir, 'lambda', 'events');
  const [entry = ''] = readdirSync(directory).filter((name) => name.endsWith('.json'));
  const path = join(directory, `${entry}.new`);
  mkdirSync(path);
  return () => rmdirSync(path);
}

test('an event that cannot be stored at its end is finished when the disk takes it again, and does not run twice', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'hangs', 'returns');
  const dataDir = temporaryDirectory();
  await using events = await startEventAirlock({
    dataDir,
    template: [eventTemplate({ recorderUrl: recorder.url, config: toTold('OnSuccess') })],
  });
  const requestId = await events.send();
  await expect.poll(() => recorder.of('work').length, soon).toBe(1);
  const accept = refuseChanges(dataDir);
  recorder.release();
  await expect.poll(() => events.logged.filter(({ level, requestId: id }) => level === 50 && id === requestId).length, soon).toBe(1);
  accept();
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  expect(recorder.of('told')[0]?.event).toMatchObject({ requestContext: { requestId, condition: 'Success', approximateInvokeCount: 1 } });
  expect(recorder.of('work')).toHaveLength(1);
});

test('an attempt whose beginning cannot be stored comes when the disk takes it again', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws', 'returns');
  const dataDir = temporaryDirectory();
  const template = [eventTemplate({ recorderUrl: recorder.url, config: toTold('OnSuccess') })];
  await using events = await startEventAirlock({ dataDir, template, eventRetryWait: '0.5' });
  const requestId = await events.send();
  await expect.poll(() => events.logged.filter(({ msg }) => msg === 'event failed').length, soon).toBe(1);
  const accept = refuseChanges(dataDir);
  await expect.poll(() => events.logged.filter(({ level, requestId: id }) => level === 50 && id === requestId).length, soon).toBe(1);
  expect(recorder.of('work')).toHaveLength(1);
  accept();
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  expect(recorder.of('told')[0]?.event).toMatchObject({ requestContext: { requestId, approximateInvokeCount: 2 } });
});
