// Reading and writing what is known of a large request. A write never replaces a version that it has not seen.
import { isJsonObject } from '../request/is-json-object.ts';
import type { Objects, WriteOutcome } from '../request/objects.ts';
import { type Progress, type RequestState, stateKey } from './request-state.ts';

export interface StoredState {
  readonly state: RequestState;
  /** Of the version that was read or written. */
  readonly etag: string;
}

type StateObjects = Pick<Objects, 'putNew' | 'replace' | 'read'>;

/** Null where there is none. @throws HttpError RESULT_NOT_STORED, TypeError where the object is no state */
export async function readState(objects: StateObjects, requestId: string, timeoutMs: number): Promise<StoredState | null> {
  const current = await objects.read(stateKey(requestId), timeoutMs);
  return current === null ? null : { state: parseState(current.text), etag: current.etag };
}

/** Writes where there is none; null where another was first. @throws HttpError RESULT_NOT_STORED */
export async function createState(objects: StateObjects, state: RequestState, timeoutMs: number): Promise<StoredState | null> {
  return write(objects, state, (object) => objects.putNew(object, timeoutMs), timeoutMs);
}

/** Writes over the version with this ETag; null where another has changed it since. @throws HttpError RESULT_NOT_STORED */
export async function replaceState(objects: StateObjects, { state, etag }: StoredState, timeoutMs: number): Promise<StoredState | null> {
  return write(objects, state, (object) => objects.replace(object, etag, timeoutMs), timeoutMs);
}

async function write(
  objects: StateObjects,
  state: RequestState,
  put: (object: { key: string; body: string; contentType: string }) => Promise<WriteOutcome>,
  timeoutMs: number,
): Promise<StoredState | null> {
  const key = stateKey(state.requestId);
  const body = JSON.stringify(state);
  const outcome = await put({ key, body, contentType: 'application/json' });
  if (outcome.kind === 'written') return { state, etag: outcome.etag };
  // Our own write whose answer got lost: the SDK tried again and met itself.
  const current = await objects.read(key, timeoutMs);
  return current?.text === body ? { state, etag: current.etag } : null;
}

/** Nothing more is done for it. */
export function isFinal({ progress }: RequestState): boolean {
  return progress === 'SUCCEEDED' || progress === 'FAILED';
}

const progresses: readonly Progress[] = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED'];

/** @throws TypeError where it is no state. Only these functions write under requests/, so that is a fault of ours and not an answer. */
export function parseState(text: string): RequestState {
  const state: unknown = JSON.parse(text);
  const wellFormed =
    isJsonObject(state) &&
    progresses.some((progress) => progress === state.progress) &&
    ['requestId', 'subject', 'requestHash', 'createdAt', 'updatedAt'].every((name) => typeof state[name] === 'string') &&
    ['recordsDone', 'attemptsWithoutProgress'].every((name) => Number.isSafeInteger(state[name])) &&
    isJsonObject(state.input) &&
    Array.isArray(state.parts) &&
    (state.holder === null || isJsonObject(state.holder));
  if (!wellFormed) throw new TypeError('the object is not the state of a large request');
  return state as unknown as RequestState;
}
