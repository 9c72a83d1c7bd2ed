// Timeouts and retries of every AWS client. The SDK has no time limit of its own: a lost packet would eat the whole invocation.

export interface ClientLimits {
  /** Until the head of the answer is here, per attempt. */
  readonly requestTimeoutMs: number;
  /** First try included. */
  readonly attemptsMax: number;
}

/** One second to connect (endpoints are in the same Region), then `requestTimeoutMs`. Spread it into a client's constructor. */
export function clientSettings({ requestTimeoutMs, attemptsMax }: ClientLimits) {
  // Without throwOnRequestTimeout the SDK only writes a warning when the time is over, and goes on waiting.
  return {
    maxAttempts: attemptsMax,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true },
  };
}
