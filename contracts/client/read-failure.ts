// What an answer other than the good one means: our own errors by their code, API Gateway's by their status.
import {
  type AnswerErrorCode,
  errorRows,
  type GatewayErrorCode,
  type IdentityErrorCode,
  type ServiceErrorCode,
  serviceErrors,
} from './error-codes.ts';
import { IdentityApiError } from './identity-api-error.ts';
import { asObject, parseJson } from './read-json.ts';
import { readRetryAfterMs } from './retry-after.ts';

/** The head of an answer, and its body where it was short enough to be read. */
export interface Answer {
  readonly operation: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string | null;
}

/** Whatever a code says: no other 4xx is ever repeated, and of 5xx those that API Gateway gives (501 and 520, say, are of something else). */
const retryableStatuses: ReadonlySet<number> = new Set([409, 429, 500, 502, 503, 504]);

const codesByStatus: Readonly<Record<number, GatewayErrorCode | ServiceErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'REQUEST_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  504: 'GATEWAY_TIMED_OUT',
};

/** The positions and limits that our functions put behind a message. Nothing else of a message is passed on. */
const placePattern = / ((?:Row|Line|Record) \d{1,9}|At most \d{1,3}(?:,\d{3}){0,3} bytes)\.$/;

export function readFailure(answer: Answer, nowMs: number): IdentityApiError {
  const { status, headers, text } = answer;
  const error = asObject(asObject(parseJson(text ?? ''))?.error);
  const own = readServiceCode(error?.code);
  const code = own ?? codeOf(status, headers.get('x-amzn-errortype'));
  const place = own === null ? undefined : placePattern.exec(String(error?.message))?.[1];
  const detail = own === null ? describeException(headers.get('x-amzn-errortype')) : '';
  return apiError(answer, { code, requestId: error?.requestId, more: place === undefined ? detail : ` ${place}.`, nowMs });
}

/** For an answer that is outside the contract. */
export function answerFailure(answer: Answer, code: AnswerErrorCode): IdentityApiError {
  return apiError(answer, { code, requestId: undefined, more: '', nowMs: 0 });
}

function apiError(
  { operation, status, headers }: Answer,
  {
    code,
    requestId,
    more,
    nowMs,
  }: { readonly code: IdentityErrorCode; readonly requestId: unknown; readonly more: string; readonly nowMs: number },
): IdentityApiError {
  const { text, retryable } = errorRows[code];
  return new IdentityApiError(`${operation} answered ${status} ${code}: ${text}${more}`, {
    status,
    code,
    requestId: readRequestId(requestId) ?? readRequestId(headers.get('x-amzn-requestid')),
    retryable: retryable && retryableStatuses.has(status),
    retryAfterMs: readRetryAfterMs(headers.get('retry-after'), nowMs),
  });
}

function readServiceCode(code: unknown): ServiceErrorCode | null {
  return typeof code === 'string' && Object.hasOwn(serviceErrors, code) ? (code as ServiceErrorCode) : null;
}

function codeOf(status: number, errorType: string | null): GatewayErrorCode | ServiceErrorCode | AnswerErrorCode {
  if (status < 400) return 'INVALID_ANSWER';
  // Too Many Requests as well, but it lasts until the quota's next day, week or month.
  if (status === 429 && errorType === 'LimitExceededException') return 'QUOTA_EXCEEDED';
  return codesByStatus[status] ?? (status < 500 ? 'BAD_REQUEST' : 'GATEWAY_ERROR');
}

/** AWS's name of the error: words such as InvalidSignatureException. A code that this client does not know is not passed on. */
function describeException(errorType: string | null): string {
  return errorType !== null && errorType.length <= 50 && /^(?:[A-Z][a-z]{1,14}){1,5}Exception$/.test(errorType) ? ` (${errorType})` : '';
}

/** API Gateway's are UUIDs, and the functions behind it pass those on. */
function readRequestId(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? value : null;
}
