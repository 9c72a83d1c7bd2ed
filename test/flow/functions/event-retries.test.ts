import { InvokeCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { startEventAirlock } from './event-airlock.ts';
import { eventTemplate, toTold } from './event-template.ts';
import { startRecorder } from './recorder.ts';

const soon = { timeout: 10_000 };

test('a function that fails twice is run three times, under one request id [V]', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws', 'throws', 'returns');
  await using events = await startEventAirlock({ template: [eventTemplate({ recorderUrl: recorder.url, config: toTold('OnSuccess') })] });
  const requestId = await events.send({ n: 7 });
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  expect(recorder.of('work')).toEqual(Array(3).fill({ functionName: 'work', requestId, event: { n: 7 } }));
  expect(recorder.of('told')[0]?.event).toMatchObject({ requestContext: { requestId, condition: 'Success', approximateInvokeCount: 3 } });
  expect(events.logged.filter(({ msg }) => msg === 'event failed')).toMatchObject([
    { requestId, attempt: 1, errorType: 'TypeError' },
    { requestId, attempt: 2, errorType: 'TypeError' },
  ]);
});

test('a function that always fails: its destination gets the record once [V]', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws');
  await using events = await startEventAirlock({ template: [eventTemplate({ recorderUrl: recorder.url, config: toTold('OnFailure') })] });
  const requestId = await events.send({ a: [1, 'é'] });
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  const [told] = recorder.of('told');
  expect(told?.event).toEqual({
    version: '1.0',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    requestContext: {
      requestId,
      functionArn: 'arn:aws:lambda:us-east-1:222222222222:function:work:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: { a: [1, 'é'] },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'TypeError', errorMessage: 'asked to', trace: expect.any(Array) },
  });
  expect(told?.requestId).not.toBe(requestId);
  expect(JSON.stringify(events.logged)).not.toContain('é');
  await events.airlock.close();
  expect([recorder.of('work').length, recorder.of('told').length]).toEqual([3, 1]);
});

test('a destination that fails has its own retries, and nothing comes after them', async () => {
  const recorder = await startRecorder();
  for (const name of ['work', 'told']) recorder.answer(name, 'throws');
  const config = `MaximumRetryAttempts: 0, ${toTold('OnFailure')}`;
  await using events = await startEventAirlock({ template: [eventTemplate({ recorderUrl: recorder.url, config })] });
  await events.send();
  await expect.poll(() => events.logged.filter(({ msg }) => msg === 'event given up').length, soon).toBe(2);
  expect([recorder.of('work').length, recorder.of('told').length]).toEqual([1, 3]);
  expect(new Set(recorder.of('told').map(({ requestId }) => requestId)).size).toBe(1);
});

test('an event that would be too old before its next attempt is given up', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws');
  const config = `MaximumEventAgeInSeconds: 60, ${toTold('OnFailure')}`;
  const template = [eventTemplate({ recorderUrl: recorder.url, config })];
  await using events = await startEventAirlock({ template, eventRetryWait: '61' });
  await events.send();
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  expect(recorder.of('told')[0]?.event).toMatchObject({ requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 1 } });
  expect(recorder.of('work')).toHaveLength(1);
});

test('a throttled event runs when the function is free', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'hangs', 'returns');
  const template = [eventTemplate({ recorderUrl: recorder.url, work: 'ReservedConcurrentExecutions: 1', config: toTold('OnSuccess') })];
  await using events = await startEventAirlock({ template });
  const busy = events.client.send(new InvokeCommand({ FunctionName: 'work', Payload: '{"n":0}' }));
  await expect.poll(() => recorder.of('work').length, soon).toBe(1);
  const requestId = await events.send();
  // The lock on the environment, not a time, decides: it is thrown back once at least.
  await expect.poll(() => refused(events.airlock.traces(), requestId), soon).toBeGreaterThan(0);
  expect(recorder.of('work')).toHaveLength(1);
  recorder.release();
  await busy;
  await expect.poll(() => recorder.of('told').length, soon).toBe(1);
  expect(recorder.of('told')[0]?.event).toMatchObject({ requestContext: { requestId, condition: 'Success', approximateInvokeCount: 1 } });
});

function refused(traces: readonly { spans: readonly { fields: { requestId?: string; outcome?: string } }[] }[], requestId: string): number {
  return traces.flatMap(({ spans }) => spans).filter(({ fields }) => fields.requestId === requestId && fields.outcome === 'throttled')
    .length;
}

test('the 101st unfinished event is 429', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'hangs');
  await using events = await startEventAirlock({
    template: [eventTemplate({ recorderUrl: recorder.url, work: 'ReservedConcurrentExecutions: 1' })],
  });
  for (let sent = 0; sent < 100; sent++) await events.send();
  await expect(events.send()).rejects.toMatchObject({ name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } });
});

test('without a configuration there are two retries and no destination', async () => {
  const recorder = await startRecorder();
  recorder.answer('work', 'throws');
  await using events = await startEventAirlock({ template: [eventTemplate({ recorderUrl: recorder.url })], eventRetryWait: '0' });
  await events.send();
  await expect.poll(() => events.logged.filter(({ msg }) => msg === 'event given up').length, soon).toBe(1);
  expect(recorder.calls.map(({ functionName }) => functionName)).toEqual(['work', 'work', 'work']);
});
