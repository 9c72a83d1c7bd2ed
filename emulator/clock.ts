// Time is passed in, so that a test can move it and a signature can be checked at a fixed moment.

export interface Clock {
  /** Milliseconds since 1970, like Date.now(). */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
