// How many bytes may be held at the same time. One budget an endpoint; whoever takes gives back.

export interface ByteBudget {
  /** False, and nothing is taken, where that many are not left. */
  take(bytes: number): boolean;
  giveBack(bytes: number): void;
}

export function createByteBudget(bytesMax: number): ByteBudget {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > bytesMax) return false;
      taken += bytes;
      return true;
    },
    giveBack(bytes) {
      taken -= bytes;
    },
  };
}
