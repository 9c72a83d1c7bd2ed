// The options of one call, checked before anything is sent.
import { randomUUID } from 'node:crypto';
import { checkNames } from './check-names.ts';
import type { RequestStatus } from './read-answers.ts';

export interface CallOptions {
  /** Ends the call at once; it then rejects with the signal's reason. Null is none, as it is for fetch. */
  readonly signal?: AbortSignal | null | undefined;
}

export interface RequestOptions extends CallOptions {
  /**
   * 1 to 255 visible ASCII characters; default a random UUID. A call with the same key and records gets the first one's result: give one of
   * your own (an order's number) where a call may be made again after it failed or the application was started anew.
   */
  readonly idempotencyKey?: string | undefined;
}

export interface WaitOptions extends CallOptions {
  /** For the whole wait. Default 3,600,000, an hour; at most a week. The work on the request goes on when it is over. */
  readonly timeoutMs?: number | undefined;
  /** Told of every look, the last one included; `recordsDone` says how far the work is. What it throws ends the wait. */
  readonly onProgress?: ((status: RequestStatus) => void) | undefined;
}

const waitMsDefault = 3_600_000;
const waitMsMax = 604_800_000;

/** @throws TypeError for options that cannot be used; the signal's reason if it is aborted already */
export function readCallOptions(options: CallOptions | null | undefined, known: readonly string[] = ['signal']): AbortSignal {
  if (options === null || options === undefined) return neverAborted();
  if (typeof options !== 'object') throw new TypeError('the options of a call must be an object');
  checkNames(options, known);
  const signal = options.signal ?? neverAborted();
  if (!isAbortSignal(signal)) throw new TypeError('signal must be an AbortSignal');
  signal.throwIfAborted();
  return signal;
}

/**
 * A key that is null is refused and not replaced by a random one: it is one of the application's that got lost.
 * @throws TypeError for options that cannot be used; the signal's reason if it is aborted already
 */
export function readRequestOptions(options: RequestOptions | null | undefined): { idempotencyKey: string; signal: AbortSignal } {
  const signal = readCallOptions(options, ['signal', 'idempotencyKey']);
  const { idempotencyKey = randomUUID() } = options ?? {};
  if (typeof idempotencyKey !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    throw new TypeError('idempotencyKey must be a string of 1 to 255 visible ASCII characters');
  }
  return { idempotencyKey, signal };
}

/** @throws TypeError for options that cannot be used; the signal's reason if it is aborted already */
export function readWaitOptions(options: WaitOptions | null | undefined) {
  const signal = readCallOptions(options, ['signal', 'timeoutMs', 'onProgress']);
  const { timeoutMs = waitMsDefault, onProgress = () => {} } = options ?? {};
  if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > waitMsMax) {
    throw new TypeError(`timeoutMs must be a whole number from 1 to ${waitMsMax}`);
  }
  if (typeof onProgress !== 'function') throw new TypeError('onProgress must be a function');
  return { signal, timeoutMs, onProgress };
}

/** By its members, as a signal may come from another realm. */
function isAbortSignal(value: Partial<AbortSignal>): boolean {
  return typeof value === 'object' && typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function';
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}
