import type { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createWorkerStorage, type WorkerStorage } from '../../../lambdas/worker/storage.ts';

function awsError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('canary'), { name, $metadata: { httpStatusCode } });
}

/** What S3 was asked, and the storage on top of it. */
function storageOver(answer: (input: Record<string, unknown>) => unknown) {
  const asked: Record<string, unknown>[] = [];
  const client = {
    send: async ({ input }: { input: Record<string, unknown> }) => {
      asked.push(input);
      return answer(input);
    },
  } as unknown as Pick<S3Client, 'send'>;
  return { asked, storage: createWorkerStorage({ bucket: 'results-bucket', client }) };
}

const failing = (name: string, status: number) =>
  storageOver(() => {
    throw awsError(name, status);
  }).storage;
const upload = { key: 'results/a', uploadId: 'u' };
const range = { start: 2, end: 5, etag: '"1"' };
const bodyOf = (text: string) => ({ transformToByteArray: async () => Buffer.from(text) });

describe("the worker's storage", () => {
  it('reads a range of one version of the input', async () => {
    const { asked, storage } = storageOver(() => ({ Body: bodyOf('abc') }));
    expect(Buffer.from((await storage.readRange('inputs/a', range, 1_000)) ?? []).toString()).toBe('abc');
    expect(asked).toEqual([{ Bucket: 'results-bucket', Key: 'inputs/a', IfMatch: '"1"', Range: 'bytes=2-4' }]);
  });

  it('takes no range that is cut short', async () => {
    const { storage } = storageOver(() => ({ Body: bodyOf('ab') }));
    await expect(storage.readRange('inputs/a', range, 1_000)).rejects.toThrow();
  });

  // [V] statuses.
  const absent: readonly (readonly [
    what: string,
    name: string,
    status: number,
    act: (storage: WorkerStorage) => Promise<unknown>,
    expected: unknown,
  ])[] = [
    ['an input that was replaced', 'PreconditionFailed', 412, (storage) => storage.readRange('inputs/a', range, 1_000), null],
    ['an input that is gone', 'NoSuchKey', 404, (storage) => storage.readRange('inputs/a', range, 1_000), null],
    ['an input that is shorter now', 'InvalidRange', 416, (storage) => storage.readRange('inputs/a', range, 1_000), null],
    ['an answer that is gone', 'NoSuchKey', 404, (storage) => storage.readAnswer('work/a/0', 1_000), null],
    [
      'an upload that is gone, when its parts are asked for',
      'NoSuchUpload',
      404,
      (storage) => storage.listParts(upload, () => 1_000),
      null,
    ],
    [
      'an upload that is gone, when a part is written',
      'NoSuchUpload',
      404,
      (storage) => storage.uploadPart({ ...upload, number: 1, body: Buffer.alloc(1) }, 1_000),
      null,
    ],
    ['an upload that is gone, when it is aborted', 'NoSuchUpload', 404, (storage) => storage.abortUpload(upload, 1_000), undefined],
    [
      'an upload that is gone, at its end',
      'NoSuchUpload',
      404,
      (storage) => storage.completeUpload({ ...upload, etags: [] }, 1_000),
      'gone',
    ],
    ['an object in the place', 'PreconditionFailed', 412, (storage) => storage.completeUpload({ ...upload, etags: [] }, 1_000), 'lost'],
    ['a race', 'ConditionalRequestConflict', 409, (storage) => storage.completeUpload({ ...upload, etags: [] }, 1_000), 'lost'],
  ];
  it.each(absent)('tells %s (%s) as a value', async (_what, name, status, act, expected) => {
    expect(await act(failing(name, status))).toBe(expected);
    await expect(act(failing('AccessDenied', 403))).rejects.toThrow();
    await expect(act(failing('SlowDown', 503))).rejects.toThrow();
  });

  it('follows the pages of lists', async () => {
    const { storage } = storageOver(({ ContinuationToken, PartNumberMarker, UploadId }) => {
      if (UploadId === undefined) {
        return ContinuationToken === undefined
          ? { Contents: [{ Key: 'work/a/0', Size: 3 }], NextContinuationToken: 't' }
          : { Contents: [{ Key: 'work/a/1', Size: 4 }] };
      }
      return PartNumberMarker === undefined
        ? { Parts: [{ PartNumber: 1, ETag: '"1"', Size: 5 }], IsTruncated: true, NextPartNumberMarker: '1' }
        : { Parts: [{ PartNumber: 2, ETag: '"2"', Size: 6 }], IsTruncated: false };
    });
    const keys: string[] = [];
    for await (const { key, bytes } of storage.list('work/a/', () => 1_000)) keys.push(`${key} ${bytes}`);
    expect(keys).toEqual(['work/a/0 3', 'work/a/1 4']);
    expect(await storage.listParts(upload, () => 1_000)).toEqual(
      new Map([
        [1, { etag: '"1"', bytes: 5 }],
        [2, { etag: '"2"', bytes: 6 }],
      ]),
    );
  });

  it('completes an upload only where nothing is', async () => {
    const { asked, storage } = storageOver(() => ({}));
    expect(await storage.completeUpload({ ...upload, etags: ['"1"', '"2"'] }, 1_000)).toBe('written');
    expect(asked[0]).toMatchObject({
      IfNoneMatch: '*',
      MultipartUpload: {
        Parts: [
          { PartNumber: 1, ETag: '"1"' },
          { PartNumber: 2, ETag: '"2"' },
        ],
      },
    });
  });
});
