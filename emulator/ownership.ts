// Parts are closed by whoever started them, in reverse order, also when a later part fails to start.

interface Closable {
  close(): Promise<void>;
}

/** Hands a started part over to the stack that will close it. */
export function own<Part extends Closable>(parts: AsyncDisposableStack, part: Part): Part {
  parts.defer(() => part.close());
  return part;
}

/** Waits for all of them before it reports the first failure, so that none is started and forgotten; `stop` tells the others to give up. */
export async function ownTogether<Starting extends readonly Promise<Closable>[]>(
  parts: AsyncDisposableStack,
  starting: Starting,
  stop: AbortController,
): Promise<{ -readonly [Index in keyof Starting]: Awaited<Starting[Index]> }> {
  let firstFailure: { readonly reason: unknown } | null = null;
  for (const part of starting) {
    part.catch((reason: unknown) => {
      firstFailure ??= { reason };
      stop.abort();
    });
  }
  const settled = await Promise.allSettled(starting);
  for (const result of settled) if (result.status === 'fulfilled') own(parts, result.value);
  if (firstFailure) throw (firstFailure as { readonly reason: unknown }).reason;
  return settled.map((result) => (result.status === 'fulfilled' ? result.value : undefined)) as never;
}
