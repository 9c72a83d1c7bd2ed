// A bucket with S3's conditional writes in memory, and a way to make it fail. The real ones are exercised in test/flow.

import type { NewObject, Objects, WriteOutcome } from '../../../lambdas/request/objects.ts';
import { requestError } from '../../../lambdas/request/request-errors.ts';

interface Stored extends NewObject {
  readonly etag: string;
}

export type ObjectOperation = 'putNew' | 'replace' | 'head' | 'read';

/**
 * What happens to one operation. `lost-answer`: it is done, and the SDK's second try meets the first one's object.
 * `lost-answers`: it is done, and no try gets an answer.
 */
export type Fault = 'fails' | 'lost-answer' | 'lost-answers' | 'loses' | null;

export class MemoryObjects implements Objects {
  readonly bucket = 'results-bucket';
  readonly stored = new Map<string, Stored>();
  readonly operations: string[] = [];
  /** Asked before each operation. */
  fault: (operation: ObjectOperation, key: string) => Fault = () => null;
  #version = 0;

  async putNew(object: NewObject): Promise<WriteOutcome> {
    return this.#write('putNew', object, (current) => current === undefined);
  }

  async replace(object: NewObject, etag: string): Promise<WriteOutcome> {
    return this.#write('replace', object, (current) => current?.etag === etag);
  }

  async head(key: string) {
    await this.#begin('head', key);
    const object = this.stored.get(key);
    return object
      ? { etag: object.etag, contentType: object.contentType, bytes: Buffer.from(object.body).length, metadata: object.metadata ?? {} }
      : null;
  }

  async read(key: string) {
    await this.#begin('read', key);
    const object = this.stored.get(key);
    return object ? { text: Buffer.from(object.body).toString(), etag: object.etag } : null;
  }

  async #write(operation: ObjectOperation, object: NewObject, holds: (current: Stored | undefined) => boolean): Promise<WriteOutcome> {
    const fault = await this.#begin(operation, object.key);
    if (fault === 'loses' || !holds(this.stored.get(object.key))) return { kind: 'lost' };
    this.#version += 1;
    const etag = `"${this.#version}"`;
    this.stored.set(object.key, { ...object, etag });
    if (fault === 'lost-answers') throw requestError('RESULT_NOT_STORED', { cause: new Error('canary TimeoutError') });
    // The SDK tries again by itself, and the second try finds the first one's object: to us it looks like a lost race.
    return fault === 'lost-answer' ? { kind: 'lost' } : { kind: 'written', etag };
  }

  /** Every operation takes a turn of the loop, so that concurrent calls interleave. */
  async #begin(operation: ObjectOperation, key: string): Promise<Fault> {
    this.operations.push(`${operation} ${key.replace(/\/.*/, '')}`);
    await Promise.resolve();
    const fault = this.fault(operation, key);
    if (fault === 'fails') throw requestError('RESULT_NOT_STORED', { cause: new Error('canary AccessDenied') });
    return fault;
  }
}
