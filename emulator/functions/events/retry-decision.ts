// After an attempt: is the event tried again, and when. What Lambda does, as pure functions.
import type { EventCondition, QueuedEvent } from './queued-event.ts';

export interface RetrySettings {
  /** After the first attempt. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  /** Before the second attempt; before the third it is twice that. On AWS a minute. [D] */
  readonly firstWaitMs: number;
}

export type Decision =
  | { readonly kind: 'again'; readonly atMs: number }
  | { readonly kind: 'finished'; readonly condition: EventCondition };

/** Ours: however short the wait is made, a throttled event does not come more often than this. */
const refusalWaitMsMin = 100;

/** `attempts` counts the one that has ended. */
export function decideAfterAttempt(
  event: Pick<QueuedEvent, 'attempts' | 'acceptedAtMs'>,
  isError: boolean,
  { nowMs, settings }: { nowMs: number; settings: RetrySettings },
): Decision {
  if (!isError) return { kind: 'finished', condition: 'Success' };
  if (event.attempts > settings.maximumRetryAttempts) return { kind: 'finished', condition: 'RetriesExhausted' };
  return withinAge(event, nowMs + settings.firstWaitMs * 2 ** (event.attempts - 1), settings);
}

/**
 * Throttled, or no attempt for a reason of the service: on AWS after 1 s, doubling up to 5 min, until the event is too old. [D, the
 * numbers from memory] Here in proportion to the first wait, which is a minute there.
 */
export function decideAfterRefusal(
  event: Pick<QueuedEvent, 'refusals' | 'acceptedAtMs'>,
  { nowMs, settings }: { nowMs: number; settings: RetrySettings },
): Decision {
  const first = Math.max(settings.firstWaitMs / 60, refusalWaitMsMin);
  const longest = Math.max(settings.firstWaitMs * 5, first);
  return withinAge(event, nowMs + Math.min(first * 2 ** Math.min(event.refusals, 30), longest), settings);
}

export function isTooOld({ acceptedAtMs }: Pick<QueuedEvent, 'acceptedAtMs'>, nowMs: number, settings: RetrySettings): boolean {
  return nowMs - acceptedAtMs > settings.maximumEventAgeMs;
}

/** An event that will be too old at its next attempt is finished at once; on AWS that is found out at that time. */
function withinAge(event: Pick<QueuedEvent, 'acceptedAtMs'>, atMs: number, settings: RetrySettings): Decision {
  if (isTooOld(event, atMs, settings)) return { kind: 'finished', condition: 'EventAgeExceeded' };
  return { kind: 'again', atMs };
}
