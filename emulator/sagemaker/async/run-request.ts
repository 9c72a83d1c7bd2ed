// One invocation of an asynchronous request: input out of S3, POST /invocations, the answer into S3. All with the model's execution role.
import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Log } from '../../log.ts';
import { type Model, ModelFailure, type ModelResponse } from '../../model/model.ts';
import type { Endpoint } from '../../template/sagemaker-definitions.ts';
import { errorMessageLengthMax } from '../header-limits.ts';
import { readMetering } from '../metering.ts';
import { answeredWithError, failureFault } from '../model-error.ts';
import { type PlatformStorage, PlatformStorageError, type S3Location } from '../platform-storage.ts';
import { writeAnswer } from './answer-file.ts';
import { payloadBytesMax } from './async-limits.ts';
import type { InvocationFields } from './invocation-span.ts';
import type { QueuedRequest, RequestStep } from './queued-request.ts';
import { failures, type RequestFailure, responseHeadFailure } from './request-failure.ts';
import { type InputProblem, openInput, type RequestInput } from './request-input.ts';

export type RunOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: RequestFailure }
  /** The model takes no requests now: nothing reached it. */
  | { readonly kind: 'notSent' }
  /** Airlock closes: how far it came is in the queue. */
  | { readonly kind: 'stopped' };

export interface RunParts {
  readonly endpoint: Endpoint;
  readonly model: Model;
  readonly storage: PlatformStorage;
  /** Of an inline input. */
  readonly inlineBody: Buffer | null;
  /** File for the answer; it is removed. */
  readonly answerPath: string;
  readonly region: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Kept before the step is done. */
  readonly keep: (step: RequestStep) => void;
  readonly annotate: (fields: InvocationFields) => void;
}

/** What the texts of a failure can hold, in UTF-8. */
const errorBodyBytesMax = 4 * errorMessageLengthMax;
/** Ours: answers up to this are held in memory while they are stored. */
const heldAnswerBytesMax = 1024 * 1024;

/** Rejects with what is no fault of the request: the disk's errors, ours. */
export async function runRequest(parts: RunParts, request: QueuedRequest): Promise<RunOutcome> {
  try {
    const input = await inStorage(() => inputOf(parts, request.input));
    if (input instanceof PlatformStorageError) return ended(parts.signal, failures.input(request, input));
    if ('kind' in input) {
      const { kind } = input;
      return ended(
        parts.signal,
        kind === 'missing' ? failures.inputMissing(request) : failures.inputTooLarge(input.bytes, payloadBytesMax),
      );
    }
    parts.annotate({ requestBytes: input.bytes });
    return await invoke(parts, request, input);
  } finally {
    await rm(parts.answerPath, { force: true });
  }
}

async function inputOf({ storage, inlineBody: body, signal }: RunParts, location: S3Location | null): Promise<RequestInput | InputProblem> {
  if (location !== null) return openInput(storage, location, signal);
  if (body === null) throw new TypeError('An asynchronous request has neither a body nor an input location.');
  return { bytes: body.byteLength, body };
}

async function invoke(parts: RunParts, request: QueuedRequest, input: RequestInput): Promise<RunOutcome> {
  const { endpoint, model, answerPath, region, log, signal, keep, annotate } = parts;
  try {
    keep({ kind: 'running' });
    using response = await model.open({
      ...{ method: 'POST', path: '/invocations', body: input.body, timeoutMs: request.timeoutMs, signal },
      headers: { ...request.headers, 'content-length': String(input.bytes) },
    });
    annotate({ status: response.status });
    if (response.status < 200 || response.status > 299) {
      const answer = { status: response.status, headers: response.headers, body: await readStart(response) };
      const { message } = answeredWithError({ endpoint, region }, answer);
      return ended(parts.signal, { outcome: 'modelError', message });
    }
    // A stand-in has no HTTP of its own.
    const misfit = model.standIn === undefined ? responseHeadFailure(response) : null;
    if (misfit) return ended(parts.signal, misfit);
    const bytes = await writeAnswer(response, answerPath);
    annotate({ responseBytes: bytes, ...readMetering(response, endpoint.endpointName, log) });
    return await store(parts, request, { bytes, contentType: response.headers['content-type'] });
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    if (error.reason === 'notReady') return signal.aborted ? { kind: 'stopped' } : { kind: 'notSent' };
    if (error.reason === 'bodyBroken') return ended(parts.signal, failures.input(request, error.cause));
    return ended(parts.signal, { outcome: error.reason, message: failureFault({ endpoint, region }, error).message });
  }
}

async function store(
  { endpoint, storage, answerPath, signal, keep }: RunParts,
  request: QueuedRequest,
  { bytes, contentType }: { readonly bytes: number; readonly contentType: string | undefined },
): Promise<RunOutcome> {
  const before = await inStorage(() => storage.head(request.output, signal));
  const isSeen = !(before instanceof PlatformStorageError);
  keep({ kind: 'writing', isSeen, etagBefore: isSeen ? (before?.etag ?? null) : null });
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
    ...(contentType !== undefined && { contentType }),
    ...(kmsKeyId !== null && { kmsKeyId }),
  };
  const stored = await inStorage(() => storage.put(request.output, object, signal));
  for (const source of sources) source.destroy();
  return stored instanceof PlatformStorageError ? ended(signal, failures.output(request, stored)) : { kind: 'done' };
}

/** Whether a process that ended while it wrote the output had written it. */
export async function isOutputThere(storage: PlatformStorage, { output, step }: QueuedRequest, signal: AbortSignal): Promise<boolean> {
  if (step.kind !== 'writing' || !step.isSeen) return false;
  const now = await inStorage(() => storage.head(output, signal));
  return now !== null && !(now instanceof PlatformStorageError) && now.etag !== step.etagBefore;
}

/** What breaks while Airlock closes is no failure of the request. */
function ended(signal: AbortSignal, failure: RequestFailure): RunOutcome {
  return signal.aborted ? { kind: 'stopped' } : { kind: 'failed', failure };
}

async function inStorage<Value>(work: () => Promise<Value>): Promise<Value | PlatformStorageError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PlatformStorageError) return error;
    throw error;
  }
}

async function readStart({ body }: ModelResponse): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > errorBodyBytesMax) break;
  }
  return Buffer.concat(chunks, bytes).subarray(0, errorBodyBytesMax);
}
