import { expect, test } from 'vitest';
import {
  decideAfterAttempt,
  decideAfterRefusal,
  isTooOld,
  type RetrySettings,
} from '../../../../emulator/functions/events/retry-decision.ts';

const settings: RetrySettings = { maximumRetryAttempts: 2, maximumEventAgeMs: 21_600_000, firstWaitMs: 60_000 };
const acceptedAtMs = 1_000_000;

// [D] 2 retries, after 1 and 2 minutes.
test.each([
  [1, { kind: 'again', atMs: acceptedAtMs + 60_000 }],
  [2, { kind: 'again', atMs: acceptedAtMs + 120_000 }],
  [3, { kind: 'finished', condition: 'RetriesExhausted' }],
])('after the failure of attempt %i', (attempts, expected) => {
  expect(decideAfterAttempt({ attempts, acceptedAtMs }, true, { nowMs: acceptedAtMs, settings })).toEqual(expected);
});

test('a success is the end', () => {
  expect(decideAfterAttempt({ attempts: 1, acceptedAtMs }, false, { nowMs: acceptedAtMs, settings })).toEqual({
    kind: 'finished',
    condition: 'Success',
  });
});

test('no retries: the first failure is the end', () => {
  const none = { ...settings, maximumRetryAttempts: 0 };
  expect(decideAfterAttempt({ attempts: 1, acceptedAtMs }, true, { nowMs: acceptedAtMs, settings: none })).toEqual({
    kind: 'finished',
    condition: 'RetriesExhausted',
  });
});

test('an event that would be too old at its next attempt has no next attempt', () => {
  const short = { ...settings, maximumEventAgeMs: 60_000 };
  const event = { attempts: 1, acceptedAtMs };
  expect(decideAfterAttempt(event, true, { nowMs: acceptedAtMs, settings: short })).toEqual({ kind: 'again', atMs: acceptedAtMs + 60_000 });
  expect(decideAfterAttempt(event, true, { nowMs: acceptedAtMs + 1, settings: short })).toEqual({
    kind: 'finished',
    condition: 'EventAgeExceeded',
  });
  expect(isTooOld(event, acceptedAtMs + 60_000, short)).toBe(false);
  expect(isTooOld(event, acceptedAtMs + 60_001, short)).toBe(true);
});

// 1 s, doubling up to 5 min. [from memory]
test.each([
  [0, 1_000],
  [1, 2_000],
  [8, 256_000],
  [9, 300_000],
  [60, 300_000],
])('throttled %i times before: again after %i ms', (refusals, waitMs) => {
  expect(decideAfterRefusal({ refusals, acceptedAtMs }, { nowMs: acceptedAtMs, settings })).toEqual({
    kind: 'again',
    atMs: acceptedAtMs + waitMs,
  });
});

test('throttled until it is too old', () => {
  expect(decideAfterRefusal({ refusals: 80, acceptedAtMs }, { nowMs: acceptedAtMs + 21_400_000, settings })).toEqual({
    kind: 'finished',
    condition: 'EventAgeExceeded',
  });
});

test('without a wait a throttled event still does not spin', () => {
  expect(decideAfterRefusal({ refusals: 5, acceptedAtMs }, { nowMs: 0, settings: { ...settings, firstWaitMs: 0 } })).toEqual({
    kind: 'again',
    atMs: 100,
  });
});
