// Waits for the first 200 from GET /ping, as SageMaker does after it has started a container.
import { setTimeout as delay } from 'node:timers/promises';
import { pingTimeoutMs } from '../limits.ts';
import { ModelFailure, type ModelFailureReason } from './model.ts';
import type { ModelChannel } from './model-channel.ts';

export interface ReadinessOptions {
  readonly timeoutMs: number;
  /** Ends the wait: resolves to false. */
  readonly signal: AbortSignal;
  /** What each ping came to. */
  readonly onPing?: (result: PingResult) => void;
}

/** A status, or why there was none. */
export type PingResult = number | ModelFailureReason;

/** True once /ping answered 200 within its 2 s; false at the deadline or on the signal. */
export async function waitForPing(channel: ModelChannel, { timeoutMs, signal, onPing }: ReadinessOptions): Promise<boolean> {
  const startedAt = performance.now();
  for (;;) {
    const elapsedMs = performance.now() - startedAt;
    if (signal.aborted || elapsedMs >= timeoutMs) return false;
    const result = await ping(channel, Math.min(pingTimeoutMs, timeoutMs - elapsedMs), signal);
    if (result === 200) return true;
    onPing?.(result);
    await pause(pollIntervalMs(elapsedMs), signal);
  }
}

/** A model that starts in 100 ms is seen some 5 ms later; one that takes a minute is asked once a second. */
function pollIntervalMs(elapsedMs: number): number {
  return Math.min(Math.max(elapsedMs / 20, 5), 1_000);
}

async function ping(channel: ModelChannel, timeoutMs: number, signal: AbortSignal): Promise<PingResult> {
  try {
    const { status } = await channel.send({ method: 'GET', path: '/ping', headers: {}, timeoutMs: Math.max(1, timeoutMs), signal });
    return status;
  } catch (error) {
    if (error instanceof ModelFailure) return error.reason;
    throw error;
  }
}

/** Calls `tell` with the seconds that have passed: after half of the time, then once in each, until the signal. */
export async function tellOfSlowStart(everyMs: number, until: AbortSignal, tell: (seconds: number) => Promise<void> | void): Promise<void> {
  const startedAt = performance.now();
  for (let waitMs = everyMs / 2; ; waitMs = everyMs) {
    await pause(waitMs, until);
    if (until.aborted) return;
    await tell(Math.round((performance.now() - startedAt) / 1_000));
  }
}

/** Resolves at the time or at the signal, whichever is first. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
