// One answer, whole, until it is its turn to be written: in memory as long as the job's share of it lasts, on disk behind that.
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { ByteBudget } from '../../aws/byte-budget.ts';
import type { ModelResponse } from '../../model/model.ts';

/** Ours: answers of 6 MB requests at the default concurrency stay off the disk. Of all requests of a job together. */
export const answerMemoryBytes = 32 * 1024 * 1024;

export interface HeldAnswer extends AsyncDisposable {
  readonly contentType: string | null;
  readonly bytes: number;
  readonly endsWithNewline: boolean;
  /** To be read once. */
  read(): AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** Rejects with the response's own ModelFailure; nothing is held then. `path` is of a file that is made where memory does not suffice. */
export async function holdAnswer(response: ModelResponse, memory: ByteBudget, path: string): Promise<HeldAnswer> {
  const inMemory: Buffer[] = [];
  let memoryBytes = 0;
  let bytes = 0;
  let lastByte = -1;
  let file: FileHandle | null = null;
  const dispose = async () => {
    memory.giveBack(memoryBytes);
    memoryBytes = 0;
    inMemory.length = 0;
    await file?.close();
    if (file !== null) await rm(path, { force: true });
    file = null;
  };
  try {
    for await (const chunk of response.body) {
      bytes += chunk.length;
      lastByte = chunk.at(-1) ?? lastByte;
      if (file === null && memory.take(chunk.length)) {
        memoryBytes += chunk.length;
        inMemory.push(chunk);
        continue;
      }
      file ??= await open(path, 'wx+');
      await file.writeFile(chunk);
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  const isOnDisk = file !== null;
  async function* read(): AsyncGenerator<Buffer> {
    yield* inMemory;
    if (isOnDisk) yield* createReadStream(path) as AsyncIterable<Buffer>;
  }
  return {
    contentType: response.headers['content-type'] ?? null,
    bytes,
    endsWithNewline: lastByte === 0x0a,
    read: () => (isOnDisk ? read() : inMemory),
    [Symbol.asyncDispose]: dispose,
  };
}
