// An error of an object store in a few words, for whoever verifies.

/** Without the full stop. A connection that is refused comes as an AggregateError without a message, with a code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (error.message || code || error.name).replace(/\.$/, '');
}
