// No complete answer came: whether the call arrived is not known, which is what the idempotency key is for.

const texts = {
  NETWORK_FAILED: 'the API could not be reached, or the connection broke before the answer was complete',
  TIMED_OUT: 'no complete answer came in time',
} as const;

export type NetworkErrorCode = keyof typeof texts;

/** The reason is in `cause`. */
export class IdentityNetworkError extends Error {
  override readonly name = 'IdentityNetworkError';
  readonly code: NetworkErrorCode;
  readonly retryable = true;
  readonly retryAfterMs = null;

  constructor(code: NetworkErrorCode, operation: string, options?: { cause?: unknown }) {
    super(`${operation}: ${texts[code]}.`, options);
    this.code = code;
  }
}
