// Random choices that are the same for the same seed, on every machine. For samples only: nothing here is secret.

export interface Random {
  /** 0 <= n < limit, whole. */
  integer(limit: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** True in `share` of the cases, 0..1. */
  chance(share: number): boolean;
}

/** Mulberry32: 32 bits of state, integer arithmetic only. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    integer: (limit) => Math.floor(next() * limit),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    chance: (share) => next() < share,
  };
}
