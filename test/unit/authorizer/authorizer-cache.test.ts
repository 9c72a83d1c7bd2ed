import { expect, test } from 'vitest';
import { cacheKey, createAuthorizerCache } from '../../../emulator/authorizer/authorizer-cache.ts';
import { createMovableClock } from '../gateway/api-fixture.ts';

test('a value lasts for the TTL and not a millisecond more', () => {
  const clock = createMovableClock();
  const cache = createAuthorizerCache<string>({ ttlMs: 1_000, entriesMax: 10, clock });
  cache.set('k', 'v', cache.generation);
  clock.moveMs(999);
  expect(cache.get('k')).toBe('v');
  clock.moveMs(1);
  expect(cache.get('k')).toBeUndefined();
  expect(cache.size).toBe(0);
});

test('it never holds more than its limit: the oldest goes first', () => {
  const cache = createAuthorizerCache<number>({ ttlMs: 1_000, entriesMax: 3, clock: createMovableClock() });
  for (let n = 0; n < 10; n++) cache.set(`k${n}`, n, cache.generation);
  expect(cache.size).toBe(3);
  expect(['k6', 'k7', 'k9'].map((key) => cache.get(key))).toEqual([undefined, 7, 9]);
});

test('a TTL of 0 keeps nothing', () => {
  const cache = createAuthorizerCache<string>({ ttlMs: 0, entriesMax: 3, clock: createMovableClock() });
  cache.set('k', 'v', cache.generation);
  expect(cache.size).toBe(0);
});

test('an answer that was asked for before a flush is not kept after it', () => {
  const cache = createAuthorizerCache<string>({ ttlMs: 1_000, entriesMax: 3, clock: createMovableClock() });
  const before = cache.generation;
  cache.flush();
  cache.set('k', 'old', before);
  expect(cache.get('k')).toBeUndefined();
});

test('the key keeps the borders between values and does not hold the token', () => {
  expect(cacheKey([['a'], ['bc']])).not.toBe(cacheKey([['ab'], ['c']]));
  expect(cacheKey([['a', 'b']])).not.toBe(cacheKey([['a'], ['b']]));
  expect(cacheKey([['secret']])).not.toContain('secret');
});
