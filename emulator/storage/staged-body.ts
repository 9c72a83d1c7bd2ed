// A body on its way in: counted, hashed and kept where nobody sees it, until it is committed or discarded.
import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type ChecksumAlgorithm, createChecksum } from '../aws/checksum.ts';

export interface StagedBody {
  readonly sizeBytes: number;
  readonly md5: Buffer;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  readonly content: Buffer | StagedFile;
}

/** A temporary file that holds the body and is still open at its end. */
export interface StagedFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** More bytes than `bytesMax` came. What is left of the body was not read. */
export class BodyTooLongError extends Error {
  override readonly name = 'BodyTooLongError';
  readonly bytesMax: number;

  constructor(bytesMax: number) {
    super(`The body is longer than ${bytesMax} bytes.`);
    this.bytesMax = bytesMax;
  }
}

/** Ours: a body up to this size is held in memory and written in one go; a longer one never is. */
export const inlineBytesMax = 128 * 1024;

export interface StageOptions {
  readonly body: Buffer | Readable;
  readonly checksumAlgorithm: ChecksumAlgorithm;
  readonly bytesMax: number;
  /** Where to put a body that is too long for memory. */
  readonly temporaryPath: () => string;
}

/** Rejects with BodyTooLongError, or with whatever the stream was destroyed with; then nothing is left behind. */
export async function stageBody({ body, checksumAlgorithm, bytesMax, temporaryPath }: StageOptions): Promise<StagedBody> {
  const tally = createTally(checksumAlgorithm, bytesMax);
  let held: Buffer[] = [];
  let file: StagedFile | null = null;
  try {
    for await (const piece of pieces(body)) {
      const chunk = tally.add(piece);
      if (file) {
        await file.handle.writeFile(chunk);
        continue;
      }
      held.push(chunk);
      if (tally.sizeBytes() > inlineBytesMax) {
        const path = temporaryPath();
        file = { path, handle: await open(path, 'wx') };
        for (const early of held) await file.handle.writeFile(early);
        held = [];
      }
    }
  } catch (error) {
    if (file) await discardFile(file);
    throw error;
  }
  return { ...tally.result(), content: file ?? joined(held) };
}

/** A whole body in memory, for what is small by its nature. Rejects as stageBody does. */
export async function collectBody({ body, checksumAlgorithm, bytesMax }: Omit<StageOptions, 'temporaryPath'>) {
  const tally = createTally(checksumAlgorithm, bytesMax);
  const held: Buffer[] = [];
  for await (const piece of pieces(body)) held.push(tally.add(piece));
  return { ...tally.result(), content: joined(held) };
}

function createTally(algorithm: ChecksumAlgorithm, bytesMax: number) {
  const md5 = createHash('md5');
  const checksum = createChecksum(algorithm);
  let sizeBytes = 0;
  return {
    sizeBytes: () => sizeBytes,
    add(piece: Uint8Array | string): Buffer {
      const chunk = Buffer.isBuffer(piece) ? piece : Buffer.from(piece);
      sizeBytes += chunk.length;
      if (sizeBytes > bytesMax) throw new BodyTooLongError(bytesMax);
      md5.update(chunk);
      checksum.update(chunk);
      return chunk;
    },
    result: () => ({ sizeBytes, md5: md5.digest(), checksum: { algorithm, value: checksum.digestBase64() } }),
  };
}

function joined(held: readonly Buffer[]): Buffer {
  return held.length === 1 && held[0] ? held[0] : Buffer.concat(held);
}

export async function discardFile({ path, handle }: StagedFile): Promise<void> {
  await handle.close();
  await rm(path, { force: true });
}

function pieces(body: Buffer | Readable): Iterable<Buffer> | AsyncIterable<Uint8Array | string> {
  return Buffer.isBuffer(body) ? [body] : body;
}
