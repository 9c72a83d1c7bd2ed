// A claim, `claims/<hash>.json`, says who is working on an Idempotency-Key. It is written before the model is asked, so that of two
// calls at the same moment one asks and the other waits for its result.

import { errorLabel } from '../aws/error-label.ts';
import { logLine } from '../log/log-line.ts';
import { type Claim, isFree, parseClaim } from './claim-state.ts';
import type { NewObject, Objects } from './objects.ts';
import { requestError } from './request-errors.ts';
import { findResult, type StoredResult } from './stored-result.ts';
import type { Work } from './work.ts';

export interface HeldClaim {
  readonly claim: Claim;
  readonly key: string;
  /** Of the version we wrote: whoever took the claim over has changed it. */
  readonly etag: string;
}

export type ClaimOutcome =
  | { readonly kind: 'held'; readonly held: HeldClaim }
  | { readonly kind: 'finished'; readonly result: StoredResult };

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
const releaseTimeoutMs = 800;

/**
 * Waits until the claim is ours or the result of the one who holds it is there.
 * @throws HttpError IDEMPOTENCY_KEY_REUSED, REQUEST_IN_PROGRESS, RESULT_NOT_STORED
 */
export async function acquireClaim(options: ClaimOptions, work: Work, hash: string): Promise<ClaimOutcome> {
  for (let pauseMs = pauseMsFirst; ; pauseMs = Math.min(2 * pauseMs, pauseMsMax)) {
    const outcome = await tryClaim(options, work, hash);
    if (outcome !== null) return outcome;
    if (work.remainingMs() - pauseMs < waitReserveMs) throw requestError('REQUEST_IN_PROGRESS');
    await options.wait(pauseMs);
  }
}

/** Null: someone else is at it, look again later. */
async function tryClaim({ objects, now }: ClaimOptions, work: Work, hash: string): Promise<ClaimOutcome | null> {
  const { request, invocationId } = work;
  const timeoutMs = () => work.remainingMs() - waitReserveMs;
  const key = `claims/${hash}.json`;
  const claim = newClaim(work, now());
  const held = (etag: string): ClaimOutcome => ({ kind: 'held', held: { claim, key, etag } });

  const created = await objects.putNew(asObject(key, claim), timeoutMs());
  if (created.kind === 'written') return held(created.etag);

  const current = await objects.read(key, timeoutMs());
  if (current === null) return null;
  const other = parseClaim(current.text);
  // Our own write whose answer got lost: the SDK tried again and met itself.
  if (other.invocationId === invocationId && other.state === 'held') return held(current.etag);
  if (other.requestHash !== request.requestHash) throw requestError('IDEMPOTENCY_KEY_REUSED');

  const result = await findResult(objects, { resultId: hash, requestHash: request.requestHash, timeoutMs: timeoutMs() });
  if (result !== null) return { kind: 'finished', result };
  if (!isFree(other, now())) return null;

  const taken = await objects.replace(asObject(key, claim), current.etag, timeoutMs());
  return taken.kind === 'written' ? held(taken.etag) : null;
}

/**
 * Lets the next call with this key run at once. Where it does not work the lease ends the claim, and the error that brought us
 * here is the one to tell: a failure is logged and not thrown.
 */
export async function releaseClaim({ objects }: Pick<ClaimOptions, 'objects'>, work: Work, { claim, key, etag }: HeldClaim): Promise<void> {
  const notReleased = (cause: string) =>
    logLine({ code: 'CLAIM_NOT_RELEASED', requestId: work.requestId, invocationId: work.invocationId, cause });
  try {
    const { kind } = await objects.replace(
      asObject(key, { ...claim, state: 'released' }),
      etag,
      Math.min(releaseTimeoutMs, work.remainingMs()),
    );
    if (kind === 'lost') notReleased('taken over');
  } catch (error) {
    notReleased(errorLabel(error));
  }
}

/** The lease ends when this invocation certainly has: its own time limit, and a margin for clocks that differ. */
function newClaim({ request, requestId, invocationId, remainingMs }: Work, nowMs: number): Claim {
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
