// Reading and writing what is known of a large request. A write never replaces a version that it has not seen.
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject } from '../request/is-json-object.ts';
import type { Objects, WriteOutcome } from '../request/objects.ts';
import { requestError } from '../request/request-errors.ts';
import { type Progress, type RequestState, stateKey } from './request-state.ts';

export interface StoredState {
  readonly state: RequestState;
  /** Of the version that was read or written. */
  readonly etag: string;
}

/** S3 answers 409 where it is busy with another write of the same key, also one of which nothing comes: then it must be asked again. */
const writeAttemptsMax = 4;
/** Before the second attempt; doubles. */
const pauseMsFirst = 50;

type StateObjects = Pick<Objects, 'putNew' | 'replace' | 'read'>;

/** Null where there is none. @throws HttpError of the objects, TypeError where the object is no state */
export async function readState(objects: StateObjects, requestId: string, timeoutMs: number): Promise<StoredState | null> {
  const current = await objects.read(stateKey(requestId), timeoutMs);
  return current === null ? null : { state: parseState(current.text), etag: current.etag };
}

/** Writes where there is none; null where another was first. @throws HttpError of the objects, STATE_UNAVAILABLE */
export async function createState(objects: StateObjects, state: RequestState, timeoutMs: number): Promise<StoredState | null> {
  return write(objects, { state, etag: null }, timeoutMs);
}

/** Writes over the version with this ETag; null where another has changed it since. @throws HttpError of the objects, STATE_UNAVAILABLE */
export async function replaceState(objects: StateObjects, stored: StoredState, timeoutMs: number): Promise<StoredState | null> {
  return write(objects, stored, timeoutMs);
}

/** `etag`: of the version to write over; null where there must be none. */
async function write(
  objects: StateObjects,
  { state, etag: expected }: { readonly state: RequestState; readonly etag: string | null },
  timeoutMs: number,
): Promise<StoredState | null> {
  const endsAtMs = performance.now() + timeoutMs;
  const leftMs = () => endsAtMs - performance.now();
  const key = stateKey(state.requestId);
  const body = JSON.stringify(state);
  const object = { key, body, contentType: 'application/json' };
  for (let attempt = 1, pauseMs = pauseMsFirst; ; attempt += 1, pauseMs *= 2) {
    const outcome: WriteOutcome =
      expected === null ? await objects.putNew(object, leftMs()) : await objects.replace(object, expected, leftMs());
    if (outcome.kind === 'written') return { state, etag: outcome.etag };
    const current = await objects.read(key, leftMs());
    // Our own write whose answer got lost: the SDK tried again and met itself.
    if (current?.text === body) return { state, etag: current.etag };
    if ((current?.etag ?? null) !== expected) return null;
    // Nobody has written: what was there is there still.
    if (attempt === writeAttemptsMax || leftMs() <= pauseMs) throw requestError('STATE_UNAVAILABLE', { cause: new WriteConflict() });
    await sleep(pauseMs);
  }
}

/** Only its name is used, in our log. */
class WriteConflict extends Error {
  override readonly name = 'WriteConflict';
}

/** Nothing more is done for it. */
export function isFinal({ progress }: RequestState): boolean {
  return progress === 'SUCCEEDED' || progress === 'FAILED';
}

/** Nobody works on it, or who did has certainly ended. */
export function isUnheld({ holder }: RequestState, nowMs: number): boolean {
  return holder === null || nowMs > Date.parse(holder.leaseEndsAt);
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
  return { assembly: null, ...state } as unknown as RequestState;
}
