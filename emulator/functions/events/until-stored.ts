// What the disk refuses (it is full, for example) is tried again until it is done: an accepted event is never left lying.
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../log.ts';

export interface UntilStored {
  /** May run more than once: it runs no function. */
  readonly step: () => Promise<void> | void;
  /** True: what fails now is left to the next process. */
  readonly isClosing: () => boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Ours: between two tries, doubling. */
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

/** Resolves when it is done or left. Never rejects for what the step throws. */
export async function untilStored({ step, isClosing, signal, log }: UntilStored): Promise<void> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    try {
      return await step();
    } catch (error) {
      if (isClosing()) return log.error({ error }, 'event not stored: it is left to the next start');
      log.error({ error, waitMs }, 'event not stored: it is tried again');
    }
    try {
      await delay(waitMs, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      return;
    }
  }
}
