// One attempt at one call: prepare it, send it, read the answer, all within its time.
import { orAbort, startDeadline } from './abortable.ts';
import { copyError } from './copy-error.ts';
import { IdentityNetworkError } from './identity-network-error.ts';
import { readBody } from './read-body.ts';
import { answerFailure, readFailure } from './read-failure.ts';
import type { Outcome } from './repeat.ts';
import { readRetryAfterMs } from './retry-after.ts';

export interface PreparedCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: it is a GET, else a POST. */
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

export interface Exchange<Value> {
  /** For messages, e.g. "POST /init". */
  readonly operation: string;
  /** Its part of the time is spent on credentials. */
  readonly prepare: () => Promise<PreparedCall>;
  /** Of a good answer; any other is an error. */
  readonly goodStatus: 200 | 202;
  /** Null where a good answer is not what the contract says. `retryAfterMs` as its header has it, null without one. */
  readonly read: (text: string, retryAfterMs: number | null) => Value | null;
}

export interface ExchangeOptions {
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Others below 400, such as 304, lead nowhere: they are answers outside the contract. Source: Fetch Standard, "redirect status". */
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Far above any answer of the API. */
const answerBytesMax = 1_000_000;

/** @throws the signal's reason, and whatever `prepare` throws */
export async function exchange<Value>(
  options: ExchangeOptions,
  { operation, prepare, goodStatus, read }: Exchange<Value>,
  signal: AbortSignal,
): Promise<Outcome<Value>> {
  signal.throwIfAborted();
  using deadline = startDeadline(signal, options.timeoutMs);
  let call: PreparedCall | null = null;
  try {
    call = await orAbort(prepare(), deadline.signal);
    return await orAbort(send(options, { operation, call, goodStatus, read }, deadline.signal), deadline.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (call === null && !deadline.timedOut()) throw error;
    const code = call === null ? 'CREDENTIALS_TIMED_OUT' : deadline.timedOut() ? 'TIMED_OUT' : 'NETWORK_FAILED';
    return { ok: false, error: new IdentityNetworkError(code, operation, { cause: copyError(error, call) }) };
  }
}

async function send<Value>(
  { fetch, now }: ExchangeOptions,
  { operation, call, goodStatus, read }: Omit<Exchange<Value>, 'prepare'> & { readonly call: PreparedCall },
  signal: AbortSignal,
): Promise<Outcome<Value>> {
  const { url, headers, body } = call;
  const response = await fetch(url, { method: body === null ? 'GET' : 'POST', headers, body, redirect: 'manual', signal });
  const { status } = response;
  const head = { operation, status, headers: response.headers };
  if (response.type === 'opaqueredirect' || redirectStatuses.has(status)) {
    await response.body?.cancel();
    return { ok: false, error: answerFailure({ ...head, text: null }, 'UNEXPECTED_REDIRECT') };
  }
  const text = await readBody(response, answerBytesMax);
  if (status !== goodStatus) return { ok: false, error: readFailure({ ...head, text }, now()) };
  if (text === null) return { ok: false, error: answerFailure({ ...head, text }, 'ANSWER_TOO_LARGE') };
  const value = read(text, readRetryAfterMs(response.headers.get('retry-after'), now()));
  return value === null ? { ok: false, error: answerFailure({ ...head, text }, 'INVALID_ANSWER') } : { ok: true, value };
}
