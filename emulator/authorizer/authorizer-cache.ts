// The cached answer of one authorizer in one stage. Keys are hashes, so no token stays in memory for the TTL.
import { hash } from 'node:crypto';
import type { Clock } from '../clock.ts';

export interface AuthorizerCache<Value> {
  get(key: string): Value | undefined;
  /** Keeps the value, unless the cache was flushed after `generation` was read: that answer may be out of date. */
  set(key: string, value: Value, generation: number): void;
  readonly generation: number;
  readonly size: number;
  flush(): void;
}

export interface AuthorizerCacheOptions {
  readonly ttlMs: number;
  readonly entriesMax: number;
  readonly clock: Clock;
}

/** With a TTL of 0 nothing is kept. The oldest entry goes first when it is full. */
export function createAuthorizerCache<Value>({ ttlMs, entriesMax, clock }: AuthorizerCacheOptions): AuthorizerCache<Value> {
  const entries = new Map<string, { value: Value; expiresAt: number }>();
  let generation = 0;
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (clock.now() < entry.expiresAt) return entry.value;
      entries.delete(key);
      return undefined;
    },
    set(key, value, since) {
      if (ttlMs === 0 || since !== generation) return;
      entries.delete(key);
      entries.set(key, { value, expiresAt: clock.now() + ttlMs });
      const oldest = entries.keys().next().value;
      if (entries.size > entriesMax && oldest !== undefined) entries.delete(oldest);
    },
    get generation() {
      return generation;
    },
    get size() {
      return entries.size;
    },
    flush() {
      generation += 1;
      entries.clear();
    },
  };
}

/** JSON keeps the borders between values: ["a","bc"] and ["ab","c"] are different identities. */
export function cacheKey(identity: readonly (readonly string[])[]): string {
  return hash('sha256', JSON.stringify(identity), 'base64');
}
