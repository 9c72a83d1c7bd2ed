// Chance that repeats itself: the same request gets the same generated answer, but for moments in it, which are those of the second.
import { createHash } from 'node:crypto';

/** Numbers from 0 (included) to 1 (excluded), always the same for the same bytes. Not for secrets. */
export function seededRandom(bytes: Buffer): () => number {
  let state = createHash('sha256').update(bytes).digest().readUInt32LE(0);
  // mulberry32: small, and good enough for examples.
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Both ends included. */
export function randomInteger(random: () => number, lowest: number, highest: number): number {
  return lowest + Math.floor(random() * (highest - lowest + 1));
}

/** Of characters of Latin 1. */
export function randomText(random: () => number, characters: string, length: number): string {
  const bytes = Buffer.alloc(length);
  for (let index = 0; index < length; index += 1) bytes[index] = characters.charCodeAt(randomInteger(random, 0, characters.length - 1));
  return bytes.toString('latin1');
}
