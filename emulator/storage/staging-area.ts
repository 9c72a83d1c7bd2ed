// Where bodies are while they come in: verified and whole before any store sees them. Both stores, the embedded and an external, use it.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ChecksumAlgorithm } from '../aws/checksum.ts';
import { discardFile, type StagedBody, stageBody } from './staged-body.ts';

export interface BodyStaging {
  /** Takes a body in; whoever asked hands it on or discards it. Rejects with BodyTooLongError or the stream's own error. */
  stage(body: Buffer | Readable, options: { checksumAlgorithm: ChecksumAlgorithm; bytesMax: number }): Promise<StagedBody>;
  discard(staged: StagedBody): Promise<void>;
}

export interface StagingArea extends BodyStaging {
  /** A path in the directory that nobody else is given. */
  temporaryPath(): string;
  /** The body's file has become something else; it is not the area's any more. */
  release(staged: StagedBody): void;
  /** Discards what is there, and what is still coming in. */
  close(): Promise<void>;
}

/** In a directory that exists and is empty. */
export function createStagingArea(directory: string): StagingArea {
  const run = randomBytes(4).toString('hex');
  let temporaries = 0;
  let closed = false;
  const staging = new Set<StagedBody>();
  const temporaryPath = () => join(directory, `${run}-${++temporaries}`);
  const discard = async (staged: StagedBody) => {
    if (staging.delete(staged) && !Buffer.isBuffer(staged.content)) await discardFile(staged.content);
  };
  return {
    temporaryPath,
    async stage(body, { checksumAlgorithm, bytesMax }) {
      const staged = await stageBody({ body, checksumAlgorithm, bytesMax, temporaryPath });
      staging.add(staged);
      if (!closed) return staged;
      await discard(staged);
      throw new Error('The store was closed while a body came in.');
    },
    discard,
    release: (staged) => void staging.delete(staged),
    async close() {
      closed = true;
      for (const staged of [...staging]) await discard(staged);
    },
  };
}
