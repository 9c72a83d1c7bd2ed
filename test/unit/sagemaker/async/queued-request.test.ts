import { expect, test } from 'vitest';
import { parseQueuedRequest, type QueuedRequest } from '../../../../emulator/sagemaker/async/queued-request.ts';

const request: QueuedRequest = {
  ...{ endpointArn: 'arn', requestId: 'r', traceId: 't', headers: { accept: 'a' }, input: { bucket: 'b', key: 'k' } },
  ...{ output: { bucket: 'b', key: 'o' }, failure: null, acceptedAtMs: 1, ttlMs: 2, timeoutMs: 3, step: { kind: 'waiting' } },
};

test.each([
  request,
  { ...request, input: null, step: { kind: 'running' } },
  { ...request, step: { kind: 'writing', etagBefore: null, isSeen: true } },
  { ...request, step: { kind: 'failing', message: 'why' } },
])('what was written is read back: %j', (value) => {
  expect(parseQueuedRequest(JSON.parse(JSON.stringify(value)))).toEqual(value);
});

test.each([
  null,
  'x',
  { ...request, requestId: 1 },
  { ...request, headers: { accept: 1 } },
  { ...request, ttlMs: '2' },
  { ...request, output: null },
  { ...request, failure: { bucket: 'b' } },
  { ...request, step: { kind: 'done' } },
  { ...request, step: { kind: 'writing' } },
  { ...request, step: { kind: 'failing' } },
])('anything else is none: %j', (value) => {
  expect(parseQueuedRequest(value)).toBeNull();
});
