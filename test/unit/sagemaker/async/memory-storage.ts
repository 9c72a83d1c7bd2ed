// S3 as SageMaker sees it, in memory: what SageMaker does with it is under test here, S3 itself is elsewhere.
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type PlatformStorage, PlatformStorageError, type S3Location } from '../../../../emulator/sagemaker/platform-storage.ts';

export interface MemoryStorage extends PlatformStorage {
  readonly objects: Map<string, Buffer>;
  /** Keys that were put, in order. */
  readonly puts: readonly string[];
}

export function memoryStorage(): MemoryStorage {
  const objects = new Map<string, Buffer>();
  const puts: string[] = [];
  const describe = (body: Buffer) => ({ bytes: body.length, etag: hash('md5', body), contentType: null });
  const find = ({ key }: S3Location) => objects.get(key);
  return {
    objects,
    puts,
    async head(location) {
      const found = find(location);
      return found === undefined ? null : describe(found);
    },
    async open(location) {
      const found = find(location);
      if (found === undefined) throw new PlatformStorageError({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
      return { ...describe(found), body: Readable.from([found]) };
    },
    async *list({ key }) {
      for (const [name, body] of objects) if (name.startsWith(key)) yield { key: name, bytes: body.length };
    },
    async put({ key }, { body }) {
      puts.push(key);
      objects.set(key, Buffer.isBuffer(body) ? body : await buffer(body.open()));
    },
  };
}
