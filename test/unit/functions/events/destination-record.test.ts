import { expect, test } from 'vitest';
import { destinationKey } from '../../../../emulator/functions/events/bucket-destination.ts';
import { destinationRecord, withQualifier } from '../../../../emulator/functions/events/destination-record.ts';
import { parseQueuedEvent, type QueuedEvent } from '../../../../emulator/functions/events/queued-event.ts';

const functionArn = 'arn:aws:lambda:us-east-1:222222222222:function:work';
const atMs = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const event: QueuedEvent = {
  ...{ functionArn, traceHeader: 'Root=1', acceptedAtMs: 1, attempts: 3, refusals: 0, nextAttemptAtMs: 1, isRunning: false },
  response: { executedVersion: '$LATEST', isError: true, payload: '{"errorType":"E","errorMessage":"m","trace":[]}' },
  finished: { condition: 'RetriesExhausted', atMs },
};
const requestId = '00000000-0000-4000-8000-000000000000';

test('the record of a failure [V]', () => {
  const record = destinationRecord({ requestId, event, finished: { condition: 'RetriesExhausted', atMs }, payload: '{"a":1}' });
  expect(JSON.parse(record)).toEqual({
    version: '1.0',
    timestamp: '2026-01-02T03:04:05.006Z',
    requestContext: { requestId, functionArn: `${functionArn}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: { a: 1 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'E', errorMessage: 'm', trace: [] },
  });
});

test('the record of a success names no error, and leaves numbers as they are [V]', () => {
  const response = { executedVersion: '1', isError: false, payload: '12345678901234567890' };
  const record = destinationRecord({
    ...{ requestId, finished: { condition: 'Success', atMs }, payload: '{"n":1e400}' },
    event: { ...event, functionArn: `${functionArn}:live`, response },
  } as const);
  expect(record).toContain('"requestPayload":{"n":1e400}');
  expect(record).toContain('"responseContext":{"statusCode":200,"executedVersion":"1"},"responsePayload":12345678901234567890}');
  expect(record).toContain(`"functionArn":"${functionArn}:live"`);
});

test('an event that never ran has no response', () => {
  const record = destinationRecord({
    ...{ requestId, finished: { condition: 'EventAgeExceeded', atMs }, payload: '{}' },
    event: { ...event, attempts: 0, response: null },
  } as const);
  expect(Object.keys(JSON.parse(record))).toEqual(['version', 'timestamp', 'requestContext', 'requestPayload']);
});

test('an ARN that names a qualifier keeps it', () => {
  expect([functionArn, `${functionArn}:live`].map(withQualifier)).toEqual([`${functionArn}:$LATEST`, `${functionArn}:live`]);
});

test('the key in a bucket [from memory]', () => {
  expect(destinationKey({ functionArn, finishedAtMs: atMs, requestId })).toBe(
    `aws/lambda/async/work/2026/01/02/2026-01-02T03.04.05-${requestId}`,
  );
});

test('what is read back from disk is an event, or it is none', () => {
  expect(parseQueuedEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
  const broken = [
    null,
    1,
    [],
    {},
    { ...event, attempts: '3' },
    ...[-5, 1.5, 1e300, 8.64e15 + 1, null].flatMap((number) => [
      { ...event, attempts: number },
      { ...event, refusals: number },
      { ...event, acceptedAtMs: number },
      { ...event, nextAttemptAtMs: number },
      { ...event, finished: { condition: 'Success', atMs: number } },
    ]),
    { ...event, response: {} },
    { ...event, finished: { condition: 'x', atMs: 1 } },
  ];
  for (const value of broken) expect(parseQueuedEvent(value)).toBeNull();
});
