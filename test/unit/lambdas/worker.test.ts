import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerKey, stateKey } from '../../../lambdas/large-request/request-state.ts';
import { Died, lines, type Model, requestId, workerDeployment } from './worker-deployment.ts';

const csvInput = 'id,note\r\n1,"a\r\nb"\r\n2,ü\r\n3,c\r\n4,d\r\n5,e';
/** Every row behind a header of its own. */
const csvModel: Model = (body) => ({ body: body.replace('id,note', 'id,answer') });

let logged: string[] = [];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void logged.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const codes = () => logged.map((line) => JSON.parse(line).code);
const sagemakerError = (name: string, status: number, more = {}) =>
  Object.assign(new Error('marker-4711'), { name, $metadata: { httpStatusCode: status }, ...more });
const throwing =
  (error: Error): Model =>
  () =>
    Promise.reject(error);

describe('a large request', () => {
  it('becomes one result, in input order whatever order the answers come in', async () => {
    const first = Promise.withResolvers<void>();
    const world = workerDeployment({
      input: lines(9),
      model: async (body) => {
        // The first part is answered last of those under way.
        if (body.includes('"n":0}')) await first.promise;
        if (body.includes('"n":6}')) first.resolve();
        return { body: body.replaceAll('"n"', '"of"') };
      },
    });
    await world.invoke('a');
    expect(world.result()).toBe(lines(9).replaceAll('"n"', '"of"'));
    expect(world.readState()).toMatchObject({
      progress: 'SUCCEEDED',
      holder: null,
      recordsDone: 9,
      result: { key: `results/${requestId}`, contentType: 'application/jsonlines', bytes: world.result()?.length, records: 9 },
      error: null,
    });
    expect(world.bucket.stored.get(`results/${requestId}`)?.metadata).toEqual({
      'request-id': requestId,
      'request-sha256': 'f'.repeat(64),
      records: '9',
    });
    expect(world.bucket.keys('work/')).toEqual([]);
    expect(world.bucket.keys('inputs/')).toEqual(['inputs/a']);
    expect(world.bucket.uploads.size).toBe(0);
    expect(world.sent).toHaveLength(5);
  });

  it('of CSV sends the header before every part and keeps one in the result', async () => {
    const world = workerDeployment({ input: csvInput, mediaType: 'text/csv', model: csvModel });
    await world.invoke('a');
    expect(world.sent).toEqual(['id,note\r\n1,"a\r\nb"\r\n2,ü\r\n', 'id,note\r\n3,c\r\n4,d\r\n', 'id,note\r\n5,e']);
    expect(world.result()).toBe(csvInput.replace('note', 'answer'));
  });

  it('in one part keeps the answer byte for byte', async () => {
    const body = Buffer.from([0, 1, 0xff, 0x22]);
    const world = workerDeployment({ input: csvInput, mediaType: 'text/csv', limits: { partRecords: 99 }, model: () => ({ body }) });
    await world.invoke('a');
    expect(world.bucket.stored.get(`results/${requestId}`)?.body).toEqual(body);
  });

  it('has no more parts at the model, and no more of the input in memory, than the limits say', async () => {
    let askedBytes = 0;
    let aheadMax = 0;
    const input = lines(500);
    const world = workerDeployment({
      input,
      limits: { partRecords: 5, concurrency: 3, rangeBytes: 64 },
      model: async (body) => {
        aheadMax = Math.max(aheadMax, (world.bucket.ranges.at(-1)?.end ?? 0) - askedBytes);
        await new Promise((resolve) => setTimeout(resolve, 1));
        askedBytes += Buffer.byteLength(body);
        return { body };
      },
    });
    await world.invoke('a');
    expect(world.result()).toBe(input);
    expect(world.atTheModelMax).toBe(3);
    // Three at the model, one that waits for its turn, one that is being cut, and a range.
    expect(aheadMax).toBeLessThanOrEqual(5 * 5 * 11 + 64);
  });
});

describe('a worker that dies', () => {
  const inputs = [
    { name: 'JSON Lines, by multipart upload', options: { input: lines(9) } },
    { name: 'JSON Lines, in one write', options: { input: lines(3), limits: { uploadPartBytes: 1_000 } } },
    { name: 'CSV', options: { input: csvInput, mediaType: 'text/csv', model: csvModel } },
  ] as const;

  it.each(inputs)(
    'at any step and is tried again leaves one result, and asks nothing twice whose answer was stored: $name',
    async ({ options }) => {
      const steps: string[] = [];
      const undisturbed = workerDeployment(options);
      await undisturbed.invoke('a', undefined, (name) => {
        steps.push(name);
        return false;
      });
      const expected = undisturbed.result();
      expect(expected).not.toBeNull();
      expect(steps.length).toBeGreaterThan(30);

      for (const invocationOfRetry of ['a', 'b']) {
        for (const [at, name] of steps.entries()) {
          const world = workerDeployment(options);
          const storedWhenSent = watchSending(world);
          let count = 0;
          const dying = world.invoke('a', undefined, () => {
            count += 1;
            return count === at + 1;
          });
          // Where only the deletions of the answers were left, or a failure is logged only, the invocation ends in peace.
          await dying.catch((error: unknown) => error);
          // Lambda's own retry comes under the same id at once; any other has to wait for the end of the lease.
          if (invocationOfRetry === 'b') world.now += 900_000 + 10_001;
          await world.invoke(invocationOfRetry);
          expect(world.result(), `died ${name}`).toBe(expected);
          expect(world.readState(), `died ${name}`).toMatchObject({ progress: 'SUCCEEDED', result: undisturbed.readState().result });
          expect(world.bucket.keys('work/'), `died ${name}`).toEqual([]);
          expect(world.bucket.keys('results/')).toEqual([`results/${requestId}`]);
          expect(storedWhenSent(), `died ${name}`).toEqual([]);
        }
      }
    },
  );

  it('again and again, each time a few steps further, still ends with one result', async () => {
    // What an invocation does before it comes further takes some steps itself: with less there is no progress, which ends the request.
    for (const stride of [40, 50, 60]) {
      const world = workerDeployment({ input: lines(40) });
      const storedWhenSent = watchSending(world);
      let tries = 0;
      for (; world.readState().progress === 'RUNNING' || tries === 0; tries += 1) {
        let count = 0;
        const dying = world.invoke('a', undefined, () => {
          count += 1;
          return count === stride + 15 * tries;
        });
        await dying.catch((error: unknown) => error);
      }
      expect(tries).toBeGreaterThan(2);
      expect(world.readState().progress).toBe('SUCCEEDED');
      expect(world.result()).toBe(lines(40).replaceAll('"n"', '"of"'));
      expect(storedWhenSent()).toEqual([]);
    }
  });

  it('does not write again what lies in the upload', async () => {
    const world = workerDeployment({ input: lines(9) });
    const uploads = () => world.bucket.operations.filter((operation) => operation.startsWith('uploadPart')).length;
    let seen = 0;
    const dying = world.invoke('a', undefined, (name) => {
      seen += name.startsWith('after uploadPart') ? 1 : 0;
      return seen === 2;
    });
    await expect(dying).rejects.toThrow();
    expect(uploads()).toBe(2);
    await world.invoke('a');
    const bytes = world.result()?.length ?? 0;
    expect(uploads()).toBe(Math.ceil(bytes / 32));
  });

  it('after the result was complete does not read or write it again', async () => {
    const world = workerDeployment({ input: lines(9) });
    await expect(world.invoke('a', undefined, (name) => name.startsWith('after completeUpload'))).rejects.toThrow();
    const before = world.bucket.operations.length;
    await world.invoke('a');
    expect(world.readState().progress).toBe('SUCCEEDED');
    expect(world.bucket.operations.slice(before).filter((operation) => /^(readAnswer|uploadPart|putNew)/.test(operation))).toEqual([]);
  });

  it('has come further with one more piece of the result, and counts its tries anew', async () => {
    const world = workerDeployment({ input: lines(9) });
    await expect(world.invoke('a', undefined, (name) => name.startsWith('before createUpload'))).rejects.toThrow();
    for (let pieces = 1; pieces <= 2; pieces += 1) {
      const dying = world.invoke('a', undefined, (name) => name.startsWith('before uploadPart') && uploadedPieces(world) === pieces);
      await expect(dying).rejects.toThrow();
      expect(world.readState().attemptsWithoutProgress).toBe(0);
    }
  });

  it('under other limits than its successor: an answer is kept only where it is the answer to the same part', async () => {
    const world = workerDeployment({ input: lines(9), limits: { concurrency: 1 } });
    // Dead before the first checkpoint: an answer lies there of which the state says nothing.
    const dying = world.invoke('a', undefined, (name) => name.startsWith(`after putNew ${answerKey(requestId, 0)}`));
    await expect(dying).rejects.toThrow();
    expect(world.readState().parts).toEqual([]);
    world.limits = { ...world.limits, partRecords: 3 };
    await world.invoke('a');
    expect(world.result()).toBe(lines(9).replaceAll('"n"', '"of"'));
  });
});

function uploadedPieces({ bucket }: ReturnType<typeof workerDeployment>): number {
  return Math.max(0, ...[...bucket.uploads.values()].map(({ parts }) => parts.size));
}

/** Parts that went to the model although their answer lay in the bucket: by their first record. */
function watchSending(world: ReturnType<typeof workerDeployment>): () => string[] {
  const { model } = world;
  const answered = new Set<string>();
  const again: string[] = [];
  world.step = (name) => {
    if (name !== 'before InvokeEndpoint') return;
    for (let number = 0; number < 20; number += 1) {
      const stored = world.bucket.stored.get(answerKey(requestId, number));
      if (stored !== undefined) answered.add(stored.body.toString());
    }
  };
  world.model = async (body, mediaType) => {
    const answer = await model(body, mediaType);
    if (answered.has(answer.body.toString())) again.push(body);
    return answer;
  };
  return () => again;
}

describe('two workers at once', () => {
  it('one works, the other leaves', async () => {
    const world = workerDeployment({ input: lines(9) });
    await Promise.all([world.invoke('a'), world.invoke('b')]);
    expect(world.sent).toHaveLength(5);
    expect(codes().filter((code) => code === 'HELD_BY_ANOTHER')).toHaveLength(1);
    expect(world.readState().progress).toBe('SUCCEEDED');
  });

  it('the later leaves a lease alone until it ends', async () => {
    const leaseEndsAt = new Date(Date.UTC(2026, 10, 23, 2) + 1_000).toISOString();
    const world = workerDeployment({ input: lines(2), state: { progress: 'RUNNING', holder: { invocationId: 'a', leaseEndsAt } } });
    await world.invoke('b');
    expect(world.sent).toEqual([]);
    world.now += 1_001;
    await world.invoke('b');
    expect(world.readState().progress).toBe('SUCCEEDED');
  });

  it('the one whose lease another took over stops and writes nothing more', async () => {
    const world = workerDeployment({ input: lines(9), limits: { concurrency: 1 } });
    const { model } = world;
    world.model = async (body, mediaType) => {
      if (world.sent.length === 2) {
        const state = { ...world.readState(), holder: { invocationId: 'b', leaseEndsAt: new Date(world.now + 900_000).toISOString() } };
        world.bucket.write(stateKey(requestId), JSON.stringify(state));
        world.now += 6_000;
      }
      return model(body, mediaType);
    };
    await world.invoke('a');
    expect(codes()).toContain('LEASE_LOST');
    expect(world.readState().holder?.invocationId).toBe('b');
    expect(world.sent.length).toBeLessThanOrEqual(3);
    expect(world.result()).toBeNull();
  });
});

describe('when the time runs out', () => {
  it('a worker ends what is under way, gives the request back and invokes itself', async () => {
    const world = workerDeployment({ input: lines(9), limits: { concurrency: 1 } });
    const { model } = world;
    world.model = (body, mediaType) => {
      world.now += 30_000;
      return model(body, mediaType);
    };
    await world.invoke('a', 100_000);
    expect(world.sent).toHaveLength(3);
    expect(world.selfInvocations).toBe(1);
    expect(world.readState()).toMatchObject({ progress: 'RUNNING', holder: null, recordsDone: 6, attemptsWithoutProgress: 0 });
    expect(codes().at(-1)).toBe('HANDED_ON');
    await world.invoke('b', 100_000);
    expect(world.result()).toBe(lines(9).replaceAll('"n"', '"of"'));
    expect(world.sent).toHaveLength(5);
  });

  it('while the result is written, the next one goes on with the piece that is missing', async () => {
    const world = workerDeployment({ input: lines(9) });
    world.step = (name) => {
      if (name.startsWith('after uploadPart')) world.now += 500_000;
    };
    await world.invoke('a');
    expect(world.selfInvocations).toBe(1);
    await world.invoke('b');
    expect(world.result()).toBe(lines(9).replaceAll('"n"', '"of"'));
    const uploads = world.bucket.operations.filter((operation) => operation.startsWith('uploadPart'));
    expect(uploads).toHaveLength(Math.ceil((world.result()?.length ?? 0) / 32));
  });

  it('a model that has no time for any part ends the request after three invocations', async () => {
    const world = workerDeployment({ input: lines(3), model: throwing(sagemakerError('ThrottlingException', 429)) });
    for (let tries = 1; tries <= 3; tries += 1) {
      await world.invoke(`a${tries}`);
      expect(world.readState().progress).toBe('RUNNING');
    }
    await world.invoke('a4');
    expect(world.readState()).toMatchObject({ progress: 'FAILED', error: { code: 'NO_PROGRESS' }, holder: null });
    expect(world.selfInvocations).toBe(3);
    expect(Math.max(...world.waits)).toBe(30_000);
  });
});

describe('an error of the model', () => {
  const modelError = (OriginalStatusCode: number) => sagemakerError('ModelError', 424, { OriginalStatusCode });
  const table = [
    { error: modelError(400), code: 'MODEL_REJECTED_REQUEST' },
    { error: modelError(415), code: 'MODEL_REJECTED_REQUEST' },
    { error: modelError(413), code: 'REQUEST_TOO_LARGE' },
    // An answer that did not fit, in the words in which SageMaker says so.
    {
      error: sagemakerError('ModelError', 424, {
        OriginalStatusCode: 0,
        message: 'Received server error (0) from primary and could not load the entire response body. See marker-4711',
      }),
      code: 'MODEL_ANSWER_TOO_LARGE',
    },
    { error: sagemakerError('Unknown', 413), code: 'REQUEST_TOO_LARGE' },
  ];
  it.each(table)('that the same records would meet again fails the request: $code', async ({ error, code }) => {
    const world = workerDeployment({ input: lines(9), model: throwing(error) });
    await world.invoke('a');
    expect(world.readState()).toMatchObject({ progress: 'FAILED', error: { code }, holder: null });
    // The customer knows records, not our parts.
    expect(world.readState().error?.message).toMatch(/ Records \d to \d\.$/);
    expect(JSON.stringify(world.readState())).not.toContain('marker');
  });

  const passing = [
    modelError(429),
    modelError(503),
    sagemakerError('ModelNotReadyException', 429),
    sagemakerError('ServiceUnavailable', 503),
    Object.assign(new Error('marker'), { code: 'ECONNREFUSED' }),
  ];
  it.each(passing)('that passes is waited out: $name $OriginalStatusCode $code', async (error) => {
    let failures = 3;
    const world = workerDeployment({
      input: lines(2),
      model: (body) => {
        failures -= 1;
        if (failures >= 0) throw error;
        return { body };
      },
    });
    await world.invoke('a');
    expect(world.readState().progress).toBe('SUCCEEDED');
    expect(world.waits).toEqual([1_000, 2_000, 4_000]);
  });

  const failing = [
    modelError(500),
    modelError(0),
    sagemakerError('InternalFailure', 500),
    sagemakerError('InternalDependencyException', 530),
    sagemakerError('AccessDeniedException', 403),
    sagemakerError('ValidationError', 400),
    Object.assign(new Error('marker'), { name: 'TimeoutError' }),
  ];
  it.each(failing)('that is not for us to mend goes to Lambda, which tries again: $name $OriginalStatusCode', async (error) => {
    const { model } = workerDeployment({ input: '' });
    const world = workerDeployment({ input: lines(9), limits: { concurrency: 2 } });
    world.model = (body, mediaType) => (body.includes('"n":4}') ? Promise.reject(error) : model(body, mediaType));
    // It has come further, so a new invocation goes on; that one comes no further.
    await world.invoke('a');
    expect(world.selfInvocations).toBe(1);
    while (world.readState().attemptsWithoutProgress === 0) await world.invoke('b').catch((thrown: Error) => thrown);
    const failed = await world.invoke('b').catch((thrown: Error) => thrown);
    expect(failed).toBeInstanceOf(Error);
    expect(`${(failed as Error).stack}${JSON.stringify(failed)}`).not.toContain('marker');
    // What was done is kept, and any invocation may go on.
    expect(world.readState()).toMatchObject({ progress: 'RUNNING', holder: null, recordsDone: 4, error: null });
    const before = world.sent.length;
    world.model = model;
    await world.invoke('a');
    expect(world.result()).toBe(lines(9).replaceAll('"n"', '"of"'));
    expect(world.sent.slice(before).join('')).not.toContain('"n":0}');
  });

  it('again and again, without a step forward, fails the request', async () => {
    const world = workerDeployment({ input: lines(2), model: throwing(modelError(500)) });
    for (let tries = 1; tries <= 2; tries += 1) await expect(world.invoke('a')).rejects.toThrow('ModelError 424');
    // Lambda's third and last try.
    await world.invoke('a');
    expect(world.readState()).toMatchObject({ progress: 'FAILED', error: { code: 'MODEL_FAILED' } });
  });

  it('is an empty answer, and answers that cannot be joined', async () => {
    const empty = workerDeployment({ input: lines(2), model: () => ({ body: '' }) });
    for (let tries = 1; tries <= 2; tries += 1) await expect(empty.invoke('a')).rejects.toThrow('the answer is empty');
    await empty.invoke('a');
    expect(empty.readState()).toMatchObject({ progress: 'FAILED', error: { code: 'MODEL_FAILED' } });
    const models: readonly Model[] = [
      (body) => ({ body: body.replace('id', body.includes('3,c') ? 'other' : 'id') }),
      (body) => ({ body, contentType: body.includes('3,c') ? 'text/plain' : 'text/csv' }),
      () => ({ body: '{}', contentType: 'application/json' }),
    ];
    for (const model of models) {
      const world = workerDeployment({ input: csvInput, mediaType: 'text/csv', model });
      await world.invoke('a');
      expect(world.readState()).toMatchObject({ progress: 'FAILED', error: { code: 'MODEL_ANSWER_INVALID' } });
      expect(world.readState().error?.message).toContain('Records 3 to 4.');
      expect(world.bucket.uploads.size).toBe(0);
      expect(world.result()).toBeNull();
    }
  });
});

describe('answers', () => {
  it('get the line end that the last of their lines lacks', async () => {
    const json = workerDeployment({ input: lines(4), model: (body) => ({ body: body.trimEnd() }) });
    await json.invoke('a');
    expect(json.result()).toBe(lines(4).trimEnd());
    const rows = workerDeployment({ input: csvInput, mediaType: 'text/csv', model: (body) => ({ body: body.trimEnd() }) });
    await rows.invoke('a');
    expect(rows.result()).toBe(csvInput);
  });

  it('without a row add nothing', async () => {
    const model: Model = (body) => ({ body: body.includes('3,c') ? 'id,note' : body });
    const world = workerDeployment({ input: csvInput, mediaType: 'text/csv', model });
    await world.invoke('a');
    expect(world.result()).toBe(csvInput.replace('3,c\r\n4,d\r\n', ''));
  });
});

describe('an input', () => {
  it('that was replaced or removed after the request fails it', async () => {
    for (const change of ['replaced', 'removed']) {
      const world = workerDeployment({ input: lines(9) });
      if (change === 'replaced') world.bucket.write('inputs/a', lines(9));
      else world.bucket.stored.delete('inputs/a');
      await world.invoke('a');
      expect(world.readState()).toMatchObject({ progress: 'FAILED', error: { code: 'INPUT_CHANGED' } });
    }
  });

  it.each([
    { input: '{"v":"marker-4711"}\n{"v":marker}\n', mediaType: 'application/jsonlines', error: 'INVALID_JSON_LINE', place: 'Line 2.' },
    { input: '{}\n["marker-4711"]\n', mediaType: 'application/jsonlines', error: 'RECORD_NOT_AN_OBJECT', place: 'Line 2.' },
    { input: 'a,b\n1,2\n"marker-4711"x,2\n', mediaType: 'text/csv', error: 'INVALID_CSV', place: 'Row 3.' },
    { input: 'a,b\n1,2\n1,2\n1,2\nmarker-4711\n', mediaType: 'text/csv', error: 'RAGGED_ROW', place: 'Row 5.' },
    { input: 'a,b\n', mediaType: 'text/csv', error: 'NO_RECORDS', place: '' },
    { input: 'a,b', mediaType: 'text/csv', error: 'NO_RECORDS', place: '' },
    { input: '\n', mediaType: 'text/csv', error: 'NO_RECORDS', place: '' },
    { input: '\uFEFF', mediaType: 'text/csv', error: 'NO_RECORDS', place: '' },
    { input: '\n', mediaType: 'application/jsonlines', error: 'NO_RECORDS', place: '' },
    { input: '\uFEFF', mediaType: 'application/jsonlines', error: 'NO_RECORDS', place: '' },
    { input: '\uFEFF\r\n', mediaType: 'application/jsonlines', error: 'NO_RECORDS', place: '' },
  ] as const)('of a wrong shape fails it with a position and nothing of a record: $error', async ({ input, mediaType, error, place }) => {
    const world = workerDeployment({ input, mediaType, model: (body) => ({ body }) });
    await world.invoke('a');
    expect(world.readState()).toMatchObject({ progress: 'FAILED', error: { code: error, message: expect.stringContaining(place) } });
    expect(JSON.stringify(world.readState())).not.toContain('marker');
    expect(logged.join('\n')).not.toContain('marker');
  });
});

describe('a finished request', () => {
  it('is left alone', async () => {
    for (const progress of ['SUCCEEDED', 'FAILED'] as const) {
      const world = workerDeployment({ input: lines(2), state: { progress } });
      await world.invoke('a');
      expect(world.sent).toEqual([]);
      expect(world.readState().progress).toBe(progress);
    }
  });

  it('never replaces an object of another request', async () => {
    const world = workerDeployment({ input: lines(9) });
    world.bucket.write(`results/${requestId}`, 'theirs', { metadata: { 'request-id': 'other' } });
    await world.invoke('a');
    expect(world.result()).toBe('theirs');
    expect(world.readState()).toMatchObject({ progress: 'FAILED', error: { code: 'RESULT_EXISTS' } });
  });
});

it('no log line holds anything of a record, whatever happens', async () => {
  const input = lines(4).replaceAll('{"n"', '{"who":"marker-4711","n"');
  await workerDeployment({ input }).invoke('a');
  for (const error of [
    sagemakerError('ModelError', 424, { OriginalStatusCode: 500, OriginalMessage: 'marker-4711' }),
    new Died('marker-4711'),
  ]) {
    await workerDeployment({ input, model: throwing(error) })
      .invoke('a')
      .catch((thrown: Error) => logged.push(String(thrown.stack)));
  }
  for (const operation of ['read', 'list', 'putNew', 'readRange', 'readAnswer', 'createUpload', 'completeUpload', 'remove']) {
    const world = workerDeployment({ input: lines(9) });
    world.step = (name) => {
      if (name.startsWith(`before ${operation} `)) throw sagemakerError('AccessDenied', 403);
    };
    await world.invoke('a').catch((thrown: Error) => logged.push(String(thrown.stack), JSON.stringify(thrown)));
  }
  expect(logged.length).toBeGreaterThan(20);
  expect(logged.join('\n')).not.toContain('marker');
  for (const line of logged.filter((each) => each.startsWith('{"code":"'))) {
    expect(Object.keys(JSON.parse(line)).every((name) => ['code', 'requestId', 'invocationId', 'durationMs', 'cause'].includes(name))).toBe(
      true,
    );
  }
});
