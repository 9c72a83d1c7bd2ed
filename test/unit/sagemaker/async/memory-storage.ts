// S3 as SageMaker sees it, in memory: what SageMaker does with it is under test here, S3 itself is elsewhere.
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type PlatformStorage, PlatformStorageError, type S3Location } from '../../../../emulator/sagemaker/platform-storage.ts';

export interface MemoryStorage extends PlatformStorage {
  readonly objects: Map<string, Buffer>;
  /** Of what was put, by key; undefined where none was given. */
  readonly contentTypes: Map<string, string | undefined>;
  /** Keys that were put, in order. */
  readonly puts: readonly string[];
  /** Calls, in order: `put key`. Also those that failed. */
  readonly calls: readonly string[];
  /** What a call fails with; null: it does not. */
  trouble: (call: 'head' | 'open' | 'put', key: string) => PlatformStorageError | null;
}

/** What S3 says, or in its place Node.js. */
export const s3Errors = {
  none: new PlatformStorageError({ name: 'Error', code: 'ECONNREFUSED' }),
  unavailable: new PlatformStorageError({ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } }),
  denied: new PlatformStorageError({ name: 'Unknown', $metadata: { httpStatusCode: 403 } }),
  missing: new PlatformStorageError({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } }),
} as const;

export function memoryStorage(): MemoryStorage {
  const objects = new Map<string, Buffer>();
  const contentTypes = new Map<string, string | undefined>();
  const [puts, calls]: [string[], string[]] = [[], []];
  const describe = (body: Buffer) => ({ bytes: body.length, etag: hash('md5', body), contentType: null });
  const find = (call: 'head' | 'open' | 'put', { key }: S3Location) => {
    calls.push(`${call} ${key}`);
    const trouble = storage.trouble(call, key);
    if (trouble !== null) throw trouble;
    return objects.get(key);
  };
  const storage: MemoryStorage = {
    ...{ objects, contentTypes, puts, calls, trouble: () => null },
    async head(location) {
      const found = find('head', location);
      return found === undefined ? null : describe(found);
    },
    async open(location) {
      const found = find('open', location);
      if (found === undefined) throw s3Errors.missing;
      return { ...describe(found), body: Readable.from([found]) };
    },
    async *list({ key }) {
      for (const [name, body] of objects) if (name.startsWith(key)) yield { key: name, bytes: body.length };
    },
    async put(location, { body, contentType }) {
      find('put', location);
      puts.push(location.key);
      contentTypes.set(location.key, contentType);
      objects.set(location.key, Buffer.isBuffer(body) ? body : await buffer(body.open()));
    },
  };
  return storage;
}
