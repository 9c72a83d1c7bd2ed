// One invocation of an asynchronous request: input out of S3 with the model's execution role, POST /invocations, the answer into a file.
import type { Log } from '../../log.ts';
import { type Model, ModelFailure } from '../../model/model.ts';
import type { Endpoint } from '../../template/sagemaker-definitions.ts';
import { readMetering } from '../metering.ts';
import { answeredWithError, failureFault } from '../model-error.ts';
import { type PlatformStorage, PlatformStorageError, type S3Location } from '../platform-storage.ts';
import { readErrorAnswer } from '../read-error-answer.ts';
import { answerContentType } from './answer-content-type.ts';
import { writeAnswer } from './answer-file.ts';
import { payloadBytesMax } from './async-limits.ts';
import type { InvocationFields } from './invocation-span.ts';
import type { QueuedRequest } from './queued-request.ts';
import { failures, type RequestFailure, responseHeadFailure } from './request-failure.ts';
import { InputChangedError, type InputProblem, openInput, type RequestInput } from './request-input.ts';

/** The container's answer, whole in its file. */
export interface RequestAnswer {
  readonly bytes: number;
  /** Null where the container named none that an object can have. */
  readonly contentType: string | null;
}

export type RunOutcome =
  | { readonly kind: 'answered'; readonly answer: RequestAnswer }
  | { readonly kind: 'failed'; readonly failure: RequestFailure }
  /** S3 is in trouble, and the container has not had the whole request. `failure`: where there is no time for another attempt. */
  | { readonly kind: 'interrupted'; readonly failure: RequestFailure }
  /** The model takes no requests now: nothing reached it. */
  | { readonly kind: 'notSent' }
  /** Airlock closes: how far it came is in the queue. */
  | { readonly kind: 'stopped' };

export interface RunParts {
  readonly endpoint: Endpoint;
  readonly model: Model;
  readonly storage: PlatformStorage;
  /** Of an inline input; null also where it was damaged. */
  readonly inlineBody: Buffer | null;
  /** File for the answer. */
  readonly answerPath: string;
  readonly region: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Keeps in the queue that the container may have it. */
  readonly keepRunning: () => void;
  readonly annotate: (fields: InvocationFields) => void;
}

/** Rejects with what is no fault of the request: the disk's errors, ours. */
export async function runRequest(parts: RunParts, request: QueuedRequest): Promise<RunOutcome> {
  const { inlineBody, storage, signal, keepRunning, annotate } = parts;
  if (request.input === null && inlineBody === null) return { kind: 'failed', failure: failures.inputDamaged() };
  const input = await inputOf(storage, request.input, { inlineBody, signal });
  if (input instanceof PlatformStorageError) return broken(parts, request, input);
  if ('kind' in input) {
    const { kind } = input;
    return ended(signal, kind === 'missing' ? failures.inputMissing(request) : failures.inputTooLarge(input.bytes, payloadBytesMax));
  }
  annotate({ requestBytes: input.bytes });
  keepRunning();
  return invoke(parts, request, input);
}

async function inputOf(
  storage: PlatformStorage,
  location: S3Location | null,
  { inlineBody, signal }: Pick<RunParts, 'inlineBody' | 'signal'>,
): Promise<RequestInput | InputProblem | PlatformStorageError> {
  if (location === null) {
    const body = inlineBody ?? Buffer.alloc(0);
    return { bytes: body.byteLength, body };
  }
  try {
    return await openInput(storage, location, signal);
  } catch (error) {
    if (error instanceof PlatformStorageError) return error;
    throw error;
  }
}

async function invoke(parts: RunParts, request: QueuedRequest, input: RequestInput): Promise<RunOutcome> {
  const { endpoint, model, answerPath, region, log, signal, annotate } = parts;
  try {
    using response = await model.open({
      ...{ method: 'POST', path: '/invocations', body: input.body, timeoutMs: request.timeoutMs, signal },
      headers: { ...request.headers, 'content-length': String(input.bytes) },
    });
    annotate({ status: response.status });
    if (response.status < 200 || response.status > 299) {
      const { message } = answeredWithError({ endpoint, region }, await readErrorAnswer(response));
      return ended(signal, { outcome: 'modelError', message });
    }
    // A stand-in has no HTTP of its own.
    const misfit = model.standIn === undefined ? responseHeadFailure(response) : null;
    if (misfit) return ended(signal, misfit);
    const bytes = await writeAnswer(response, answerPath);
    annotate({ responseBytes: bytes, ...readMetering(response, endpoint.endpointName, log) });
    return { kind: 'answered', answer: { bytes, contentType: answerContentType(response, { endpoint, log }) } };
  } catch (error) {
    if (error instanceof ModelFailure) return failedInvocation(parts, request, error);
    if (signal.aborted) return { kind: 'stopped' };
    // The container has had the request: it is not asked again, whatever the disk says.
    log.error({ error, endpointName: endpoint.endpointName, requestId: request.requestId }, 'asynchronous invocation failed');
    return { kind: 'failed', failure: failures.internal() };
  }
}

function failedInvocation(parts: RunParts, request: QueuedRequest, error: ModelFailure): RunOutcome {
  const { endpoint, region, signal } = parts;
  if (error.reason === 'notReady') return signal.aborted ? { kind: 'stopped' } : { kind: 'notSent' };
  if (error.reason === 'bodyBroken') return broken(parts, request, error.cause);
  return ended(signal, { outcome: error.reason, message: failureFault({ endpoint, region }, error).message });
}

/** An input that broke off: what the container had of it was no request. */
function broken({ signal }: RunParts, request: QueuedRequest, cause: unknown): RunOutcome {
  const failure = failures.input(request, cause);
  const isFinal = cause instanceof PlatformStorageError ? !cause.isTemporary : cause instanceof InputChangedError;
  return isFinal || signal.aborted ? ended(signal, failure) : { kind: 'interrupted', failure };
}

/** What breaks while Airlock closes is no failure of the request. */
function ended(signal: AbortSignal, failure: RequestFailure): RunOutcome {
  return signal.aborted ? { kind: 'stopped' } : { kind: 'failed', failure };
}
