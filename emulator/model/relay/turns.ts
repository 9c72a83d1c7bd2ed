// Lets so many requests through at a time. http.Agent counts a connection only once it is made, so where making one takes time it sets no limit.

export interface Turns {
  /** True when it is this one's turn, which `end` must follow; false where the time was over or the signal came before. */
  take(timeoutMs: number, signal: AbortSignal | undefined): Promise<boolean> | true;
  end(): void;
}

export function createTurns(max: number): Turns {
  let free = max;
  const waiting = new Set<(isTurn: boolean) => void>();
  return {
    take(timeoutMs, signal) {
      if (free > 0) {
        free -= 1;
        return true;
      }
      return new Promise((resolve) => {
        const settle = (isTurn: boolean) => {
          waiting.delete(settle);
          clearTimeout(timer);
          signal?.removeEventListener('abort', giveUp);
          resolve(isTurn);
        };
        const giveUp = () => settle(false);
        const timer = setTimeout(giveUp, timeoutMs);
        signal?.addEventListener('abort', giveUp, { once: true });
        waiting.add(settle);
      });
    },
    end() {
      const [next] = waiting;
      if (next) next(true);
      else free += 1;
    },
  };
}
