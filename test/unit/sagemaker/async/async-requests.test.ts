import { expect, test } from 'vitest';
import type { RequestStep } from '../../../../emulator/sagemaker/async/queued-request.ts';
import { accepted, call, openFixture } from './async-fixture.ts';
import { memoryStorage } from './memory-storage.ts';

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
