// What a failed InvokeEndpoint means for its part: the same again after a pause, the end of the request, or the end of this try.
import type { ModelError } from '@aws-sdk/client-sagemaker-runtime';
import { nameOf, statusOf } from '../aws/error-label.ts';
import { modelTimeMsMax } from './limits.ts';
import { isMisconfigured } from './worker-errors.ts';

/**
 * `again`: nobody worked on it, wait and send it again. `out-of-time`: our own time ended before the model's. `try-again`: not the
 * model's fault; `misconfigured`: nor AWS's. The others are answers of the model.
 */
export type PartError =
  | 'again'
  | 'out-of-time'
  | 'try-again'
  | 'misconfigured'
  | 'model-failed'
  | 'MODEL_REJECTED_REQUEST'
  | 'MODEL_ANSWER_TOO_LARGE'
  | 'REQUEST_TOO_LARGE';

/** Not ready, too many calls, or not reached: the names of SageMaker Runtime, of AWS's throttling and of Node's connections. */
const sendAgain: ReadonlySet<string> = new Set([
  'ModelNotReadyException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'ThrottlingException',
  'TooManyRequestsException',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** `timeoutMs` is what the call was given. */
export function partError(error: unknown, timeoutMs: number): PartError {
  const status = statusOf(error);
  if (status === 413) return 'REQUEST_TOO_LARGE';
  switch (nameOf(error)) {
    case 'ModelError':
      return ofContainer(error as Partial<ModelError>);
    // TimeoutError: the SDK's or AbortSignal.timeout's own; AbortError: how the SDK passes an aborted signal on.
    case 'AbortError':
    case 'TimeoutError':
      return timeoutMs < modelTimeMsMax ? 'out-of-time' : 'model-failed';
    case 'ValidationError':
      return /oversize body/i.test((error as Error).message) ? 'REQUEST_TOO_LARGE' : 'try-again';
    default: {
      const { code } = error as { code?: unknown };
      if (isMisconfigured(error)) return 'misconfigured';
      const isNamed = sendAgain.has(nameOf(error)) || (typeof code === 'string' && sendAgain.has(code));
      return isNamed || status === 429 || status === 503 ? 'again' : 'try-again';
    }
  }
}

/** The container's own status. 0: SageMaker got no complete answer in time. */
function ofContainer({ OriginalStatusCode: status = 0, message = '' }: Partial<ModelError>): PartError {
  // Words of amazon-sagemaker-examples issue 4324, which long error texts share; an answer that did not fit has no status.
  if (status === 0 && message.includes('could not load the entire response body')) return 'MODEL_ANSWER_TOO_LARGE';
  if (status === 413) return 'REQUEST_TOO_LARGE';
  // It had no time for the request: the records are not at fault.
  if (status === 408 || status === 429 || status === 503) return 'again';
  return status >= 400 && status < 500 ? 'MODEL_REJECTED_REQUEST' : 'model-failed';
}
