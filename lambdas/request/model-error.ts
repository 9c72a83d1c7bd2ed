// What a failed InvokeEndpoint means for our caller.
import type { ModelError } from '@aws-sdk/client-sagemaker-runtime';
import { nameOf, statusOf } from '../aws/error-label.ts';
import type { HttpError } from '../http/http-error.ts';
import { type RequestErrorCode, requestError } from './request-errors.ts';

/** Never with the model's message: it may repeat the records. */
export function modelError(error: unknown): HttpError {
  return requestError(codeOf(error), { cause: error });
}

function codeOf(error: unknown): RequestErrorCode {
  if (statusOf(error) === 413) return 'REQUEST_TOO_LARGE';
  switch (nameOf(error)) {
    case 'ModelError':
      return codeOfContainer(error as Partial<ModelError>);
    // TimeoutError: the SDK's or AbortSignal.timeout's own; AbortError: how the SDK passes an aborted signal on.
    case 'AbortError':
    case 'TimeoutError':
      return 'MODEL_TIMED_OUT';
    case 'ValidationError':
      return /oversize body/i.test((error as Error).message) ? 'REQUEST_TOO_LARGE' : 'MODEL_UNAVAILABLE';
    default:
      // Not ready, throttled, unavailable, not found, not permitted, not reached: the model was not asked.
      return 'MODEL_UNAVAILABLE';
  }
}

/**
 * The container's own status. 0: SageMaker got no complete answer. It tells a late one from a broken connection by words only, so both
 * are told as one.
 */
function codeOfContainer({ OriginalStatusCode: status }: Partial<ModelError>): RequestErrorCode {
  switch (status) {
    case 0:
      return 'MODEL_TIMED_OUT';
    case 413:
      return 'REQUEST_TOO_LARGE';
    // It had no time for the request; the records are not at fault, so the same ones may succeed later.
    case 408:
    case 429:
      return 'MODEL_UNAVAILABLE';
    default:
      return isClientError(status) ? 'MODEL_REJECTED_REQUEST' : 'MODEL_FAILED';
  }
}

function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}
