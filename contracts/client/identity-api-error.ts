// The API answered, and not with what was asked for.
import { type IdentityErrorCode, partnerRefusals } from './error-codes.ts';

export interface ApiFailure {
  readonly status: number;
  readonly code: IdentityErrorCode;
  readonly requestId: string | null;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
}

/**
 * Its message is made of this package's own texts, not of what a server wrote, which could repeat a token or a record (API Gateway's text
 * for a wrong signature holds the session token). Taken from an answer are only: codes of this package's tables; numbers (a row, line,
 * record or limit of bytes, up to 9 digits); a name in x-amzn-errortype in the form of AWS's (words of letters up to "Exception", 50
 * characters at most); Retry-After as a number; and a request id that is a UUID, as API Gateway's are.
 */
export class IdentityApiError extends Error {
  override readonly name = 'IdentityApiError';
  /** HTTP status of the answer. */
  readonly status: number;
  readonly code: IdentityErrorCode;
  /** Of API Gateway, for whoever looks into its logs: a UUID; null where the answer named none. */
  readonly requestId: string | null;
  /** The same call may succeed later; the client has repeated it `attemptsMax` times already. Then repeat it with the same idempotency key. */
  readonly retryable: boolean;
  /** What the answer's Retry-After asks for, in milliseconds; null without one. */
  readonly retryAfterMs: number | null;

  constructor(message: string, { status, code, requestId, retryable, retryAfterMs }: ApiFailure) {
    super(message);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The partner's own word that this account gets no token: another attempt, with any credentials of the account, gets the same. */
export function isPartnerRefusal(error: unknown): boolean {
  return error instanceof IdentityApiError && error.status === 403 && partnerRefusals.has(error.code);
}
