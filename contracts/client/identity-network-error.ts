// No complete answer came. Unless the credentials were missing, whether the call arrived is not known: that is what the idempotency key is for.
// Or, of a wait, not the answer that was waited for.

const texts = {
  NETWORK_FAILED: 'the API could not be reached, or the connection broke before the answer was complete',
  TIMED_OUT: 'no complete answer came in time',
  CREDENTIALS_TIMED_OUT: 'the credentials did not come in time, and nothing was sent',
  WAIT_TIMED_OUT: 'the request was not finished in time; the work on it goes on',
} as const;

export type NetworkErrorCode = keyof typeof texts;

/** The reason is in `cause`: a copy with name, message and code alone, since what fetch throws may hold bytes that were sent or read. */
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
