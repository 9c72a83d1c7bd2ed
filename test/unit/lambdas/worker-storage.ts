// The results bucket for the worker in memory: conditional writes, ranges, lists and multipart uploads, and a process that can die at any of them.

import type { NewObject } from '../../../lambdas/request/objects.ts';
import type { CompleteOutcome, Upload, UploadedPart } from '../../../lambdas/worker/multipart.ts';
import type { WorkerStorage } from '../../../lambdas/worker/storage.ts';

interface Stored {
  readonly body: Buffer;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly etag: string;
}

interface OpenUpload {
  readonly key: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: Map<number, Buffer>;
}

/** Called before and after every operation; what it throws is the end of the process. */
export type Step = (name: string) => void;

/** What stays when a process dies. */
export class MemoryBucket {
  readonly stored = new Map<string, Stored>();
  readonly uploads = new Map<string, OpenUpload>();
  /** Every operation that reached the bucket, with its key. */
  readonly operations: string[] = [];
  answersReading = 0;
  answersReadingMax = 0;
  readonly ranges: { readonly start: number; readonly end: number }[] = [];
  #version = 0;

  write(key: string, body: Uint8Array | string, { contentType = 'application/json', metadata = {} }: Partial<NewObject> = {}): string {
    this.#version += 1;
    const etag = `"${this.#version}"`;
    this.stored.set(key, { body: Buffer.from(body), contentType, metadata, etag });
    return etag;
  }

  text(key: string): string | null {
    return this.stored.get(key)?.body.toString() ?? null;
  }

  keys(prefix: string): string[] {
    return [...this.stored.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  openUpload(upload: OpenUpload): string {
    this.#version += 1;
    const id = `upload-${this.#version}`;
    this.uploads.set(id, upload);
    return id;
  }
}

/** One process's view of the bucket. */
export function storageOf(
  bucket: MemoryBucket,
  step: Step,
  { refuses = () => false, listedBytes = null }: { readonly refuses?: (key: string) => boolean; readonly listedBytes?: number | null } = {},
): WorkerStorage {
  const at = async <T>(name: string, key: string, act: () => T): Promise<T> => {
    // A turn of the loop on both sides, so that concurrent calls interleave.
    await new Promise((resolve) => setImmediate(resolve));
    step(`before ${name} ${key}`);
    bucket.operations.push(`${name} ${key}`);
    const result = act();
    step(`after ${name} ${key}`);
    await Promise.resolve();
    return result;
  };
  const put = (object: NewObject, holds: (etag: string | undefined) => boolean) => {
    if (refuses(object.key)) return { kind: 'lost' as const };
    if (!holds(bucket.stored.get(object.key)?.etag)) return { kind: 'lost' as const };
    return { kind: 'written' as const, etag: bucket.write(object.key, object.body, object) };
  };
  const uploadOf = ({ uploadId }: Upload) => bucket.uploads.get(uploadId);
  return {
    bucket: 'results-bucket',
    putNew: (object) => at('putNew', object.key, () => put(object, (etag) => etag === undefined)),
    replace: (object, expected) => at('replace', object.key, () => put(object, (etag) => etag === expected)),
    head: (key) =>
      at('head', key, () => {
        const object = bucket.stored.get(key);
        return object ? { etag: object.etag, contentType: object.contentType, bytes: object.body.length, metadata: object.metadata } : null;
      }),
    read: (key) =>
      at('read', key, () => {
        const object = bucket.stored.get(key);
        return object ? { text: object.body.toString(), etag: object.etag } : null;
      }),
    readRange: (key, { start, end, etag }) =>
      at('readRange', key, () => {
        bucket.ranges.push({ start, end });
        const object = bucket.stored.get(key);
        return object?.etag === etag ? object.body.subarray(start, end) : null;
      }),
    readAnswer: async (key) => {
      bucket.answersReading += 1;
      bucket.answersReadingMax = Math.max(bucket.answersReadingMax, bucket.answersReading);
      try {
        return await at('readAnswer', key, () => bucket.stored.get(key) ?? null);
      } finally {
        bucket.answersReading -= 1;
      }
    },
    async *list(prefix) {
      yield* await at('list', prefix, () =>
        bucket.keys(prefix).map((key) => ({ key, bytes: listedBytes ?? bucket.stored.get(key)?.body.length ?? 0 })),
      );
    },
    remove: (key) =>
      at('remove', key, () => {
        bucket.stored.delete(key);
      }),
    createUpload: ({ key, contentType, metadata = {} }) =>
      at('createUpload', key, () => bucket.openUpload({ key, contentType, metadata, parts: new Map() })),
    listParts: (upload) =>
      at('listParts', upload.key, () => {
        const open = uploadOf(upload);
        if (open === undefined) return null;
        return new Map<number, UploadedPart>([...open.parts].map(([number, body]) => [number, { etag: etagOf(body), bytes: body.length }]));
      }),
    uploadPart: ({ number, body, ...upload }) =>
      at('uploadPart', upload.key, () => {
        const open = uploadOf(upload);
        if (open === undefined) return null;
        open.parts.set(number, Buffer.from(body));
        return etagOf(Buffer.from(body));
      }),
    completeUpload: ({ etags, ...upload }) =>
      at('completeUpload', upload.key, (): CompleteOutcome => {
        const open = uploadOf(upload);
        if (open === undefined) return 'gone';
        if (bucket.stored.has(upload.key)) return 'lost';
        const bodies = etags.map((etag, index) => {
          const body = open.parts.get(index + 1);
          if (body === undefined || etagOf(body) !== etag) throw new Error('InvalidPart');
          return body;
        });
        bucket.write(upload.key, Buffer.concat(bodies), open);
        bucket.uploads.delete(upload.uploadId);
        return 'written';
      }),
    abortUpload: ({ key, uploadId }) =>
      at('abortUpload', key, () => {
        bucket.uploads.delete(uploadId);
      }),
  };
}

function etagOf(body: Buffer): string {
  return `"${body.length}-${body[0] ?? 0}"`;
}
