// Promise.all for work that writes files: after a failure nothing of it is still writing.

/** Resolves as Promise.all does; rejects with the first failure, but only when everything has ended. */
export async function allEnded<T extends readonly unknown[] | []>(work: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
