// One timer for whichever waiting request expires first.
import type { Clock } from '../../clock.ts';

export interface ExpiryTimer {
  /** Milliseconds since 1970; replaces what was set. Infinity: nothing expires. */
  set(atMs: number): void;
  /** Nothing is called after it. */
  close(): void;
}

/** Ours: the clock is looked at again at least so often, as it can be set while a timer runs. */
const lookMs = 60_000;

export function createExpiryTimer({ clock, onExpiry }: { readonly clock: Clock; readonly onExpiry: () => void }): ExpiryTimer {
  let timer: NodeJS.Timeout | undefined;
  let setMs = Number.POSITIVE_INFINITY;
  let isClosed = false;

  function wait(): void {
    clearTimeout(timer);
    if (isClosed || setMs === Number.POSITIVE_INFINITY) return;
    const leftMs = setMs - clock.now();
    // A request is expired a millisecond after its last one.
    timer = setTimeout(() => (clock.now() > setMs ? onExpiry() : wait()), Math.min(Math.max(leftMs, 0) + 1, lookMs)).unref();
  }

  return {
    set(atMs) {
      if (atMs === setMs) return;
      setMs = atMs;
      wait();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
