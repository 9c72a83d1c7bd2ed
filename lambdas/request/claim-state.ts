// The content of a claim and the one rule about it. No payload is in it: hashes, ids and times.
import { isJsonObject } from './is-json-object.ts';

export interface Claim {
  readonly state: 'held' | 'released';
  readonly requestHash: string;
  readonly requestId: string;
  /** Of the invocation that holds it. */
  readonly invocationId: string;
  /** ISO 8601. */
  readonly claimedAt: string;
  readonly leaseEndsAt: string;
}

/** May another call take it over: its holder gave it back, or cannot be running any more. */
export function isFree(claim: Claim, nowMs: number): boolean {
  return claim.state === 'released' || nowMs > Date.parse(claim.leaseEndsAt);
}

/** @throws TypeError where it is no claim. Only this function writes under claims/, so that is a fault of ours and not an answer. */
export function parseClaim(text: string): Claim {
  const claim: unknown = JSON.parse(text);
  const texts = ['requestHash', 'requestId', 'invocationId', 'claimedAt', 'leaseEndsAt'];
  const wellFormed =
    isJsonObject(claim) &&
    (claim.state === 'held' || claim.state === 'released') &&
    texts.every((name) => typeof claim[name] === 'string') &&
    !Number.isNaN(Date.parse(String(claim.leaseEndsAt)));
  if (!wellFormed) throw new TypeError('the object is not a claim');
  return claim as unknown as Claim;
}
