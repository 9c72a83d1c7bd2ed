import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { lengthenChain } from '../../../emulator/functions/trace-header.ts';
import { startEventAirlock } from './event-airlock.ts';
import { eventTemplate, mayInvoke, toTold } from './event-template.ts';
import { temporaryDirectory } from './host-for-test.ts';
import { startRecorder } from './recorder.ts';

const soon = { timeout: 10_000 };
const toBucket = "MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::kept-records' } }";

test('a role that may not invoke the destination: a warning, and nothing else', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws', 'returns');
  const config = `MaximumRetryAttempts: 0, ${toTold('OnFailure')}`;
  const template = [
    eventTemplate({ recorderUrl: recorder.url, config, statements: '[{ Effect: Allow, Action: s3:GetObject, Resource: "*" }]' }),
  ];
  await using events = await startEventAirlock({ template });
  const requestId = await events.send();
  const warnings = () => events.logged.filter(({ msg }) => String(msg).startsWith('the record was not sent'));
  await expect.poll(() => warnings().length, soon).toBe(1);
  expect(warnings()).toMatchObject([
    {
      requestId,
      destination: 'arn:aws:lambda:us-east-1:222222222222:function:told',
      role: 'arn:aws:iam::222222222222:role/worker',
      msg: "the record was not sent: the function's role lacks lambda:InvokeFunction on it",
    },
  ]);
  await events.send();
  await expect.poll(() => recorder.of('work').length, soon).toBe(2);
  expect(recorder.of('told')).toEqual([]);
});

test('a bucket gets the record of a failure as an object', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws');
  const statements = '[{ Effect: Allow, Action: s3:PutObject, Resource: "arn:aws:s3:::kept-records/*" }]';
  await using events = await startEventAirlock({ template: [eventTemplate({ recorderUrl: recorder.url, config: toBucket, statements })] });
  const requestId = await events.send({ n: 3 });
  const { airlock } = events;
  const s3 = new S3Client({
    endpoint: airlock.awsUrl,
    region: airlock.region,
    credentials: airlock.credentials['customer-admin'],
    forcePathStyle: true,
  });
  onTestFinished(() => s3.destroy());
  const keys = async () =>
    (await s3.send(new ListObjectsV2Command({ Bucket: 'kept-records' }))).Contents?.map(({ Key }) => Key ?? '') ?? [];
  await expect.poll(keys, soon).toHaveLength(1);
  const [key] = await keys();
  expect(key).toMatch(/^aws\/lambda\/async\/work\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/);
  const object = await s3.send(new GetObjectCommand({ Bucket: 'kept-records', Key: key }));
  expect(JSON.parse((await object.Body?.transformToString()) ?? '')).toMatchObject({
    requestContext: { requestId, condition: 'RetriesExhausted', approximateInvokeCount: 1 },
    requestPayload: { n: 3 },
  });
});

test('a role that may not write to the bucket: a warning', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws');
  await using events = await startEventAirlock({
    template: [eventTemplate({ recorderUrl: recorder.url, config: toBucket, statements: mayInvoke })],
  });
  await events.send();
  await expect
    .poll(() => events.logged.filter(({ msg }) => msg === 'the record was not sent'), soon)
    .toMatchObject([{ errorCode: 'AccessDenied' }]);
});

test("functions that are each other's destination stop after 16 rounds", async () => {
  const recorder = await startRecorder();
  const toWork = 'DestinationConfig: { OnSuccess: { Destination: !GetAtt work.Arn } }';
  const template = [eventTemplate({ recorderUrl: recorder.url, config: toTold('OnSuccess'), toldConfig: toWork })];
  await using events = await startEventAirlock({ template });
  await events.send();
  const loops = () => events.logged.filter(({ msg }) => String(msg).includes('in a loop'));
  await expect.poll(() => loops().length, soon).toBe(1);
  expect([recorder.of('work').length, recorder.of('told').length]).toEqual([16, 16]);
});

const callsItself = (type: string) => `
  const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda');
  const client = new LambdaClient({ maxAttempts: 1 });
  exports.handler = async (event, { functionName, awsRequestId: requestId }) => {
    await fetch(process.env.RECORDER_URL, { method: 'POST', body: JSON.stringify({ functionName, requestId, event }) });
    const next = new InvokeCommand({ FunctionName: functionName, InvocationType: '${type}', Payload: JSON.stringify({ n: event.n + 1 }) });
    if (event.n < 20) await client.send(next);
  };`;

test('a function that invokes itself is stopped after 16 calls, its next event discarded', async () => {
  const recorder = await startRecorder();
  await using events = await startEventAirlock({ template: [eventTemplate({ recorderUrl: recorder.url, handler: callsItself('Event') })] });
  await events.send({ n: 1 });
  await expect.poll(() => events.logged.filter(({ msg }) => String(msg).includes('in a loop')).length, soon).toBe(1);
  expect(recorder.of('work')).toHaveLength(16);
});

test('an event that is stopped as a loop goes to the destination for failures, without a response [I]', async () => {
  const recorder = await startRecorder();
  const template = [eventTemplate({ recorderUrl: recorder.url, handler: callsItself('Event'), config: toTold('OnFailure') })];
  await using events = await startEventAirlock({ template });
  await events.send({ n: 1 });
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  expect(recorder.of('told')[0]?.event).toEqual({
    version: '1.0',
    timestamp: expect.any(String),
    requestContext: {
      requestId: expect.any(String),
      functionArn: 'arn:aws:lambda:us-east-1:222222222222:function:work:$LATEST',
      condition: 'RecursiveInvocation',
      approximateInvokeCount: 0,
    },
    requestPayload: { n: 17 },
  });
  expect(recorder.of('work')).toHaveLength(16);
});

test('destinations for failures that are stopped themselves do not tell each other for ever', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws');
  recorder.answer('told', 'throws');
  const toWork = 'MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: !GetAtt work.Arn } }';
  const config = `MaximumRetryAttempts: 0, ${toTold('OnFailure')}`;
  const dataDir = await temporaryDirectory();
  const template = [eventTemplate({ recorderUrl: recorder.url, config, toldConfig: toWork })];
  await using events = await startEventAirlock({ dataDir, template });
  await events.send();
  const stopped = () => events.logged.filter(({ msg }) => String(msg).includes('in a loop')).length;
  await expect.poll(stopped, soon).toBe(2);
  await expect.poll(() => readdirSync(join(dataDir, 'lambda', 'events')).filter((name) => name.endsWith('.json')), soon).toEqual([]);
  expect([recorder.of('work').length, recorder.of('told').length, stopped()]).toEqual([16, 16, 2]);
});

test('a function that is turned off (nothing of its concurrency left): the destination is told at once, without retries [I]', async () => {
  const recorder = await startRecorder();
  const work = 'ReservedConcurrentExecutions: 0';
  const template = [eventTemplate({ recorderUrl: recorder.url, work, config: toTold('OnFailure') })];
  await using events = await startEventAirlock({ template, eventRetryWait: '60' });
  const requestId = await events.send({ n: 4 });
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  expect(recorder.of('told')[0]?.event).toMatchObject({
    requestContext: { requestId, condition: 'ZeroReservedConcurrency', approximateInvokeCount: 0 },
    requestPayload: { n: 4 },
  });
  expect(recorder.of('work')).toEqual([]);
});

test('a bucket that no template has is a warning at the start', async () => {
  const recorder = await startRecorder();
  const config = (bucket: string) => `DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::${bucket}' } }`;
  const template = [eventTemplate({ recorderUrl: recorder.url, config: config('kept-recods'), toldConfig: config('kept-records') })];
  await using events = await startEventAirlock({ template });
  expect(events.logged.filter(({ msg }) => String(msg).includes('no template declares the bucket'))).toMatchObject([
    { level: 40, functionArn: 'arn:aws:lambda:us-east-1:222222222222:function:work', destination: 'arn:aws:s3:::kept-recods' },
  ]);
});

test.each([
  [15, 200],
  [16, 400],
])('a synchronous call after %i of its chain is %i [D]', async (calls, status) => {
  const recorder = await startRecorder();
  await using events = await startEventAirlock({ template: [eventTemplate({ recorderUrl: recorder.url })] });
  let header = 'Root=1-00000000-000000000000000000000000';
  for (let call = 0; call < calls; call++)
    header = lengthenChain(header, 'arn:aws:lambda:us-east-1:222222222222:function:work').traceHeader;
  events.client.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: Record<string, string> }).headers, { 'x-amzn-trace-id': header });
      return next(args);
    },
    { step: 'build' },
  );
  const answer = events.client.send(new InvokeCommand({ FunctionName: 'work', Payload: '{}' }));
  if (status === 200) await expect(answer).resolves.toMatchObject({ StatusCode: 200 });
  else await expect(answer).rejects.toMatchObject({ name: 'RecursiveInvocationException', $metadata: { httpStatusCode: status } });
});

const callsItselfAndWaits = `
  const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda');
  const client = new LambdaClient({ maxAttempts: 1 });
  exports.handler = async ({ n = 1 }, { functionName }) => {
    try {
      const { Payload } = await client.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify({ n: n + 1 }) }));
      return JSON.parse(Buffer.from(Payload).toString());
    } catch (error) {
      return { n, name: error.name };
    }
  };`;

test('a function that waits for itself is stopped after 16 calls, and does not stand still before that', async () => {
  const recorder = await startRecorder();
  await using events = await startEventAirlock({ template: [eventTemplate({ recorderUrl: recorder.url, handler: callsItselfAndWaits })] });
  const invoke = async () => {
    const { Payload } = await events.client.send(new InvokeCommand({ FunctionName: 'work' }));
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };
  expect(await invoke()).toEqual({ n: 16, name: 'RecursiveInvocationException' });
  // More loops than fit at the same time: they end as well, some of them as throttled ones.
  for (const { name } of await Promise.all([invoke(), invoke(), invoke()]))
    expect(['RecursiveInvocationException', 'TooManyRequestsException']).toContain(name);
});

test('RecursiveLoop Allow lets it go on', async () => {
  const recorder = await startRecorder();
  const template = [eventTemplate({ recorderUrl: recorder.url, handler: callsItself('Event'), work: 'RecursiveLoop: Allow' })];
  await using events = await startEventAirlock({ template });
  await events.send({ n: 1 });
  await expect.poll(() => recorder.of('work').length, soon).toBe(20);
});
