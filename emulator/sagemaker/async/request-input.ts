// The input of an asynchronous request as the body of POST /invocations: what was in the call, or an object that streams out of S3.
import { Readable } from 'node:stream';
import type { StreamedBody } from '../../model/model.ts';
import type { PlatformStorage, S3Location } from '../platform-storage.ts';
import { payloadBytesMax } from './async-limits.ts';

export interface RequestInput {
  readonly bytes: number;
  readonly body: Buffer | StreamedBody;
}

export type InputProblem = { readonly kind: 'missing' } | { readonly kind: 'tooLarge'; readonly bytes: number };

/** Of an object that became another one while it was read. */
export class InputChangedError extends Error {
  override readonly name = 'InputChangedError';
}

/** Rejects with PlatformStorageError. */
export async function openInput(storage: PlatformStorage, location: S3Location, signal: AbortSignal): Promise<RequestInput | InputProblem> {
  const found = await storage.head(location, signal);
  if (found === null) return { kind: 'missing' };
  const { bytes, etag } = found;
  if (bytes > payloadBytesMax) return { kind: 'tooLarge', bytes };
  async function* read(): AsyncGenerator<Buffer> {
    const opened = await storage.open(location, signal);
    try {
      // Its length is in the head of the request already.
      if (opened.etag !== etag || opened.bytes !== bytes) throw new InputChangedError('The object was replaced.');
      yield* opened.body as AsyncIterable<Buffer>;
    } finally {
      opened.body.destroy();
    }
  }
  return { bytes, body: { open: () => Readable.from(read(), { objectMode: false }) } };
}
