// What keeps a large request from being stranded, and from being given up too early or for the wrong reason.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerKey, stateKey } from '../../../lambdas/large-request/request-state.ts';
import { deleteAnswers } from '../../../lambdas/worker/delete-answers.ts';
import { lines, type Model, requestId, workerDeployment } from './worker-deployment.ts';

let logged: string[] = [];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void logged.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const codes = () => logged.map((line) => JSON.parse(line).code);
const awsError = (name: string, status: number, more = {}) =>
  Object.assign(new Error('marker-4711'), { name, $metadata: { httpStatusCode: status }, ...more });
const modelError = awsError('ModelError', 424, { OriginalStatusCode: 500 });
const expected = (count: number) => lines(count).replaceAll('"n"', '"of"');

describe('a write that S3 refuses because of another at the same moment, of which nothing comes', () => {
  it('strands the request at none of its steps, and costs no call of the model', async () => {
    const count = async (refused: number | null) => {
      const world = workerDeployment({ input: lines(9), limits: { concurrency: 1 } });
      let writes = 0;
      world.refuses = (key) => {
        if (!key.startsWith('requests/') && !key.startsWith('work/')) return false;
        writes += 1;
        return writes === refused;
      };
      await world.invoke('a');
      expect(world.readState(), `write ${refused}`).toMatchObject({ progress: 'SUCCEEDED', holder: null });
      expect(world.result()).toBe(expected(9));
      expect(world.sent, `write ${refused}`).toHaveLength(5);
      return writes;
    };
    const writes = await count(null);
    expect(writes).toBeGreaterThan(8);
    for (let refused = 1; refused <= writes; refused += 1) await count(refused);
  });

  it('makes Lambda try again where it does not end', async () => {
    const world = workerDeployment({ input: lines(3) });
    world.refuses = (key) => key.startsWith('requests/');
    await expect(world.invoke('a')).rejects.toThrow('WriteConflict');
    world.refuses = () => false;
    await world.invoke('a');
    expect(world.readState().progress).toBe('SUCCEEDED');
  });
});

describe('a worker whose state another has written', () => {
  const written = (world: ReturnType<typeof workerDeployment>, holder: string | null) => {
    const { model } = world;
    let isDone = false;
    world.model = (body, mediaType) => {
      if (!isDone) {
        const leaseEndsAt = new Date(world.now + 900_000).toISOString();
        const state = { ...world.readState(), holder: holder === null ? null : { invocationId: holder, leaseEndsAt } };
        world.bucket.write(stateKey(requestId), JSON.stringify(state));
      }
      isDone = true;
      return model(body, mediaType);
    };
  };

  it('leaves where the other works on it', async () => {
    const world = workerDeployment({ input: lines(9) });
    written(world, 'b');
    await world.invoke('a');
    expect(codes()).toContain('LEASE_LOST');
  });

  it.each([null, 'a'])('tries again where nobody else does: %s', async (holder) => {
    const world = workerDeployment({ input: lines(9) });
    written(world, holder);
    await expect(world.invoke('a')).rejects.toThrow('LEASE_LOST');
    await world.invoke('a');
    expect(world.result()).toBe(expected(9));
  });
});

describe('a model that fails now and then', () => {
  it('does not end a request that comes further each time, however often', async () => {
    const world = workerDeployment({ input: lines(40), limits: { concurrency: 1 } });
    const { model } = world;
    let calls = 0;
    world.model = (body, mediaType) => {
      calls += 1;
      return calls % 3 === 0 ? Promise.reject(modelError) : model(body, mediaType);
    };
    let invocations = 0;
    // Only what the worker asks for itself: Lambda's own tries are for what comes no further.
    for (; world.selfInvocations >= invocations; invocations += 1) await world.invoke(`a${invocations}`);
    expect(invocations).toBeGreaterThan(5);
    expect(world.result()).toBe(expected(40));
    expect(world.sent).toHaveLength(calls);
  });

  it('at one part for good ends as a failure of the model, at the last of three tries', async () => {
    const world = workerDeployment({ input: lines(9), limits: { concurrency: 1 } });
    const { model } = world;
    world.model = (body, mediaType) => (body.includes('"n":4}') ? Promise.reject(modelError) : model(body, mediaType));
    await world.invoke('a');
    for (let tries = 1; tries <= 2; tries += 1) await expect(world.invoke('b')).rejects.toThrow('ModelError 424');
    await world.invoke('b');
    expect(world.readState()).toMatchObject({ progress: 'FAILED', error: { code: 'MODEL_FAILED' }, recordsDone: 4 });
  });
});

describe('a permission that the worker lacks', () => {
  const denied = { name: 'AccessDenied', status: 403 };
  // HeadObject's answer has no body, so the SDK finds no name in it.
  const nameless = { name: 'Forbidden', status: 403 };
  it.each([
    { operation: 'InvokeEndpoint', error: { name: 'AccessDeniedException', status: 403 } },
    { operation: 'readRange', error: denied },
    { operation: 'putNew', error: denied },
    { operation: 'head', error: nameless },
    { operation: 'readAnswer', error: denied },
    { operation: 'createUpload', error: denied },
    { operation: 'uploadPart', error: denied },
    { operation: 'completeUpload', error: denied },
    { operation: 'list', error: { name: 'NoSuchBucket', status: 404 } },
  ])('is told as one, and not as a fault of the data: $operation', async ({ operation, error }) => {
    const world = workerDeployment({ input: lines(9) });
    world.step = (name) => {
      if (name.startsWith(`before ${operation}`)) throw awsError(error.name, error.status);
    };
    let tries = 0;
    for (; world.readState().progress !== 'FAILED' && tries < 9; tries += 1) {
      const failed = await world.invoke('a').catch((thrown: Error) => thrown);
      // Lambda hands this name on to the failed function, should it be the last try.
      if (failed !== undefined) expect(failed.name).toBe('WorkerMisconfigured');
    }
    expect(tries).toBeLessThanOrEqual(4);
    expect(world.readState()).toMatchObject({ progress: 'FAILED', error: { code: 'WORKER_MISCONFIGURED' } });
    expect(JSON.stringify(world.readState()) + logged.join('\n')).not.toContain('marker');
  });

  it('to go on by itself is told by the name of what Lambda is thrown', async () => {
    const world = workerDeployment({ input: lines(9), limits: { concurrency: 1 } });
    const { model } = world;
    world.model = (body, mediaType) => {
      world.now += 30_000;
      return model(body, mediaType);
    };
    world.step = (name) => {
      if (name === 'before invokeSelf') throw awsError('AccessDeniedException', 403);
    };
    await expect(world.invoke('a', 100_000)).rejects.toMatchObject({ name: 'WorkerMisconfigured', message: 'AccessDeniedException 403' });
  });
});

describe('answers that were kept for going on', () => {
  it('are deleted after a failure too', async () => {
    const model: Model = (body) =>
      body.includes('"n":8}') ? Promise.reject(awsError('ModelError', 424, { OriginalStatusCode: 400 })) : { body };
    const world = workerDeployment({ input: lines(9), model, limits: { concurrency: 1 } });
    world.bucket.write('work/other/0', 'x');
    await world.invoke('a');
    expect(world.sent).toHaveLength(5);
    expect(world.readState().progress).toBe('FAILED');
    expect(world.bucket.keys('work/')).toEqual(['work/other/0']);
  });

  it('are deleted by the next try where the failing one died among the deletions', async () => {
    const world = workerDeployment({ input: lines(3), state: { progress: 'FAILED' } });
    world.bucket.write(answerKey(requestId, 0), 'x');
    await world.invoke('a');
    expect(world.bucket.keys('work/')).toEqual([]);
  });

  it('are deleted by further invocations where one has no time for all of them', async () => {
    const world = workerDeployment({ input: lines(100), limits: { uploadPartBytes: 10_000 } });
    world.step = (name) => {
      if (name.startsWith('after remove')) world.now += 30_000;
    };
    let invocations = 0;
    for (; world.selfInvocations >= invocations && invocations < 9; invocations += 1) await world.invoke(`a${invocations}`);
    expect(invocations).toBeGreaterThan(1);
    expect(world.readState().progress).toBe('SUCCEEDED');
    expect(world.bucket.keys('work/')).toEqual([]);
  });

  it('leave no failure without a handler, and nothing under way, where a deletion or the next page fails', async () => {
    for (const failing of ['remove', 'list']) {
      let atOnce = 0;
      const settled = async () => {
        atOnce += 1;
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
        if (failing === 'remove') throw awsError('SlowDown', 503);
      };
      const deleting = deleteAnswers(
        {
          async *list() {
            yield { key: 'work/a/0', bytes: 1 };
            // The next page takes its time: an unhandled rejection would be reported by now.
            for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
            if (failing === 'list') throw awsError('SlowDown', 503);
            yield { key: 'work/a/1', bytes: 1 };
          },
          remove: settled,
        },
        'a',
        { takesMore: () => true, forStorageMs: () => 1_000 },
      );
      await expect(deleting).rejects.toMatchObject({ name: 'SlowDown' });
      expect(atOnce).toBe(0);
    }
  });

  it('stay for the lifecycle where the time ends', async () => {
    const removed: string[] = [];
    let left = 2;
    const deleting = deleteAnswers(
      {
        async *list() {
          for (let number = 0; number < 9; number += 1) yield { key: `work/a/${number}`, bytes: 1 };
        },
        remove: async (key) => void removed.push(key),
      },
      'a',
      { takesMore: () => left-- > 0, forStorageMs: () => 1_000 },
    );
    await expect(deleting).rejects.toMatchObject({ name: 'OutOfTime' });
    expect(removed).toHaveLength(2);
  });
});

it('an input with clearly too many records is refused after a hundred parts, and not after a hundred thousand', async () => {
  const world = workerDeployment({ input: lines(200), limits: { partRecords: 1, rangeBytes: 64 } });
  const { state } = { state: world.readState() };
  // As large as a hundred and thirty thousand parts; what is read of it is only the beginning.
  world.bucket.write(stateKey(requestId), JSON.stringify({ ...state, input: { ...state.input, bytes: 130_000 * 10 } }));
  await world.invoke('a');
  expect(world.readState()).toMatchObject({ progress: 'FAILED', error: { code: 'TOO_MANY_PARTS' } });
  expect(world.sent.length).toBeLessThanOrEqual(100);
});
