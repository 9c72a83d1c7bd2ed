// The state object of a large request before anyone works on it: written by POST, once. From then on it is the worker's.
import type { RequestState } from '../large-request/request-state.ts';
import { createState, readState, type StoredState } from '../large-request/stored-state.ts';
import type { Objects } from './objects.ts';
import { requestError } from './request-errors.ts';

/** What was asked, by whom, and when. */
export type Asked = Pick<RequestState, 'requestId' | 'subject' | 'requestHash' | 'input'> & { readonly nowMs: number };

/** Null where there is none. @throws HttpError IDEMPOTENCY_KEY_REUSED where something else was asked, STATE_UNAVAILABLE */
export async function readOwnState(
  objects: Objects,
  { requestId, requestHash }: Pick<Asked, 'requestId' | 'requestHash'>,
  timeoutMs: number,
): Promise<StoredState | null> {
  const stored = await readState(objects, requestId, timeoutMs);
  if (stored !== null && stored.state.requestHash !== requestHash) throw requestError('IDEMPOTENCY_KEY_REUSED');
  return stored;
}

/**
 * Never overwrites. One that is there already is that of the same request, under a claim that has ended since: then that one is it.
 * @throws HttpError STATE_UNAVAILABLE, IDEMPOTENCY_KEY_REUSED
 */
export async function beginState(objects: Objects, asked: Asked, timeLeftMs: () => number): Promise<StoredState> {
  const stored = (await createState(objects, newState(asked), timeLeftMs())) ?? (await readOwnState(objects, asked, timeLeftMs()));
  if (stored === null) throw requestError('STATE_UNAVAILABLE');
  return stored;
}

function newState({ requestId, subject, requestHash, input, nowMs }: Asked): RequestState {
  const createdAt = new Date(nowMs).toISOString();
  return {
    ...{ requestId, subject, requestHash, input },
    progress: 'QUEUED',
    createdAt,
    updatedAt: createdAt,
    recordsDone: 0,
    holder: null,
    attemptsWithoutProgress: 0,
    parts: [],
    cutToTheEnd: false,
    uploadId: null,
    assembly: null,
    result: null,
    error: null,
  };
}
