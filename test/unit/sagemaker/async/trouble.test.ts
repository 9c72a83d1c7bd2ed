// What was accepted survives trouble that passes: of the disk, of S3, of the templates.
import { readdirSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseQueuedRequest, type QueuedRequest } from '../../../../emulator/sagemaker/async/queued-request.ts';
import { accepted, call, openFixture, temporaryDirectory } from './async-fixture.ts';
import { memoryStorage, s3Errors } from './memory-storage.ts';

const soon = { timeout: 10_000, interval: 10 };

/** Fails so many calls of a kind. */
function troubled(error: (typeof s3Errors)[keyof typeof s3Errors], failing: readonly string[], times = 2) {
  const storage = memoryStorage();
  let left = times;
  storage.trouble = (called, key) => (failing.includes(`${called} ${key}`) && left-- > 0 ? error : null);
  return storage;
}

describe('a disk that fails for a moment', () => {
  test.each([
    ['before the container was asked', 'early'],
    ['while the container was at it', 'late'],
  ])('%s: the request is finished, and the container asked once', async (_what, when) => {
    const away = join(temporaryDirectory(), 'away');
    const fixture = await openFixture({ beforeAnswer: () => (when === 'late' ? takeAway() : undefined) });
    const { requests, queueDirectory, storage, invoked, left, logged } = fixture;
    const takeAway = () => renameSync(queueDirectory, away);
    requests.add(accepted, call);
    if (when === 'early') takeAway();
    requests.begin();
    await expect.poll(() => logged.map(({ msg }) => msg), soon).toContainEqual(expect.stringContaining('the disk is tried again'));
    expect(storage.puts).toEqual([]);
    renameSync(away, queueDirectory);
    await expect.poll(left, soon).toEqual([]);
    expect([invoked.length, storage.puts, storage.objects.get('out/1')?.toString()]).toEqual([1, ['out/1'], 'answer']);
  });
});

describe('an S3 that gives no answer, or says that it is in trouble', () => {
  test.each([
    ['when the output is looked for', 'none', ['head out/1']],
    ['when the output is written', 'none', ['put out/1']],
    ['when the output is written', 'unavailable', ['put out/1']],
    ['when the input is looked for', 'unavailable', ['head in/1']],
    ['when the input is read', 'none', ['open in/1']],
  ] as const)('%s (%s): the request is finished', async (_what, kind, failing) => {
    const storage = troubled(s3Errors[kind], failing);
    storage.objects.set('in/1', Buffer.from('input'));
    const { requests, invoked, left } = await openFixture({ storage });
    requests.begin();
    const isInput = failing[0].endsWith('in/1');
    requests.add(isInput ? { ...accepted, input: { bucket: 'b', key: 'in/1' } } : accepted, { ...call, body: isInput ? null : call.body });
    await expect.poll(left, soon).toEqual([]);
    expect([storage.puts, storage.objects.get('out/1')?.toString()]).toEqual([['out/1'], 'answer']);
    // An input that could not be read was no invocation.
    expect(invoked).toHaveLength(failing[0] === 'open in/1' ? 3 : 1);
  });

  test('when a failure is to be told: it is told later', async () => {
    const storage = troubled(s3Errors.none, ['put failed/1']);
    const { requests, invoked, left } = await openFixture({ storage });
    requests.begin();
    requests.add({ ...accepted, input: { bucket: 'b', key: 'none' } }, { ...call, body: null });
    await expect.poll(left, soon).toEqual([]);
    expect(storage.objects.get('failed/1')?.toString()).toContain('was not found');
    expect(invoked).toEqual([]);
  });

  test('when the next process wants to know whether the output is there: it asks again, and not the container', async () => {
    const storage = troubled(s3Errors.none, ['head out/1']);
    storage.objects.set('out/1', Buffer.from('written'));
    const { requests, queue, invoked, left, time } = await openFixture({ storage });
    const step = { kind: 'writing', etagBefore: null, isSeen: true } as const;
    queue.add('one', { ...accepted, traceId: 't', acceptedAtMs: time.nowMs, step }, Buffer.from('input'));
    requests.begin();
    await expect.poll(left, soon).toEqual([]);
    expect([invoked, storage.puts]).toEqual([[], []]);
  });

  test('for longer than the request has time: it fails, with what S3 said', async () => {
    const storage = troubled(s3Errors.unavailable, ['put out/1'], 1_000);
    const { requests, invoked, left, time } = await openFixture({ storage });
    requests.begin();
    requests.add(accepted, call);
    await expect.poll(() => storage.calls.filter((one) => one === 'put out/1').length, soon).toBeGreaterThan(1);
    time.nowMs += 3_600_000;
    await expect.poll(left, soon).toEqual([]);
    expect(storage.objects.get('failed/1')?.toString()).toBe('The output could not be written to s3://b/out/1: ServiceUnavailable.');
    expect(invoked).toHaveLength(1);
  });

  test('while Airlock closes: the request stays in the queue', async () => {
    const storage = troubled(s3Errors.none, ['put out/1'], 1_000);
    const { requests, left, queue } = await openFixture({ storage });
    requests.begin();
    requests.add(accepted, call);
    await expect.poll(() => storage.calls, soon).toContain('put out/1');
    await requests.close();
    expect(left()).toHaveLength(1);
    expect(queue.list()).toMatchObject([{ entry: { step: { kind: 'writing' } } }]);
  });
});

test('a role that cannot see what is missing: that it can see the output now says that it was written', async () => {
  const storage = memoryStorage();
  storage.trouble = (called, key) => (called === 'head' && !storage.objects.has(key) ? s3Errors.denied : null);
  const { requests, queue, invoked, left } = await openFixture({ storage });
  const steps: (QueuedRequest | undefined)[] = [];
  const { put } = storage;
  storage.put = async (...given) => {
    steps.push(parseQueuedRequest(queue.list()[0]?.entry) ?? undefined);
    await put(...given);
  };
  requests.begin();
  requests.add(accepted, call);
  await expect.poll(left, soon).toEqual([]);
  const [writing] = steps;
  if (writing === undefined) throw new Error('nothing was put');
  // As after a kill right here.
  const next = await openFixture({ storage });
  next.queue.add('one', writing, Buffer.from('input'));
  next.requests.begin();
  await expect.poll(next.left, soon).toEqual([]);
  expect([invoked.length, next.invoked.length, storage.puts]).toEqual([1, 0, ['out/1']]);
});

test('a request that expires while another one runs is told of at its time', async () => {
  const release = Promise.withResolvers<void>();
  const { requests, storage, invoked, left } = await openFixture({ nowMs: null, beforeAnswer: () => release.promise });
  requests.begin();
  requests.add(accepted, call);
  requests.add({ ...accepted, ttlMs: 100, failure: { bucket: 'b', key: 'failed/2' } }, call);
  await expect.poll(() => storage.objects.get('failed/2')?.toString(), soon).toContain('The request expired');
  await expect.poll(left, soon).toHaveLength(1);
  expect(invoked).toHaveLength(1);
  release.resolve();
  await expect.poll(left, soon).toEqual([]);
});

test('a request of an endpoint that is not there now stays until it expires', async () => {
  const { requests, queue, left, logged } = await openFixture({ nowMs: null });
  const entry = { ...accepted, traceId: 't', acceptedAtMs: Date.now(), step: { kind: 'waiting' } as const };
  queue.add('one', { ...entry, endpointArn: 'another', ttlMs: 300 });
  queue.add('two', { ...entry, endpointArn: 'another' });
  requests.begin();
  expect(left()).toHaveLength(2);
  expect(logged).toMatchObject([{ level: 40, count: 2, msg: expect.stringContaining('stay in the queue until they expire') }]);
  expect(requests.add(accepted, call)).toBe('full');
  await expect.poll(left, soon).toEqual([expect.stringContaining('two')]);
});

test('a request of a model with no role waits, and fails at its time', async () => {
  const { requests, left, logged, invoked, asked, time } = await openFixture({ hasRole: false });
  requests.begin();
  requests.add(accepted, call);
  await expect.poll(() => asked.forStorage, soon).toBeGreaterThan(1);
  expect(left()).toHaveLength(1);
  time.nowMs += 60_001;
  await expect.poll(left, soon).toEqual([]);
  await expect.poll(() => logged.map(({ outcome }) => outcome), soon).toContain('roleNotAssumed');
  expect(invoked).toEqual([]);
});

test.each([
  ['too long', 'x'.repeat(1_025)],
  ['not visible ASCII', 'text/plain; name=\u00fc'],
])('a Content-Type of the container that is %s is left out', async (_what, contentType) => {
  const { requests, storage, left, logged } = await openFixture({ headers: { 'content-type': contentType } });
  requests.begin();
  requests.add(accepted, call);
  await expect.poll(left, soon).toEqual([]);
  expect([storage.puts, storage.contentTypes.get('out/1')]).toEqual([['out/1'], undefined]);
  expect(logged.map(({ msg }) => msg)).toContainEqual(expect.stringContaining('Content-Type is longer than'));
});

test('a request whose body was torn gets a failure object', async () => {
  const first = await openFixture();
  first.requests.add(accepted, { ...call, body: Buffer.from('the input') });
  await first.requests.close();
  const [body] = readdirSync(first.queueDirectory).filter((name) => name.endsWith('.body'));
  truncateSync(join(first.queueDirectory, body ?? ''), 3);
  const { requests, storage, invoked, left } = await openFixture({ directory: first.directory });
  requests.begin();
  await expect.poll(left, soon).toEqual([]);
  expect(storage.objects.get('failed/1')?.toString()).toContain('was damaged');
  expect(invoked).toEqual([]);
  expect(readdirSync(first.queueDirectory).filter((name) => name.endsWith('.body'))).toEqual([]);
});
