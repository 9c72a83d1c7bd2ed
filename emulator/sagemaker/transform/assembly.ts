// One input's output: the answers behind each other in a file of its own, until it is whole and may be stored.
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { NewObject } from '../platform-storage.ts';
import type { HeldAnswer } from './held-answer.ts';
import type { TransformDefinition } from './transform-definition.ts';

export interface Assembly extends AsyncDisposable {
  /** In the order of the records; the answer is read, and stays the caller's to dispose of. */
  append(answer: Pick<HeldAnswer, 'contentType' | 'endsWithNewline' | 'read'>): Promise<void>;
  /** Nothing can be appended behind this. */
  finish(): Promise<NewObject>;
}

const newline = Buffer.from('\n');

export interface AssemblyOptions {
  readonly path: string;
  /** Line: a newline behind each answer, but for one that brings its own [mem: whether AWS writes a second one is not known]. */
  readonly assembleWith: TransformDefinition['output']['assembleWith'];
  /** The output's Content-Type; null takes the first answer's [mem]. */
  readonly accept: string | null;
  readonly kmsKeyId: string | null;
}

export function createAssembly({ path, assembleWith, accept, kmsKeyId }: AssemblyOptions): Assembly {
  const file = createWriteStream(path, { flags: 'wx', highWaterMark: 1024 * 1024 });
  // Whoever writes next hears of it.
  file.on('error', () => {});
  let contentType = accept;
  let bytes = 0;
  const write = async (chunk: Buffer) => {
    if (file.errored) throw file.errored;
    bytes += chunk.length;
    if (!file.write(chunk)) await once(file, 'drain');
  };
  return {
    async append(answer) {
      contentType ??= answer.contentType;
      for await (const chunk of answer.read()) await write(chunk);
      if (assembleWith === 'Line' && !answer.endsWithNewline) await write(newline);
    },
    async finish() {
      file.end();
      await finished(file);
      const body = { bytes, open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) };
      return { body, ...(contentType !== null && { contentType }), ...(kmsKeyId !== null && { kmsKeyId }) };
    },
    async [Symbol.asyncDispose]() {
      file.destroy();
      if (!file.closed) await new Promise<void>((resolve) => file.once('close', () => resolve()));
      await rm(path, { force: true });
    },
  };
}
