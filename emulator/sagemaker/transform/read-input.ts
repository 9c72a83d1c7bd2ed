// One input's bytes as they come from S3 or a directory, unpacked where the job says so. Nothing is held but a chunk.
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { S3Location } from '../platform-storage.ts';
import { InputFailure, storageReason } from './input-failure.ts';
import type { TransformDefinition, TransformStorage } from './transform-definition.ts';

export interface ReadInputOptions {
  readonly storage: TransformStorage;
  readonly location: S3Location;
  readonly compression: TransformDefinition['input']['compression'];
  readonly signal: AbortSignal;
  /** Bytes of the object as it lies there, once they are known. */
  readonly onSize: (bytes: number) => void;
  /** Bytes of it read so far. */
  readonly onRead: (bytes: number) => void;
}

const unpackedChunkBytes = 256 * 1024;

/** @throws InputFailure where the object cannot be read, or is not gzip */
export async function* readInput({ storage, location, compression, signal, onSize, onRead }: ReadInputOptions): AsyncGenerator<Buffer> {
  let body: Readable | null = null;
  try {
    const opened = await storage.open(location, signal);
    body = opened.body;
    onSize(opened.bytes);
    const counted = count(body, onRead);
    if (compression === 'None') {
      yield* counted;
      return;
    }
    const unpacked = createGunzip({ chunkSize: unpackedChunkBytes });
    // Its errors come out of `unpacked`, too.
    pipeline(counted, unpacked, () => {});
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (error) {
    const reason = storageReason(error);
    const what = reason.startsWith('Z_') ? 'the object is not valid gzip' : `the object could not be read: ${reason}`;
    throw new InputFailure('ClientError', `ClientError: ${what}`, { cause: error });
  } finally {
    body?.destroy();
  }
}

async function* count(body: Readable, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    onRead(bytes);
    yield chunk;
  }
}
