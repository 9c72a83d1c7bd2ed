// The end of an invocation: the answer's file becomes the output object. It may be tried again; the container is never asked for that.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Endpoint } from '../../template/sagemaker-definitions.ts';
import { type PlatformStorage, PlatformStorageError } from '../platform-storage.ts';
import type { QueuedRequest, RequestStep } from './queued-request.ts';
import type { RequestAnswer } from './run-request.ts';

export interface StoreParts {
  readonly endpoint: Endpoint;
  readonly storage: PlatformStorage;
  readonly answerPath: string;
  readonly signal: AbortSignal;
  /** In the queue, before the step is done. */
  readonly keep: (step: RequestStep) => void;
}

/** Ours: answers up to this are held in memory while they are stored. */
const heldAnswerBytesMax = 1024 * 1024;

/** Null when it is there, else what S3 said. Rejects with what the disk says. */
export async function storeAnswer(
  { endpoint, storage, answerPath, signal, keep }: StoreParts,
  { output, step }: QueuedRequest,
  { bytes, contentType }: RequestAnswer,
): Promise<PlatformStorageError | null> {
  // A second attempt may find what the first one wrote: what was there before is known already.
  if (step.kind !== 'writing') {
    const before = await inStorage(() => storage.head(output, signal));
    if (!(before instanceof PlatformStorageError)) keep({ kind: 'writing', isSeen: true, etagBefore: before?.etag ?? null });
    else if (before.isTemporary || signal.aborted) return before;
    // Without s3:ListBucket what is missing is 403 and what is there is 200: where it can be seen later, it was written.
    else keep({ kind: 'writing', isSeen: before.code === 'AccessDenied', etagBefore: null });
  }
  const kmsKeyId = endpoint.asyncInference?.kmsKeyId ?? null;
  const sources: Readable[] = [];
  const open = () => {
    const source = createReadStream(answerPath);
    sources.push(source);
    return source;
  };
  const object = {
    // What was begun as a stream the SDK does not send again.
    body: bytes <= heldAnswerBytesMax ? await readFile(answerPath) : { bytes, open },
    ...(contentType !== null && { contentType }),
    ...(kmsKeyId !== null && { kmsKeyId }),
  };
  const stored = await inStorage(() => storage.put(output, object, signal));
  for (const source of sources) source.destroy();
  return stored instanceof PlatformStorageError ? stored : null;
}

/** Whether a process that ended while it wrote the output had written it; or S3's error where that cannot be told now. */
export async function isOutputThere(
  storage: PlatformStorage,
  { output, step }: QueuedRequest,
  signal: AbortSignal,
): Promise<boolean | PlatformStorageError> {
  if (step.kind !== 'writing' || !step.isSeen) return false;
  const now = await inStorage(() => storage.head(output, signal));
  if (now instanceof PlatformStorageError) return now.isTemporary || signal.aborted ? now : false;
  return now !== null && now.etag !== step.etagBefore;
}

async function inStorage<Value>(work: () => Promise<Value>): Promise<Value | PlatformStorageError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PlatformStorageError) return error;
    throw error;
  }
}
