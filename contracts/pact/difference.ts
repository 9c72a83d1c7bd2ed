// One way in which a request or response does not fit a contract.

/**
 * `path`: `$.records[0].id` in a body, the name of a header or query parameter, empty elsewhere. `message` speaks of kinds and of what the
 * contract says, and repeats nothing of what came: bodies are customers' records. Neither does `path` name a key that the contract does not.
 */
export interface Difference {
  readonly part: 'method' | 'path' | 'query' | 'header' | 'body' | 'status';
  readonly path: string;
  readonly message: string;
}

/** A value of the contract, cut to a length that fits in a sentence. */
export function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** One by one: push() with all of them at once would need room on the stack for each, and there may be a million. */
export function append(differences: Difference[], more: readonly Difference[]): void {
  for (const one of more) differences.push(one);
}
