import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createObjects } from '../../../lambdas/request/objects.ts';

function awsError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('canary'), { name, $metadata: { httpStatusCode } });
}

/** What S3 was asked, and objects on top of it. */
function objectsOver(answer: (command: { input: unknown }) => unknown) {
  const asked: { input: unknown }[] = [];
  const client = {
    send: async (command: { input: unknown }) => {
      asked.push(command);
      return answer(command);
    },
  } as unknown as Pick<S3Client, 'send'>;
  return { asked, objects: createObjects({ bucket: 'results-bucket', client }) };
}

const failing = (error: Error) =>
  objectsOver(() => {
    throw error;
  }).objects;
const object = { key: 'results/a', body: 'x', contentType: 'text/plain', metadata: { records: '1' } };

// [V] statuses, [D] permissions.
const writes: readonly (readonly [name: string, status: number, lost: boolean])[] = [
  ['PreconditionFailed', 412, true],
  ['ConditionalRequestConflict', 409, true],
  ['NoSuchKey', 404, true],
  ['AccessDenied', 403, false],
  ['NoSuchBucket', 404, false],
  ['InternalError', 500, false],
  ['SlowDown', 503, false],
];

const reads: readonly (readonly [name: string, status: number, missing: boolean])[] = [
  ['NoSuchKey', 404, true],
  ['NotFound', 404, true],
  ['AccessDenied', 403, false],
  ['Unknown', 403, false],
  ['NoSuchBucket', 404, false],
  ['InternalError', 500, false],
];

describe('the results bucket', () => {
  it('is written only under a condition', async () => {
    const { asked, objects } = objectsOver(() => ({ ETag: '"1"' }));
    expect(await objects.putNew(object, 1_000)).toEqual({ kind: 'written', etag: '"1"' });
    expect(await objects.replace(object, '"0"', 1_000)).toEqual({ kind: 'written', etag: '"1"' });
    const common = { Bucket: 'results-bucket', Key: 'results/a', Body: 'x', ContentType: 'text/plain', Metadata: { records: '1' } };
    expect(asked.map(({ input }) => input)).toEqual([
      { ...common, IfNoneMatch: '*' },
      { ...common, IfMatch: '"0"' },
    ]);
    expect(asked.every((command) => command instanceof PutObjectCommand)).toBe(true);
  });

  it.each(writes)('takes %s (%i) on a write as a lost race: %s', async (name, status, lost) => {
    for (const write of [
      () => failing(awsError(name, status)).putNew(object, 1_000),
      () => failing(awsError(name, status)).replace(object, '"0"', 1_000),
    ]) {
      if (lost) expect(await write()).toEqual({ kind: 'lost' });
      else await expect(write()).rejects.toMatchObject({ code: 'RESULT_NOT_STORED', status: 503 });
    }
  });

  it.each(reads)('takes %s (%i) on a read as missing: %s', async (name, status, missing) => {
    for (const read of [
      () => failing(awsError(name, status)).head('results/a', 1_000),
      () => failing(awsError(name, status)).read('results/a', 1_000),
    ]) {
      if (missing) expect(await read()).toBeNull();
      else await expect(read()).rejects.toMatchObject({ code: 'RESULT_NOT_STORED' });
    }
  });

  it('tells that it cannot be used in the words of who uses it', async () => {
    const client = { send: () => Promise.reject(awsError('AccessDenied', 403)) } as unknown as Pick<S3Client, 'send'>;
    const objects = createObjects({ bucket: 'results-bucket', client, whenUnusable: 'STATE_UNAVAILABLE' });
    for (const using of [
      objects.putNew(object, 1_000),
      objects.replace(object, '"0"', 1_000),
      objects.head('a', 1_000),
      objects.read('a', 1_000),
    ])
      await expect(using).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE', status: 503 });
  });

  it.each([1_000.5, 0.1, 0, -3, -0.5])('takes %d ms as a deadline', async (timeoutMs) => {
    const { objects } = objectsOver(() => ({ ETag: '"1"' }));
    expect((await objects.putNew(object, timeoutMs)).kind).toBe('written');
  });

  it('is read by HeadObject and GetObject', async () => {
    const { asked, objects } = objectsOver((command) =>
      command instanceof HeadObjectCommand
        ? { ETag: '"1"', ContentType: 'text/plain', ContentLength: 1, Metadata: { records: '1' } }
        : { Body: { transformToString: async () => 'x' }, ETag: '"1"' },
    );
    expect(await objects.head('results/a', 1_000)).toEqual({
      etag: '"1"',
      contentType: 'text/plain',
      bytes: 1,
      metadata: { records: '1' },
    });
    expect(await objects.read('claims/a.json', 1_000)).toEqual({ text: 'x', etag: '"1"' });
    expect(asked.map((command) => command.constructor)).toEqual([HeadObjectCommand, GetObjectCommand]);
  });
});
