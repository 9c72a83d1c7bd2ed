// GET /request/{requestId}: what a large request has come to. Only who sent it is told that it is there.
import type { Progress, RequestState } from '../large-request/request-state.ts';
import { readState } from '../large-request/stored-state.ts';
import type { Caller } from './check-caller.ts';
import type { Objects } from './objects.ts';
import { requestError } from './request-errors.ts';

/** The hash of an Idempotency-Key, or the id of an invocation of Lambda's. Nothing else may become part of a key in the bucket. */
const requestIdPattern = /^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export interface RequestView {
  readonly requestId: string;
  readonly state: Progress;
  readonly recordsDone: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Where SUCCEEDED. */
  readonly result?: { readonly bucket: string } & NonNullable<RequestState['result']>;
  /** Where FAILED. */
  readonly error?: NonNullable<RequestState['error']>;
}

/** @throws HttpError REQUEST_NOT_FOUND, also for a request of another subject; STATE_UNAVAILABLE */
export async function lookUpRequest(
  states: Objects,
  { requestId, caller, timeoutMs }: { readonly requestId: string | undefined; readonly caller: Caller; readonly timeoutMs: number },
): Promise<RequestView> {
  if (requestId === undefined || !requestIdPattern.test(requestId)) throw requestError('REQUEST_NOT_FOUND');
  const stored = await readState(states, requestId, timeoutMs);
  if (stored === null || stored.state.subject !== caller.subject) throw requestError('REQUEST_NOT_FOUND');
  const { progress, recordsDone, createdAt, updatedAt, result, error } = stored.state;
  return {
    ...{ requestId, state: progress, recordsDone, createdAt, updatedAt },
    ...(progress === 'SUCCEEDED' && result !== null && { result: { bucket: states.bucket, ...result } }),
    ...(progress === 'FAILED' && error !== null && { error }),
  };
}
