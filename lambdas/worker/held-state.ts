// The state while this invocation holds it: from the lease to the release every write is over the version we wrote last.
import type { RequestState } from '../large-request/request-state.ts';
import { isUnheld, replaceState, type StoredState } from '../large-request/stored-state.ts';
import type { Objects } from '../request/objects.ts';
import { leaseMarginMs } from './limits.ts';
import { LeaseLost } from './worker-errors.ts';

export interface HeldState {
  readonly state: RequestState;
  /** One call at a time. @throws LeaseLost; HttpError RESULT_NOT_STORED */
  save(change: Partial<RequestState>): Promise<void>;
}

export interface Lease {
  readonly invocationId: string;
  /** Of this invocation: then it has certainly ended. */
  readonly remainingMs: number;
  readonly now: () => number;
  readonly timeoutMs: () => number;
}

/**
 * May this invocation work on it: nobody does, or who did has certainly ended. Lambda tries a failed invocation again under the same
 * id, so a lease of our own id is that of a predecessor which is dead.
 */
export function isFree(state: RequestState, invocationId: string, nowMs: number): boolean {
  return isUnheld(state, nowMs) || state.holder?.invocationId === invocationId;
}

/** Null where another holds it, or was quicker. @throws HttpError RESULT_NOT_STORED */
export async function takeLease(objects: Objects, stored: StoredState, lease: Lease): Promise<HeldState | null> {
  const nowMs = lease.now();
  if (!isFree(stored.state, lease.invocationId, nowMs)) return null;
  const leaseEndsAt = new Date(nowMs + lease.remainingMs + leaseMarginMs).toISOString();
  const state: RequestState = {
    ...stored.state,
    progress: 'RUNNING',
    updatedAt: new Date(nowMs).toISOString(),
    holder: { invocationId: lease.invocationId, leaseEndsAt },
    attemptsWithoutProgress: stored.state.attemptsWithoutProgress + 1,
  };
  const taken = await replaceState(objects, { state, etag: stored.etag }, lease.timeoutMs());
  return taken === null ? null : holdState(objects, taken, lease);
}

function holdState(objects: Objects, taken: StoredState, { now, timeoutMs }: Lease): HeldState {
  let current = taken;
  return {
    get state() {
      return current.state;
    },
    async save(change) {
      const state = { ...current.state, ...change, updatedAt: new Date(now()).toISOString() };
      const saved = await replaceState(objects, { state, etag: current.etag }, timeoutMs());
      if (saved === null) throw new LeaseLost();
      current = saved;
    },
  };
}
