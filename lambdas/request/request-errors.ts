// Every error request answers with. Texts name the rule and a position at most: nothing of a record, a token or an AWS error.
import { HttpError } from '../http/http-error.ts';
import { largeRequestErrors } from './large-request-errors.ts';

const errors = {
  AUTHORIZER_MISSING: [500, 'The API is not set up: nothing verified the token of this call.'],
  TOKEN_EXPIRED: [401, 'The token has expired. Get a new one from /init.'],
  SUBJECT_MISMATCH: [403, 'The token was issued to another account.'],
  EMPTY_BODY: [400, 'The body is empty.'],
  INVALID_ENCODING: [400, 'The body is not valid UTF-8.'],
  INVALID_JSON: [400, 'The body must be a JSON object with either a list "records" or a text "inputLocation", and nothing else.'],
  INVALID_JSON_LINE: [400, 'Every line must be a JSON value.'],
  INVALID_CSV: [400, 'The CSV is not valid: a quote is open or out of place.'],
  INVALID_LINE_ENDS: [400, 'Lines must end with LF or CRLF, not with a carriage return alone.'],
  RAGGED_ROW: [400, 'A row does not have as many fields as the header.'],
  NO_RECORDS: [400, 'There must be at least one record.'],
  RECORD_NOT_AN_OBJECT: [400, 'Every record must be a JSON object.'],
  INVALID_IDEMPOTENCY_KEY: [400, 'Idempotency-Key must be 1 to 255 visible ASCII characters.'],
  UNSUPPORTED_CONTENT_TYPE: [415, 'Content-Type must be application/json, application/jsonlines or text/csv, in UTF-8.'],
  REQUEST_TOO_LARGE: [413, 'The body is too large.'],
  IDEMPOTENCY_KEY_REUSED: [409, 'This Idempotency-Key was used with another request.'],
  REQUEST_IN_PROGRESS: [409, 'A request with this Idempotency-Key is being worked on.'],
  MODEL_REJECTED_REQUEST: [422, 'The model did not accept the records.'],
  MODEL_FAILED: [502, 'The model failed.'],
  MODEL_TIMED_OUT: [504, 'The model gave no complete answer: it took too long, or ended.'],
  // 502 and not 503: to the client this API is the gateway and the model is behind it.
  MODEL_UNAVAILABLE: [502, 'The model cannot be reached. Try again later.'],
  RESULT_NOT_STORED: [503, 'The result could not be stored. Send the request again.'],
  ...largeRequestErrors,
} as const;

export type RequestErrorCode = keyof typeof errors;

/** Seconds after which the same call may succeed. */
const retryAfterSeconds: Partial<Record<RequestErrorCode, string>> = {
  REQUEST_IN_PROGRESS: '1',
  MODEL_UNAVAILABLE: '5',
  RESULT_NOT_STORED: '2',
  WORKER_UNAVAILABLE: '2',
  STATE_UNAVAILABLE: '2',
};

/** `place` is a position such as "Row 3.", or a limit; it is put behind the message. */
export function requestError(code: RequestErrorCode, { place, cause }: { place?: string; cause?: unknown } = {}): HttpError {
  const [status, message] = errors[code];
  const retryAfter = retryAfterSeconds[code];
  return new HttpError(
    {
      status,
      code,
      message: place === undefined ? message : `${message} ${place}`,
      ...(retryAfter === undefined ? {} : { headers: { 'Retry-After': retryAfter } }),
    },
    cause === undefined ? undefined : { cause },
  );
}
