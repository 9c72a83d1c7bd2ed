// Long work that blocks the thread, one piece after the other: many requests at once must not keep signals and /health waiting for all of them.
import { setTimeout } from 'node:timers/promises';

export interface Turns {
  /** Rejects as `work` throws, or with the signal's reason where that is aborted before the turn has come. */
  take<T>(work: () => T, signal?: AbortSignal): Promise<T>;
}

/** Ours: after this much work the others have their turn, for this long. */
const workMs = 50;
const pauseMs = 10;

function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let workedMs = 0;
  async function run<T>(work: () => T, signal: AbortSignal | undefined): Promise<T> {
    if (workedMs >= workMs) {
      workedMs = 0;
      await setTimeout(pauseMs);
    }
    signal?.throwIfAborted();
    const start = performance.now();
    try {
      return work();
    } finally {
      workedMs += performance.now() - start;
    }
  }
  return {
    take(work, signal) {
      const turn = last.then(() => run(work, signal));
      last = turn.catch(() => {
        // The caller has it.
      });
      return turn;
    },
  };
}

/** Of this thread, whoever works on it. */
export const threadTurns: Turns = createTurns();
