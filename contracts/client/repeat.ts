// Repeats what may succeed a little later: network failures, throttling and faults behind the API. Every call may be repeated: /init
// and a look at a request change nothing, and /request carries an idempotency key.
import { orAbort } from './abortable.ts';
import type { IdentityApiError } from './identity-api-error.ts';
import type { IdentityNetworkError } from './identity-network-error.ts';

/** One attempt ends in one of these. What it throws instead (an abort, credentials that can't be had) is never repeated. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: IdentityApiError | IdentityNetworkError };

export interface RepeatOptions {
  /** First attempt included. */
  readonly attemptsMax: number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** At least 0, below 1. */
  readonly random: () => number;
}

const backOffMsFirst = 200;
const backOffMsMax = 5_000;
/** A server may ask for an hour. Whoever called should know sooner that it does. */
export const retryAfterMsMax = 20_000;

/** @throws the last attempt's error, or the signal's reason */
export async function repeat<Value>(
  { attemptsMax, wait, random }: RepeatOptions,
  attempt: () => Promise<Outcome<Value>>,
  signal: AbortSignal,
): Promise<Value> {
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await attempt();
    if (outcome.ok) return outcome.value;
    if (!outcome.error.retryable || attempts >= attemptsMax) throw outcome.error;
    await orAbort(wait(pauseMs(attempts, outcome.error.retryAfterMs, random), signal), signal);
  }
}

/** Half of the back-off is left to chance, and comes on top of Retry-After, so that clients refused together do not come back together. */
export function pauseMs(attempts: number, retryAfterMs: number | null, random: () => number, mostMs = backOffMsMax): number {
  const backOffMs = Math.min(backOffMsFirst * 2 ** (attempts - 1), mostMs);
  return Math.min(retryAfterMs ?? 0, retryAfterMsMax) + Math.round((backOffMs * (1 + random())) / 2);
}
