// POST /request with an inputLocation: the state object first, then the worker is told. The answer is 202, where to ask is in Location.
import { errorLabel } from '../aws/error-label.ts';
import { reserve } from '../aws/reserve.ts';
import type { RequestState } from '../large-request/request-state.ts';
import { isFinal, isUnheld, replaceState, type StoredState } from '../large-request/stored-state.ts';
import { logLine } from '../log/log-line.ts';
import { beginState, readOwnState } from './begin-state.ts';
import { acquireClaim, releaseClaim } from './claim.ts';
import { findInput } from './find-input.ts';
import { type InvokeWorkerOptions, invokeWorker } from './invoke-worker.ts';
import type { Objects } from './objects.ts';
import type { LargeRequest } from './read-request.ts';
import type { Work } from './work.ts';

export interface SubmitOptions extends InvokeWorkerOptions {
  /** The results bucket; what fails there is told as STATE_UNAVAILABLE. */
  readonly states: Objects;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

export interface LargeWork extends Work<LargeRequest> {
  /** The customer's account, from the token. */
  readonly subject: string;
}

/** Kept for the release of the claim, or for marking the state, and for the answer. */
const answerReserveMs = 2_000;

/** @throws HttpError, see large-request-errors.ts; IDEMPOTENCY_KEY_REUSED, REQUEST_IN_PROGRESS */
export async function submitLargeRequest(options: SubmitOptions, work: LargeWork): Promise<RequestState> {
  const { idempotencyHash } = work.request;
  return idempotencyHash === null ? submit(options, work) : submitOnce(options, work, idempotencyHash);
}

/** Its name is Lambda's invocation id: no client can ask for it again, so what nobody works on is marked, and nobody waits for it. */
async function submit(options: SubmitOptions, work: LargeWork): Promise<RequestState> {
  const requestId = work.invocationId;
  const created = await begin(options, work, requestId);
  try {
    await invokeWorker(options, { requestId }, timeLeft(work));
  } catch (error) {
    await markFailed(options, work, created);
    throw error;
  }
  return created.state;
}

/**
 * With an Idempotency-Key its hash is the name, and only who holds the claim tells the worker. The claim is the one that requests with
 * records use, so a key is good for one kind of them. After a success it is kept until its lease ends: a repetition after that, which
 * finds it unfinished and nobody at it, tells the worker again, as an event may have been lost. A second worker does no harm.
 */
async function submitOnce(options: SubmitOptions, work: LargeWork, hash: string): Promise<RequestState> {
  const { states } = options;
  const asked = { requestId: hash, requestHash: work.request.requestHash };
  const known = await readOwnState(states, asked, timeLeft(work));
  if (known !== null && !needsWorker(known.state, options.now())) return known.state;
  // Before the claim, so that a location with a mistake in it binds no key.
  const input = known?.state.input ?? (await findInput(states, work.request.inputLocation, timeLeft(work)));

  const claim = await acquireClaim({ ...options, objects: states }, work, {
    hash,
    async find(timeoutMs, { free }) {
      const stored = await readOwnState(states, asked, timeoutMs);
      return stored === null || (free && needsWorker(stored.state, options.now())) ? null : stored.state;
    },
  });
  if (claim.kind === 'finished') return claim.result;
  try {
    const { state } = await begin(options, work, hash, input);
    if (needsWorker(state, options.now())) await invokeWorker(options, { requestId: hash }, timeLeft(work));
    return state;
  } catch (error) {
    await releaseClaim({ objects: states }, work, claim.held);
    throw error;
  }
}

async function begin(options: SubmitOptions, work: LargeWork, requestId: string, known?: RequestState['input']): Promise<StoredState> {
  const { request, subject } = work;
  const input = known ?? (await findInput(options.states, request.inputLocation, timeLeft(work)));
  const { requestHash } = request;
  return beginState(options.states, { requestId, subject, requestHash, input, nowMs: options.now() }, () => timeLeft(work));
}

/** There is work left and no worker at it: none has begun, or the one that did is dead. */
function needsWorker(state: RequestState, nowMs: number): boolean {
  return !isFinal(state) && isUnheld(state, nowMs);
}

/** The error that brought us here is the one to tell: a failure is logged and not thrown. */
async function markFailed({ states, now }: SubmitOptions, work: LargeWork, { state, etag }: StoredState): Promise<void> {
  const { requestId, invocationId } = work;
  const failed: RequestState = {
    ...state,
    progress: 'FAILED',
    updatedAt: new Date(now()).toISOString(),
    error: { code: 'WORKER_UNAVAILABLE', message: 'The work could not be begun.' },
  };
  try {
    // Lost: the event had arrived after all, and the worker is at it.
    if ((await replaceState(states, { state: failed, etag }, work.remainingMs())) !== null) return;
    logLine({ code: 'STATE_NOT_MARKED', requestId, invocationId, cause: 'taken over' });
  } catch (error) {
    logLine({ code: 'STATE_NOT_MARKED', requestId, invocationId, cause: errorLabel(error) });
  }
}

function timeLeft(work: LargeWork): number {
  const remainingMs = work.remainingMs();
  return remainingMs - reserve(answerReserveMs, remainingMs);
}
