// How the time of one invocation is divided: work, then what is under way, then the last write.
import { reserveMs, storageTimeoutMs } from './limits.ts';

export interface TimeLeft {
  /** May something new be begun? */
  readonly takesMore: () => boolean;
  /** Milliseconds until nothing new may be begun. */
  readonly untilReserveMs: () => number;
  /** For a call to the model: half of the reserve stays for storing its answer and the state. */
  readonly forModelMs: () => number;
  readonly forStorageMs: () => number;
}

/** `remainingMs` is Lambda's; asked now, at the beginning, it is the whole time. */
export function timeLeft(remainingMs: () => number): TimeLeft {
  const keptMs = Math.min(reserveMs, remainingMs() / 4);
  return {
    takesMore: () => remainingMs() > keptMs,
    untilReserveMs: () => remainingMs() - keptMs,
    forModelMs: () => remainingMs() - keptMs / 2,
    forStorageMs: () => Math.min(storageTimeoutMs, remainingMs() - keptMs / 40),
  };
}
