// One request of a job to its container, again where that may help, until its whole answer is held.
import type { Readable } from 'node:stream';
import type { ByteBudget } from '../../aws/byte-budget.ts';
import { type Model, ModelFailure, type ModelRequest, type StreamedBody } from '../../model/model.ts';
import { pause } from '../../model/readiness.ts';
import { type HeldAnswer, holdAnswer } from './held-answer.ts';
import { InputFailure } from './input-failure.ts';

export interface Invocation {
  readonly model: Model;
  readonly headers: Readonly<Record<string, string>>;
  /** A Buffer goes out with its length, a stream in chunks. */
  readonly body: Buffer | { open(): Readable };
  readonly timeoutMs: number;
  readonly retriesMax: number;
  readonly signal: AbortSignal;
  readonly memory: ByteBudget;
  /** Of a file that is not there. */
  readonly answerPath: string;
  readonly onRequest: () => void;
  /** One line for the job's log, of a try that is not the last. */
  readonly onRetry: (reason: string) => void;
}

/** Ours, doubled with each retry: AWS names no pause. */
const firstPauseMs = 100;

/** @throws InputFailure when no try succeeded; the signal's reason */
export async function invokeContainer(invocation: Invocation): Promise<HeldAnswer> {
  const { retriesMax, signal, onRequest, onRetry } = invocation;
  for (let retries = 0; ; retries += 1) {
    signal.throwIfAborted();
    onRequest();
    try {
      return await tryOnce(invocation);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Unanswered)) throw error;
      if (!error.isWorthRetrying || retries === retriesMax) throw new InputFailure(error.kind, error.message, { cause: error.cause });
      onRetry(error.message);
      await pause(firstPauseMs * 2 ** retries, signal);
    }
  }
}

/** One try without a good answer. */
class Unanswered extends InputFailure {
  readonly isWorthRetrying: boolean;

  constructor(kind: InputFailure['kind'], message: string, isWorthRetrying: boolean, options?: { cause?: unknown }) {
    super(kind, message, options);
    this.isWorthRetrying = isWorthRetrying;
  }
}

async function tryOnce({ model, headers, body, timeoutMs, signal, memory, answerPath }: Invocation): Promise<HeldAnswer> {
  const length = Buffer.isBuffer(body) ? { 'content-length': String(body.length) } : {};
  const request: ModelRequest = {
    ...{ method: 'POST', path: '/invocations', headers: { ...headers, ...length }, timeoutMs, signal },
    body: body satisfies Buffer | StreamedBody,
  };
  try {
    using response = await model.open(request);
    if (response.status < 200 || response.status > 299) throw badStatus(response.status);
    return await holdAnswer(response, memory, answerPath);
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    if (error.reason === 'bodyBroken') throw error.cause instanceof InputFailure ? error.cause : error;
    // As AWS says it (sagemaker-python-sdk#1951) [src-issue]; which of them AWS tries again is not documented [mem].
    throw new Unanswered('AlgorithmError', 'Unable to get response from algorithm', true, { cause: error });
  }
}

/** Both lines as seen in job logs: sagemaker-tensorflow-serving-container#93, sagemaker-python-sdk#1882 [src-issue]. That only 5xx is tried again: [mem]. */
function badStatus(status: number): Unanswered {
  if (status >= 400 && status < 500) return new Unanswered('ClientError', `ClientError: ${status}`, false);
  return new Unanswered('AlgorithmError', `Bad HTTP status received from algorithm: ${status}`, status >= 500);
}
