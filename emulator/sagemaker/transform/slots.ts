// So many at a time and no more: requests of a job, and of one input those that are ahead of the first that is not written yet.

export interface Slots {
  /** Resolves when one is free, in the order of asking. Rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<void>;
  free(): void;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();
  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const turn = () => {
          waiting.delete(turn);
          signal.removeEventListener('abort', giveUp);
          resolve();
        };
        const giveUp = () => {
          waiting.delete(turn);
          reject(signal.reason);
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.add(turn);
      });
    },
    free() {
      const [next] = waiting;
      if (next === undefined) free += 1;
      else next();
    },
  };
}
