// One answer, whole, until it is its turn to be written: in memory as long as the job's share of it lasts, on disk behind that.
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { ModelResponse } from '../../model/model.ts';

/** Bytes of answers in memory, of all requests of a job together. */
export interface AnswerMemory {
  /** False where nothing is left. */
  take(bytes: number): boolean;
  giveBack(bytes: number): void;
}

/** Ours: answers of 6 MB requests at the default concurrency stay off the disk. */
const answerMemoryBytes = 32 * 1024 * 1024;

export function createAnswerMemory(bytesMax = answerMemoryBytes): AnswerMemory {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > bytesMax) return false;
      taken += bytes;
      return true;
    },
    giveBack(bytes) {
      taken -= bytes;
    },
  };
}

export interface HeldAnswer extends AsyncDisposable {
  readonly contentType: string | null;
  readonly bytes: number;
  readonly endsWithNewline: boolean;
  /** To be read once. */
  read(): AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** Rejects with the response's own ModelFailure; nothing is held then. `path` is of a file that is made where memory does not suffice. */
export async function holdAnswer(response: ModelResponse, memory: AnswerMemory, path: string): Promise<HeldAnswer> {
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
