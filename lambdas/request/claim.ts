// A claim, `claims/<hash>.json`, says who is working on an Idempotency-Key. It is written before the model is asked, so that of two
// calls at the same moment one asks and the other waits for its result.

import { errorLabel } from '../aws/error-label.ts';
import { reserve } from '../aws/reserve.ts';
import { logLine } from '../log/log-line.ts';
import { type Claim, isFree, parseClaim } from './claim-state.ts';
import type { NewObject, Objects, WriteOutcome } from './objects.ts';
import { requestError } from './request-errors.ts';
import type { Work } from './work.ts';

export interface HeldClaim {
  readonly claim: Claim;
  readonly key: string;
  /** Of the version we wrote: whoever took the claim over has changed it. */
  readonly etag: string;
}

export type ClaimOutcome<Result> =
  | { readonly kind: 'held'; readonly held: HeldClaim }
  | { readonly kind: 'finished'; readonly result: Result };

/** What a claim needs to know of the call: either kind of request has it. */
export type ClaimWork = Pick<Work, 'requestId' | 'invocationId' | 'remainingMs'> & {
  readonly request: Pick<Work['request'], 'requestHash'>;
};

export interface Claimed<Result> {
  /** SHA-256 of subject and Idempotency-Key, hex. */
  readonly hash: string;
  /** What the call gets where another has done the work; null where there is nothing yet. `free`: nobody holds the claim. */
  find(timeoutMs: number, claim: { readonly free: boolean }): Promise<Result | null>;
}

export interface ClaimOptions {
  readonly objects: Objects;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** Kept for the answer when the other call does not end in time. */
const waitReserveMs = 1_500;
const pauseMsFirst = 20;
const pauseMsMax = 400;
/** What one more look needs. With less, S3's answer would be cut off, and a request that is being worked on told as a store that failed. */
const lookMs = 300;
const releaseTimeoutMs = 800;

/**
 * Waits until the claim is ours or the result of the one who holds it is there.
 * @throws HttpError IDEMPOTENCY_KEY_REUSED, REQUEST_IN_PROGRESS, or that of `objects` where S3 cannot be used
 */
export async function acquireClaim<Result>(
  options: ClaimOptions,
  work: ClaimWork,
  claimed: Claimed<Result>,
): Promise<ClaimOutcome<Result>> {
  const reserveMs = reserve(waitReserveMs, work.remainingMs());
  const timeLeftMs = () => work.remainingMs() - reserveMs;
  for (let pauseMs = pauseMsFirst; ; pauseMs = Math.min(2 * pauseMs, pauseMsMax)) {
    const outcome = await tryClaim(options, work, { ...claimed, timeLeftMs });
    if (outcome !== null) return outcome;
    if (timeLeftMs() < pauseMs + lookMs) throw requestError('REQUEST_IN_PROGRESS');
    await options.wait(pauseMs);
  }
}

/** Null: someone else is at it, look again later. */
async function tryClaim<Result>(
  { objects, now }: ClaimOptions,
  work: ClaimWork,
  { hash, find, timeLeftMs }: Claimed<Result> & { readonly timeLeftMs: () => number },
): Promise<ClaimOutcome<Result> | null> {
  const { request, invocationId } = work;
  const key = `claims/${hash}.json`;
  const claim = newClaim(work, now());
  const held = (etag: string): ClaimOutcome<Result> => ({ kind: 'held', held: { claim, key, etag } });

  const object = asObject(key, claim);
  const write = (writing: Promise<WriteOutcome>) => releaseIfUnanswered(objects, work, key, writing);

  const created = await write(objects.putNew(object, timeLeftMs()));
  if (created.kind === 'written') return held(created.etag);

  const current = await objects.read(key, timeLeftMs());
  if (current === null) return null;
  const other = parseClaim(current.text);
  // Our own write whose answer got lost: the SDK tried again and met itself.
  if (other.invocationId === invocationId && other.state === 'held') return held(current.etag);
  if (other.requestHash !== request.requestHash) throw requestError('IDEMPOTENCY_KEY_REUSED');

  const free = isFree(other, now());
  const result = await find(timeLeftMs(), { free });
  if (result !== null) return { kind: 'finished', result };
  if (!free) return null;

  const taken = await write(objects.replace(object, current.etag, timeLeftMs()));
  return taken.kind === 'written' ? held(taken.etag) : null;
}

/**
 * A write that fails may have arrived: only its answers were lost. Then the claim is ours, nobody will work on it, and without this the
 * repetition that our 503 asks for would wait for the lease. Rejects with the write's own error.
 */
async function releaseIfUnanswered(objects: Objects, work: ClaimWork, key: string, writing: Promise<WriteOutcome>): Promise<WriteOutcome> {
  try {
    return await writing;
  } catch (error) {
    const held = await findOwnClaim(objects, work, key);
    if (held !== null) await releaseClaim({ objects }, work, held);
    throw error;
  }
}

/** Null where there is none, or where nobody can say; a failure is logged and not thrown. */
async function findOwnClaim(objects: Objects, work: ClaimWork, key: string): Promise<HeldClaim | null> {
  try {
    // Half of what is left: the other half is for the release.
    const current = await objects.read(key, Math.min(releaseTimeoutMs, work.remainingMs() / 2));
    if (current === null) return null;
    const claim = parseClaim(current.text);
    return claim.invocationId === work.invocationId && claim.state === 'held' ? { claim, key, etag: current.etag } : null;
  } catch (error) {
    logNotReleased(work, errorLabel(error));
    return null;
  }
}

/**
 * Lets the next call with this key run at once. Where it does not work the lease ends the claim, and the error that brought us
 * here is the one to tell: a failure is logged and not thrown.
 */
export async function releaseClaim(
  { objects }: Pick<ClaimOptions, 'objects'>,
  work: ClaimWork,
  { claim, key, etag }: HeldClaim,
): Promise<void> {
  try {
    const { kind } = await objects.replace(
      asObject(key, { ...claim, state: 'released' }),
      etag,
      Math.min(releaseTimeoutMs, work.remainingMs()),
    );
    if (kind === 'lost') logNotReleased(work, 'taken over');
  } catch (error) {
    logNotReleased(work, errorLabel(error));
  }
}

function logNotReleased({ requestId, invocationId }: ClaimWork, cause: string): void {
  logLine({ code: 'CLAIM_NOT_RELEASED', requestId, invocationId, cause });
}

/** The lease ends when this invocation certainly has: its own time limit, and a margin for clocks that differ. */
function newClaim({ request, requestId, invocationId, remainingMs }: ClaimWork, nowMs: number): Claim {
  return {
    state: 'held',
    requestHash: request.requestHash,
    requestId,
    invocationId,
    claimedAt: new Date(nowMs).toISOString(),
    leaseEndsAt: new Date(nowMs + Math.max(0, remainingMs()) + leaseMarginMs).toISOString(),
  };
}

const leaseMarginMs = 10_000;

function asObject(key: string, claim: Claim): NewObject {
  return { key, body: JSON.stringify(claim), contentType: 'application/json' };
}
