// A signal that follows another one after a while: what is under way may end by itself until then.

export interface LateSignal extends Disposable {
  readonly signal: AbortSignal;
}

/** Dispose of it when what it was for has ended. */
export function abortAfter(first: AbortSignal, graceMs: number): LateSignal {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    timer = setTimeout(() => late.abort(first.reason), graceMs);
  };
  if (first.aborted) begin();
  else first.addEventListener('abort', begin, { once: true });
  return {
    signal: late.signal,
    [Symbol.dispose]() {
      first.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}
