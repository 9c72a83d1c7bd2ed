// Looks at a large request again and again, ever less often, until nothing more is done for it.
import { orAbort, startDeadline } from './abortable.ts';
import type { readWaitOptions } from './call-options.ts';
import { IdentityNetworkError } from './identity-network-error.ts';
import type { FinishedRequest, RequestStatus } from './read-answers.ts';
import { pauseMs, type RepeatOptions } from './repeat.ts';

/** What one look saw. */
export interface Look {
  readonly status: RequestStatus;
  /** What the API asks to wait until the next; null where it says nothing. */
  readonly retryAfterMs: number | null;
}

/** Between two looks: it begins at that of a repetition, and doubles up to this. */
const pauseMsMax = 10_000;

/**
 * `look` repeats what may succeed a little later by itself; what it throws in the end ends the wait.
 * @throws IdentityNetworkError WAIT_TIMED_OUT, the signal's reason, and what `look` and `onProgress` throw
 */
export async function waitUntilFinished(
  { wait, random }: Pick<RepeatOptions, 'wait' | 'random'>,
  look: (signal: AbortSignal) => Promise<Look>,
  { signal, timeoutMs, onProgress }: ReturnType<typeof readWaitOptions>,
): Promise<FinishedRequest> {
  using deadline = startDeadline(signal, timeoutMs);
  try {
    for (let looks = 1; ; looks += 1) {
      const { status, retryAfterMs } = await look(deadline.signal);
      onProgress(status);
      if (status.state === 'SUCCEEDED' || status.state === 'FAILED') return status;
      const pause = wait(pauseMs(looks, retryAfterMs, random, pauseMsMax), deadline.signal);
      await orAbort(pause, deadline.signal);
    }
  } catch (error) {
    if (deadline.timedOut() && error === deadline.signal.reason) throw new IdentityNetworkError('WAIT_TIMED_OUT', operation);
    throw error;
  }
}

const operation = 'GET /request/{requestId}';
