// How an invocation ends before the work is done. No text of another system is in any of them: Lambda logs what a function throws.

import { errorLabel, nameOf, statusOf } from '../aws/error-label.ts';
import { HttpError } from '../http/http-error.ts';

const failures = {
  INPUT_CHANGED: 'The input was replaced or removed after the request came.',
  INVALID_ENCODING: 'The input is not valid UTF-8.',
  INVALID_JSON_LINE: 'Every line must be a JSON value.',
  RECORD_NOT_AN_OBJECT: 'Every record must be a JSON object.',
  INVALID_CSV: 'The CSV is not valid: a quote is open or out of place.',
  INVALID_LINE_ENDS: 'Lines must end with LF or CRLF, not with a carriage return alone.',
  RAGGED_ROW: 'A row does not have as many fields as the header.',
  NO_RECORDS: 'There must be at least one record.',
  RECORD_TOO_LARGE: 'A record is larger than the model can be sent.',
  TOO_MANY_PARTS: 'The input has more records than one request may have.',
  MODEL_REJECTED_REQUEST: 'The model did not accept the records.',
  REQUEST_TOO_LARGE: 'The model does not accept as many records or bytes at once as it was sent.',
  MODEL_FAILED: 'The model failed again and again.',
  MODEL_ANSWER_TOO_LARGE: "The model's answer is larger than SageMaker hands on.",
  MODEL_ANSWER_INVALID: "The model's answers cannot be joined to one result.",
  RESULT_EXISTS: 'Where the result belongs another object lies.',
  RESULT_TOO_LARGE: 'The result is larger than S3 takes.',
  NO_PROGRESS: 'The work was begun again and again and came no further.',
  WORKER_MISCONFIGURED: 'A permission or a setting is missing or wrong in the deployment of this API.',
  WORKER_FAILED: 'The work was given up after several tries.',
} as const;

export type FailureCode = keyof typeof failures;

/** The request has failed for good; code and message go into its state. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  readonly code: FailureCode;

  /** `place` is a position such as "Row 3."; it is put behind the message. */
  constructor(code: FailureCode, place?: string) {
    super(place === undefined ? failures[code] : `${failures[code]} ${place}`);
    this.code = code;
  }
}

/** Thrown to Lambda, which tries again: what is done stays done. The message is a name and a status. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}

/** The model, and not our side, is why there must be another try. */
export class ModelFailed extends Error {
  override readonly name = 'ModelFailed';
}

/** The deployment, and not the request, is why there must be another try. Lambda hands its name on to the failed function. */
export class WorkerMisconfigured extends Error {
  static readonly errorName = 'WorkerMisconfigured';
  override readonly name = WorkerMisconfigured.errorName;
}

/** The invocation's time is nearly over: another one goes on. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** Another invocation has changed the state: it works, and this one must not. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** AWS refused a call, or what the settings name is not there. After all tries that is a fault of the deployment. */
export function isMisconfigured(error: unknown): boolean {
  const cause = sdkErrorOf(error);
  // HeadObject's refusal has no body and so no name: there is only the status.
  return error instanceof WorkerMisconfigured || nameOf(cause) === 'NoSuchBucket' || statusOf(cause) === 403;
}

/** What a log may say of what ended an invocation, never a message of another system. */
export function labelOf(error: unknown): string {
  if (error instanceof ModelFailed || error instanceof TryAgain || error instanceof WorkerMisconfigured) return error.message;
  return errorLabel(sdkErrorOf(error));
}

/** objects.ts wraps it. */
function sdkErrorOf(error: unknown): unknown {
  return error instanceof HttpError && error.cause !== undefined ? error.cause : error;
}
