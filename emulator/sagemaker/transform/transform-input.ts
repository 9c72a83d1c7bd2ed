// One input becomes one output: its bodies go out as slots are free, the answers are put behind each other in their order, and the whole is stored.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ByteBudget } from '../../aws/byte-budget.ts';
import type { Log } from '../../log.ts';
import type { Model } from '../../model/model.ts';
import { payloadsInMBMax } from '../execution-parameters.ts';
import { type Assembly, createAssembly } from './assembly.ts';
import { type BatchOptions, batchRecords } from './batch-records.ts';
import { InputFailure, isOfFileSystem, storageReason } from './input-failure.ts';
import { invokeContainer } from './invoke-container.ts';
import type { TransformInput } from './list-inputs.ts';
import type { ProgressCounter } from './progress.ts';
import { readInput } from './read-input.ts';
import { recordFormats } from './record-format.ts';
import { createSlots, type Slots } from './slots.ts';
import type { TransformDefinition, TransformStorage } from './transform-definition.ts';
import { requestsAtOnce, type TransformParameters } from './transform-parameters.ts';

/** What all inputs of a job share. */
export interface RunningTransform {
  readonly definition: TransformDefinition;
  readonly parameters: TransformParameters;
  readonly storage: TransformStorage;
  readonly model: Model;
  /** Requests at the same time, over all inputs. */
  readonly slots: Slots;
  readonly memory: ByteBudget;
  /** Of this job alone. */
  readonly directory: string;
  readonly progress: ProgressCounter;
  readonly log: Log;
}

/** One request's. Records are known when it has been sent. */
interface Body {
  readonly content: Buffer | { open(): Readable };
  records(): number;
}

const mebibyte = 1024 * 1024;
/** Ours: answers that may wait for the one before them, as multiples of the requests at the same time. */
const answersAheadPerSlot = 4;

/** @throws InputFailure where it gets no output; the signal's reason */
export async function transformInput(input: TransformInput, job: RunningTransform, signal: AbortSignal): Promise<void> {
  const { definition, directory } = job;
  const { accept, assembleWith, kmsKeyId } = definition.output;
  const reading = job.progress.input(input.bytes);
  let hasFailed = true;
  try {
    await using output = createAssembly({ path: join(directory, randomUUID()), assembleWith, accept, kmsKeyId });
    await sendAll(bodiesOf(input, { job, reading, signal }), { output, job, signal, key: nameOf(input) });
    signal.throwIfAborted();
    const object = await output.finish();
    try {
      await job.storage.put(input.output, object, signal);
    } catch (error) {
      throw new InputFailure('ClientError', `ClientError: the output could not be stored: ${storageReason(error)}`, { cause: error });
    }
    hasFailed = false;
  } catch (error) {
    if (error instanceof InputFailure || !isOfFileSystem(error)) throw error;
    // Of the files that wait here: neither the data nor the container is to blame.
    throw new InputFailure('InternalServerError', `InternalServerError: the output could not be put together: ${error.code}`, {
      cause: error,
    });
  } finally {
    if (!signal.aborted) reading.end(hasFailed);
  }
}

/** As the job's log names it: the bucket belongs to it (sagemaker-python-sdk#1882) [src-issue]. */
export function nameOf({ bucket, key }: TransformInput): string {
  return bucket === '' ? key : `${bucket}/${key}`;
}

interface Sending {
  readonly output: Assembly;
  readonly job: RunningTransform;
  readonly signal: AbortSignal;
  readonly key: string;
}

/** The first failure ends them all: what is still under way is aborted, and gone when this rejects. */
async function sendAll(bodies: AsyncIterable<Body>, { output, job, signal: stop, key }: Sending): Promise<void> {
  const { definition, slots, parameters } = job;
  const failed = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  const fail = (error: unknown) => failed.abort(error);
  const ahead = createSlots(requestsAtOnce(parameters) * answersAheadPerSlot);
  const underWay = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>) => {
    const settled = work.catch(fail).finally(() => underWay.delete(settled));
    underWay.add(settled);
  };
  let written: Promise<void> = Promise.resolve();
  try {
    for await (const body of bodies) {
      await ahead.take(signal);
      await slots.take(signal);
      const answered = send(body, { job, signal, key, definition }).finally(() => slots.free());
      const before = written;
      written = (async () => {
        await using answer = await answered;
        await before;
        await output.append(answer);
        ahead.free();
      })();
      track(written);
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(underWay);
  stop.throwIfAborted();
  failed.signal.throwIfAborted();
}

async function send(
  { content, records }: Body,
  { job, signal, key, definition }: { job: RunningTransform; signal: AbortSignal; key: string; definition: TransformDefinition },
) {
  const { input, output } = definition;
  const answer = await invokeContainer({
    ...{ model: job.model, body: content, signal, memory: job.memory },
    headers: {
      ...(input.contentType !== null && { 'content-type': input.contentType }),
      ...(output.accept !== null && { accept: output.accept }),
    },
    timeoutMs: definition.invocationTimeoutSeconds * 1_000,
    retriesMax: definition.invocationRetriesMax,
    answerPath: join(job.directory, randomUUID()),
    onRequest: () => job.progress.requested(),
    onRetry: (reason) => job.log.debug(`${key}: ${reason}; trying again`),
  });
  job.progress.answered(records());
  return answer;
}

interface Reading {
  readonly job: RunningTransform;
  readonly signal: AbortSignal;
  readonly reading: { size(bytes: number): void; read(bytes: number): void };
}

async function* bodiesOf(input: TransformInput, { job, reading, signal }: Reading): AsyncGenerator<Body> {
  const { definition, parameters, storage } = job;
  const { maxPayloadInMB, batchStrategy } = parameters;
  const { splitType, compression } = definition.input;
  const source = () => readInput({ storage, location: input, compression, signal, onSize: reading.size, onRead: reading.read });
  const isSingle = batchStrategy === 'SINGLE_RECORD' && splitType !== 'None';
  const isOfAnySize = maxPayloadInMB === 0;
  if (isOfAnySize && !isSingle) {
    yield streamedBody(source, splitType);
    return;
  }
  // A single record is held while it is looked for its end: where the job sets no limit, all of them together have AWS's.
  const bytesMax = isOfAnySize ? Math.floor((payloadsInMBMax * mebibyte) / requestsAtOnce(parameters)) : maxPayloadInMB * mebibyte;
  const limitName = isOfAnySize ? `${payloadsInMBMax} MB for all of MaxConcurrentTransforms` : `MaxPayloadInMB=${maxPayloadInMB}`;
  const options: BatchOptions = { format: recordFormats[splitType], isSingle, bytesMax, recordBytesMax: bytesMax, limitName };
  let hasBody = false;
  for await (const { body, records } of batchRecords(source(), options)) {
    hasBody = true;
    yield { content: isOfAnySize ? { open: () => Readable.from([body]) } : body, records: () => records };
  }
  // An empty object has no record; unsplit it is sent as it is [mem: what AWS makes of one is not known].
  if (!hasBody && splitType === 'None') yield { content: Buffer.alloc(0), records: () => 1 };
}

/** Ours: how much of a streamed body is looked through at a time. */
const pieceBytes = 256 * 1024;

/** MaxPayloadInMB 0: the whole object in one request, in chunks; read anew for each try. Records are counted, and broken ones found, on the way. */
function streamedBody(source: () => AsyncIterable<Buffer>, splitType: TransformDefinition['input']['splitType']): Body {
  let records = 0;
  async function* pieces(): AsyncGenerator<Buffer> {
    records = 0;
    if (splitType === 'None') {
      records = 1;
      yield* source();
      return;
    }
    const recordBytesMax = payloadsInMBMax * mebibyte;
    const limitName = `${payloadsInMBMax} MB`;
    const options = { format: recordFormats[splitType], isSingle: false, bytesMax: pieceBytes, recordBytesMax, limitName };
    for await (const batch of batchRecords(source(), options)) {
      records += batch.records;
      yield batch.body;
    }
  }
  return { content: { open: () => Readable.from(pieces(), { objectMode: false, highWaterMark: pieceBytes }) }, records: () => records };
}
