// One attempt at one call: prepare it, send it, read the answer, all within its time.
import { orAbort, startDeadline } from './abortable.ts';
import { copyError } from './copy-error.ts';
import { IdentityNetworkError } from './identity-network-error.ts';
import { readBody } from './read-body.ts';
import { answerFailure, readFailure } from './read-failure.ts';
import type { Outcome } from './repeat.ts';

export interface PreparedCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

export interface Exchange<Value> {
  /** For messages, e.g. "POST /init". */
  readonly operation: string;
  /** Its part of the time is spent on credentials. */
  readonly prepare: () => Promise<PreparedCall>;
  /** Null where a 200 is not what the contract says. */
  readonly read: (text: string) => Value | null;
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
  { operation, prepare, read }: Exchange<Value>,
  signal: AbortSignal,
): Promise<Outcome<Value>> {
  signal.throwIfAborted();
  using deadline = startDeadline(signal, options.timeoutMs);
  let call: PreparedCall | null = null;
  try {
    call = await orAbort(prepare(), deadline.signal);
    return await orAbort(send(options, { operation, call, read }, deadline.signal), deadline.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (call === null && !deadline.timedOut()) throw error;
    const code = call === null ? 'CREDENTIALS_TIMED_OUT' : deadline.timedOut() ? 'TIMED_OUT' : 'NETWORK_FAILED';
    return { ok: false, error: new IdentityNetworkError(code, operation, { cause: copyError(error, call) }) };
  }
}

async function send<Value>(
  { fetch, now }: ExchangeOptions,
  { operation, call, read }: { readonly operation: string; readonly call: PreparedCall; readonly read: Exchange<Value>['read'] },
  signal: AbortSignal,
): Promise<Outcome<Value>> {
  const { url, headers, body } = call;
  const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
  const { status } = response;
  const head = { operation, status, headers: response.headers };
  if (response.type === 'opaqueredirect' || redirectStatuses.has(status)) {
    await response.body?.cancel();
    return { ok: false, error: answerFailure({ ...head, text: null }, 'UNEXPECTED_REDIRECT') };
  }
  const text = await readBody(response, answerBytesMax);
  if (status !== 200) return { ok: false, error: readFailure({ ...head, text }, now()) };
  if (text === null) return { ok: false, error: answerFailure({ ...head, text }, 'ANSWER_TOO_LARGE') };
  const value = read(text);
  return value === null ? { ok: false, error: answerFailure({ ...head, text }, 'INVALID_ANSWER') } : { ok: true, value };
}
