// The rules of a batch transform job, each against a real container: what is sent, what is put together, what fails and what does not.
import { readdir, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { AirlockError } from '../../../emulator/errors.ts';
import { PlatformStorageError } from '../../../emulator/sagemaker/platform-storage.ts';
import { createDirectoryStorage } from '../../../emulator/sagemaker/transform/directory-storage.ts';
import type { TransformProgress } from '../../../emulator/sagemaker/transform/transform-definition.ts';
import { tfRecord } from '../../unit/sagemaker/transform/framing.ts';
import { createTransformBench } from './transform-container.ts';

const mebibyte = 1024 * 1024;
const completed = { kind: 'completed', failureReason: null, failedInputs: [] };
/** For a busy machine. */
const patience = { timeout: 5_000 };
const see = 'See job logs for more information';

/** Lines of 1,000 bytes, each different. */
function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `${JSON.stringify({ id: index }).padEnd(999)}\n`).join('');
}

describe('the container', () => {
  test('is started with the variables of the job, and closed in the end', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a.jsonl', '{}\n');
    expect(await bench.run({ environment: { LEVEL: 'debug' }, maxPayloadInMB: 2 })).toMatchObject(completed);
    expect(bench.environments).toEqual([{ LEVEL: 'debug', SAGEMAKER_BATCH: 'true', SAGEMAKER_MAX_PAYLOAD_IN_MB: '2' }]);
    expect(bench.closed).toBe(1);
    expect(await bench.temporaryFiles()).toEqual([]);
  });

  test("that does not come into service fails the job in AWS's words", async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a.jsonl', '{}\n');
    const startModel = () => Promise.reject(new AirlockError('MODEL_NOT_READY', 'The model gave no 200', 'See the log.'));
    expect(await bench.run({ parts: { startModel } })).toMatchObject({
      kind: 'failed',
      failureReason: expect.stringMatching(
        /^AlgorithmError: Model container failed to respond to ping\. Please ensure \/ping endpoint is implemented/,
      ),
    });
  });

  test('an error of ours in starting it comes through', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a.jsonl', '{}\n');
    await expect(bench.run({ parts: { startModel: () => Promise.reject(new TypeError('ours')) } })).rejects.toThrow('ours');
  });

  test('says how it wants its requests, and the log tells it', async () => {
    await using bench = await createTransformBench({
      parameters: { MaxConcurrentTransforms: 3, BatchStrategy: 'SINGLE_RECORD', MaxPayloadInMB: 2 },
    });
    await bench.put('in/a.jsonl', '1\n2\n');
    expect(await bench.run()).toMatchObject(completed);
    expect(bench.seen.map(({ body }) => body.toString())).toEqual(['1\n', '2\n']);
    expect(bench.lines.map(({ msg }) => msg)).toContain('MaxConcurrentTransforms=3, MaxPayloadInMB=2, BatchStrategy=SINGLE_RECORD');
  });

  test('is told of what it says wrongly', async () => {
    await using bench = await createTransformBench({ parameters: { MaxConcurrentTransforms: 'many' } });
    await bench.put('in/a.jsonl', '1\n');
    const problems: string[] = [];
    expect(await bench.run({ parts: { onProblem: (problem) => problems.push(problem) } })).toMatchObject(completed);
    expect(problems).toEqual(['MaxConcurrentTransforms must be a whole number from 1']);
  });

  test('may contradict the job, which fails then and is closed', async () => {
    await using bench = await createTransformBench({ parameters: { MaxConcurrentTransforms: 4, MaxPayloadInMB: 6 } });
    await bench.put('in/a.jsonl', '1\n');
    expect(await bench.run({ maxPayloadInMB: 50 })).toMatchObject({
      kind: 'failed',
      failureReason: expect.stringContaining(
        'MaxConcurrentTransforms 4 (of the container, or the default) times MaxPayloadInMB 50 (of the job)',
      ),
    });
    expect(bench.closed).toBe(1);
    expect(bench.seen).toEqual([]);
  });

  test("gets the job's content type and accept, and nothing where the job has none", async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a.jsonl', '1\n');
    await bench.run({ output: { accept: 'text/csv' } });
    await bench.run({ input: { contentType: null } });
    expect(bench.seen.map(({ headers }) => [headers['content-type'], headers.accept])).toEqual([
      ['application/jsonlines', 'text/csv'],
      [undefined, undefined],
    ]);
  });
});

describe('inputs', () => {
  test('are all objects below the prefix but folders; outputs keep their places', async () => {
    await using bench = await createTransformBench();
    for (const key of ['in/a.jsonl', 'in/2026/b.jsonl', 'other/c.jsonl']) await bench.put(key, `"${key}"\n`);
    expect(await bench.run()).toMatchObject({ ...completed, progress: { files: { done: 2, failed: 0, all: 2 } } });
    expect(await bench.outputs()).toEqual(['2026/b.jsonl.out', 'a.jsonl.out']);
    expect(await bench.get('out/2026/b.jsonl.out')).toBe('"in/2026/b.jsonl"\n');
  });

  test('are those of the manifest', async () => {
    await using bench = await createTransformBench();
    for (const key of ['in/a.jsonl', 'in/b.jsonl', 'in/c.jsonl']) await bench.put(key, `"${key}"\n`);
    await bench.put('jobs/manifest', JSON.stringify([{ prefix: 's3://any/in/' }, 'c.jsonl', 'a.jsonl']));
    const outcome = await bench.run({ input: { kind: 'manifest', location: { bucket: '', key: 'jobs/manifest' } } });
    expect(outcome).toMatchObject({ ...completed, progress: { bytes: { done: 26, all: 26 } } });
    expect(await bench.outputs()).toEqual(['a.jsonl.out', 'c.jsonl.out']);
  });

  test('that a manifest names and that are not there fail alone', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a.jsonl', '1\n');
    await bench.put('jobs/manifest', JSON.stringify([{ prefix: 'in/' }, 'gone.jsonl', 'a.jsonl']));
    expect(await bench.run({ input: { kind: 'manifest', location: { bucket: '', key: 'jobs/manifest' } } })).toMatchObject({
      kind: 'failed',
      failureReason: `ClientError: ${see}`,
      failedInputs: [{ key: 'in/gone.jsonl', reason: 'ClientError: the object could not be read: ENOENT' }],
    });
    expect(await bench.outputs()).toEqual(['a.jsonl.out']);
  });

  test('of which two have the same output fail the job', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a.jsonl', '1\n');
    await bench.put('jobs/manifest', JSON.stringify([{ prefix: 'in/' }, 'a.jsonl', './a.jsonl']));
    expect(await bench.run({ input: { kind: 'manifest', location: { bucket: '', key: 'jobs/manifest' } } })).toMatchObject({
      kind: 'failed',
      failureReason: 'ClientError: two inputs have the same output out/a.jsonl.out',
    });
    expect(bench.environments).toEqual([]);
  });

  test.each([
    ['a broken manifest', 'manifest', 'in/a.jsonl', /^ClientError: the manifest in\/a\.jsonl is not JSON$/],
    ['no manifest', 'manifest', 'in/none', /^ClientError: "\/.*\/files\/in\/none" could not be read: ENOENT$/],
    ['no object', 'prefix', 'none/', /^ClientError: there is no file in "\/.*\/files\/none\/"$/],
  ] as const)('%s fails the job before a container is started', async (_, kind, key, failureReason) => {
    await using bench = await createTransformBench();
    await bench.put('in/a.jsonl', 'not JSON\n');
    expect(await bench.run({ input: { kind, location: { bucket: '', key } } })).toMatchObject({
      kind: 'failed',
      failureReason: expect.stringMatching(failureReason),
    });
    expect(bench.environments).toEqual([]);
  });

  test('are unpacked, and one that is not gzip fails alone', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a.gz', gzipSync('1\n2\n'));
    await bench.put('in/b.gz', '1\n2\n');
    await bench.put('in/c.gz', gzipSync(lines(100)).subarray(0, 100));
    expect(await bench.run({ input: { compression: 'Gzip' } })).toMatchObject({
      kind: 'failed',
      failedInputs: [
        { key: 'in/b.gz', reason: 'ClientError: the object is not valid gzip' },
        { key: 'in/c.gz', reason: 'ClientError: the object is not valid gzip' },
      ],
    });
    expect(await bench.outputs()).toEqual(['a.gz.out']);
    expect(await bench.get('out/a.gz.out')).toBe('1\n2\n');
  });

  test('that are empty have no record and an empty output; unsplit they are sent as they are', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a.jsonl', '');
    expect(await bench.run()).toMatchObject({ ...completed, progress: { records: 0, requests: 0 } });
    expect(await bench.get('out/a.jsonl.out')).toBe('');
    expect(await bench.run({ input: { splitType: 'None' } })).toMatchObject({ ...completed, progress: { records: 1, requests: 1 } });
  });
});

describe('requests', () => {
  test('hold as many whole records as fit into MaxPayloadInMB', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a.jsonl', lines(2_500));
    expect(await bench.run({ maxPayloadInMB: 1 })).toMatchObject({ ...completed, progress: { records: 2_500, requests: 3 } });
    expect(bench.seen.map(({ body }) => body.length)).toEqual([1_048_000, 1_048_000, 404_000]);
    expect(await bench.get('out/a.jsonl.out')).toBe(lines(2_500));
  });

  test('hold one record each, without its framing', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a', Buffer.concat(['one', 'two'].map((text) => tfRecord(Buffer.from(text)))));
    expect(await bench.run({ batchStrategy: 'SingleRecord', input: { splitType: 'TFRecord' } })).toMatchObject(completed);
    expect(await bench.get('out/a.out')).toBe('onetwo');
  });

  test('hold the whole object where it is not split, which must fit', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/fits', Buffer.alloc(mebibyte, 'x'));
    await bench.put('in/large', Buffer.alloc(mebibyte + 1, 'x'));
    expect(await bench.run({ maxPayloadInMB: 1, batchStrategy: 'SingleRecord', input: { splitType: 'None' } })).toMatchObject({
      kind: 'failed',
      failureReason: `ClientError: ${see}`,
      failedInputs: [{ key: 'in/large', reason: 'ClientError: a record is larger than MaxPayloadInMB=1 allows' }],
    });
    expect(bench.seen.map(({ headers }) => headers['content-length'])).toEqual([String(mebibyte)]);
    expect(await bench.outputs()).toEqual(['fits.out']);
  });

  test.each(['None', 'Line'] as const)('SplitType %s: have any size, in chunks, where MaxPayloadInMB is 0', async (splitType) => {
    await using bench = await createTransformBench();
    const body = lines(9_000);
    await bench.put('in/a.gz', gzipSync(body));
    expect(await bench.run({ maxPayloadInMB: 0, input: { splitType, compression: 'Gzip' } })).toMatchObject({
      ...completed,
      progress: { requests: 1, records: splitType === 'None' ? 1 : 9_000 },
    });
    expect(bench.seen[0]?.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    expect(await bench.get('out/a.gz.out')).toBe(body);
  });

  test('in chunks begin anew when they are tried again, and break off where the object is broken', async () => {
    await using bench = await createTransformBench({
      invoke: ({ body, index }, response) => void response.writeHead(index === 0 ? 500 : 200).end(body),
    });
    await bench.put('in/a.gz', gzipSync(lines(1_000)));
    await bench.put('in/b.gz', gzipSync(lines(1_000)).subarray(0, 1_000));
    const outcome = await bench.run({ maxPayloadInMB: 0, invocationRetriesMax: 1, input: { compression: 'Gzip' } });
    expect(outcome).toMatchObject({
      kind: 'failed',
      failedInputs: [{ key: 'in/b.gz', reason: 'ClientError: the object is not valid gzip' }],
    });
    expect(await bench.get('out/a.gz.out')).toBe(lines(1_000));
  });
});

describe('answers', () => {
  test('come out in the order of the records, whichever is first, and no more are under way than allowed', async () => {
    await using bench = await createTransformBench({
      // The first of each input is the slowest.
      async invoke({ body }, response) {
        await delay(body.toString().endsWith('0\n') ? 60 : Math.random() * 5);
        response.writeHead(200).end(body);
      },
    });
    const body = (name: string) => Array.from({ length: 60 }, (_, index) => `${name}${index}\n`).join('');
    for (const name of ['a', 'b', 'c']) await bench.put(`in/${name}`, body(name));
    expect(await bench.run({ maxConcurrentTransforms: 4, batchStrategy: 'SingleRecord' })).toMatchObject({
      ...completed,
      progress: { records: 180, requests: 180 },
    });
    for (const name of ['a', 'b', 'c']) expect(await bench.get(`out/${name}.out`)).toBe(body(name));
    expect(bench.most.atOnce).toBe(4);
  });

  test('that wait for a slow first one do not pile up: no more than four a slot are ahead of it', async () => {
    const first = Promise.withResolvers<void>();
    await using bench = await createTransformBench({
      async invoke({ body }, response) {
        if (body.toString() === '0\n') await first.promise;
        response.writeHead(200).end(body);
      },
    });
    await bench.put('in/a', Array.from({ length: 100 }, (_, index) => `${index}\n`).join(''));
    const running = bench.run({ maxConcurrentTransforms: 2, batchStrategy: 'SingleRecord' });
    await expect.poll(() => bench.seen.length, patience).toBe(8);
    await delay(50);
    expect(bench.seen.length).toBe(8);
    first.resolve();
    expect(await running).toMatchObject(completed);
    expect(bench.seen.length).toBe(100);
  });

  test('that memory does not hold wait on disk', async () => {
    const answer = Buffer.alloc(20 * mebibyte, 'x');
    await using bench = await createTransformBench({
      async invoke({ body }, response) {
        if (body.toString() === '0\n') await delay(200);
        response.writeHead(200).end(Buffer.concat([answer, body]));
      },
    });
    await bench.put('in/a', '0\n1\n2\n3\n');
    expect(await bench.run({ maxConcurrentTransforms: 4, batchStrategy: 'SingleRecord' })).toMatchObject(completed);
    const output = Buffer.from(await bench.get('out/a.out'));
    const expected = Buffer.concat(['0\n', '1\n', '2\n', '3\n'].flatMap((body) => [answer, Buffer.from(body)]));
    expect(output.equals(expected)).toBe(true);
    expect(await bench.temporaryFiles()).toEqual([]);
  });

  test('get a newline behind them where the job asks for it and they bring none', async () => {
    await using bench = await createTransformBench({
      invoke: ({ body }, response) => void response.writeHead(200).end(body.toString().replace('a\n', 'a')),
    });
    await bench.put('in/x', 'a\nb\na\n');
    await bench.run({ batchStrategy: 'SingleRecord' });
    expect(await bench.get('out/x.out')).toBe('ab\na');
    await bench.run({ batchStrategy: 'SingleRecord', output: { assembleWith: 'Line' } });
    expect(await bench.get('out/x.out')).toBe('a\nb\na\n');
  });
});

describe('failures', () => {
  test('one bad record leaves its file without output, and the others are processed', async () => {
    await using bench = await createTransformBench({
      invoke: ({ body }, response) => void response.writeHead(body.includes('bad') ? 400 : 200).end(body),
    });
    await bench.put('in/a.jsonl', '1\n');
    await bench.put('in/b.jsonl', '1\nbad\n3\n');
    await bench.put('in/c.jsonl', '1\n');
    expect(await bench.run({ batchStrategy: 'SingleRecord', invocationRetriesMax: 3 })).toMatchObject({
      kind: 'failed',
      failureReason: `ClientError: ${see}`,
      failedInputs: [{ key: 'in/b.jsonl', reason: 'ClientError: 400' }],
      progress: { files: { done: 3, failed: 1, all: 3 } },
    });
    expect(await bench.outputs()).toEqual(['a.jsonl.out', 'c.jsonl.out']);
    expect(bench.seen.filter(({ body }) => body.includes('bad'))).toHaveLength(1);
    expect(bench.lines).toContainEqual(expect.objectContaining({ level: 40, msg: 'in/b.jsonl: ClientError: 400' }));
    expect(JSON.stringify(bench.lines)).not.toContain('bad');
    expect(await bench.temporaryFiles()).toEqual([]);
  });

  test.each([
    ['500', (response: ServerResponse) => void response.writeHead(500).end('x'), 'Bad HTTP status received from algorithm: 500'],
    ['a broken connection', (response: ServerResponse) => void response.destroy(), 'Unable to get response from algorithm'],
    [
      'half an answer',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => response.destroy());
      },
      'Unable to get response from algorithm',
    ],
    ['no answer in time', () => {}, 'Unable to get response from algorithm'],
  ])('%s is tried again, and what came of it is not in the output', async (_, fault, reason) => {
    let isMended = false;
    await using bench = await createTransformBench({
      invoke({ body, index }, response) {
        if (isMended && index > 3) response.writeHead(200).end(body);
        else fault(response);
      },
    });
    await bench.put('in/a', '1\n');
    const job = { invocationTimeoutSeconds: 0.2 };
    expect(await bench.run({ ...job, invocationRetriesMax: 1 })).toMatchObject({
      kind: 'failed',
      failureReason: `AlgorithmError: ${see}`,
      failedInputs: [{ key: 'in/a', reason }],
      progress: { requests: 2, records: 0 },
    });
    expect(await bench.outputs()).toEqual([]);
    isMended = true;
    expect(await bench.run({ ...job, invocationRetriesMax: 2 })).toMatchObject({ ...completed, progress: { requests: 3, records: 1 } });
    expect(await bench.get('out/a.out')).toBe('1\n');
  });

  test('413 is a client error', async () => {
    await using bench = await createTransformBench({ invoke: (_, response) => void response.writeHead(413).end() });
    await bench.put('in/a', '1\n');
    expect(await bench.run()).toMatchObject({ kind: 'failed', failedInputs: [{ key: 'in/a', reason: 'ClientError: 413' }] });
  });

  test('an output that cannot be stored fails its input alone', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a', '1\n');
    await bench.put('in/b', '1\n');
    const files = createDirectoryStorage(`${bench.directory}/files`);
    const storage: typeof files = {
      ...files,
      async put(location, object, signal) {
        if (location.key === 'out/a.out') throw new PlatformStorageError(Object.assign(new Error('no'), { name: 'AccessDenied' }));
        await files.put(location, object, signal);
      },
    };
    expect(await bench.run({ parts: { storage } })).toMatchObject({
      kind: 'failed',
      failedInputs: [{ key: 'in/a', reason: 'ClientError: the output could not be stored: AccessDenied' }],
    });
    expect(await bench.outputs()).toEqual(['b.out']);
  });

  test('of the files that wait here are blamed neither on the data nor on the container', async () => {
    await using bench = await createTransformBench({
      async invoke(_, response) {
        const temporary = `${bench.directory}/temporary`;
        for (const name of await readdir(temporary)) await rm(`${temporary}/${name}`, { recursive: true });
        // More than memory holds.
        response.writeHead(200).end(Buffer.alloc(33 * mebibyte, 'x'));
      },
    });
    await bench.put('in/a', '1\n');
    expect(await bench.run()).toMatchObject({
      kind: 'failed',
      failureReason: `InternalServerError: ${see}`,
      failedInputs: [{ key: 'in/a', reason: 'InternalServerError: the output could not be put together: ENOENT' }],
    });
  });

  test('leave no output of an earlier run', async () => {
    await using bench = await createTransformBench({
      invoke: ({ body }, response) => void response.writeHead(body.includes('bad') ? 400 : 200).end(body),
    });
    await bench.put('in/a', 'bad\n');
    for (const key of ['out/a.out', 'out/another.out']) await bench.put(key, 'old\n');
    expect(await bench.run({ parts: { startModel: () => Promise.reject(new AirlockError('NOT_AVAILABLE', 'none', '')) } })).toMatchObject({
      kind: 'failed',
    });
    expect(await bench.outputs()).toEqual(['a.out', 'another.out']);
    expect(await bench.run()).toMatchObject({ kind: 'failed' });
    expect(await bench.outputs()).toEqual(['another.out']);
  });

  test('at most a hundred of them are listed, and all are counted', async () => {
    await using bench = await createTransformBench({ invoke: (_, response) => void response.writeHead(400).end() });
    for (let index = 0; index < 103; index += 1) await bench.put(`in/${index}`, '1\n');
    const outcome = await bench.run({ maxConcurrentTransforms: 4 });
    expect(outcome.failedInputs).toHaveLength(100);
    expect(outcome.progress.files).toEqual({ done: 103, failed: 103, all: 103 });
  });
});

test('a temporary directory that was removed is made again', async () => {
  await using bench = await createTransformBench();
  await bench.put('in/a', '1\n');
  await rm(`${bench.directory}/temporary`, { recursive: true });
  expect(await bench.run()).toMatchObject(completed);
});

describe('stopping', () => {
  test('aborts what is under way, keeps what is whole and leaves nothing half', async () => {
    const stop = new AbortController();
    let connectionsLost = 0;
    await using bench = await createTransformBench({
      invoke({ body }, response) {
        if (body.includes('wait')) response.once('close', () => (connectionsLost += 1));
        else response.writeHead(200).end(body);
      },
    });
    await bench.put('in/a', '1\n');
    await bench.put('in/b', '1\nwait\n3\n');
    await bench.put('in/c', 'wait\n');
    const running = bench.run({ batchStrategy: 'SingleRecord', maxConcurrentTransforms: 3, parts: { signal: stop.signal } });
    await expect.poll(() => bench.seen.filter(({ body }) => body.includes('wait')).length, patience).toBe(2);
    await expect.poll(() => bench.outputs(), patience).toEqual(['a.out']);
    stop.abort();
    expect(await running).toMatchObject({ kind: 'stopped', failureReason: null, failedInputs: [] });
    expect(await bench.outputs()).toEqual(['a.out']);
    expect(await bench.temporaryFiles()).toEqual([]);
    expect(bench.closed).toBe(1);
    await expect.poll(() => connectionsLost, patience).toBe(2);
  });

  test('before it begins starts nothing', async () => {
    await using bench = await createTransformBench();
    await bench.put('in/a', '1\n');
    expect(await bench.run({ parts: { signal: AbortSignal.abort() } })).toMatchObject({ kind: 'stopped' });
    expect(bench.environments).toEqual([]);
  });
});

test('progress never goes down, and ends where the input does', async () => {
  const told: TransformProgress[] = [];
  await using bench = await createTransformBench();
  await bench.put('in/a.jsonl', lines(3_000));
  await bench.put('in/b.jsonl', lines(10));
  const { progress } = await bench.run({ maxPayloadInMB: 1, maxConcurrentTransforms: 2, parts: { onProgress: (at) => told.push(at) } });
  expect(progress).toEqual({
    files: { done: 2, failed: 0, all: 2 },
    bytes: { done: 3_010_000, all: 3_010_000 },
    records: 3_010,
    requests: 4,
  });
  const numbers = told.map(({ files, bytes, records, requests }) => [files?.done ?? 0, bytes.done, records, requests]);
  for (const [index, row] of numbers.entries()) {
    for (const [column, value] of row.entries()) expect(value).toBeGreaterThanOrEqual(numbers[index - 1]?.[column] ?? 0);
  }
  expect(told.at(-1)).toEqual(progress);
});
