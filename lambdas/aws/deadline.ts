// The end of one AWS call, its retries included. An aborted call is not tried again by the SDK.

/** Options for a client's `send`; time that is over aborts at once. */
export function deadline(timeoutMs: number): { abortSignal: AbortSignal } {
  // AbortSignal.timeout throws a RangeError for fractions and for less than zero.
  return { abortSignal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))) };
}
