// The headers of a request as sent: spelling and order kept, looked up in any spelling.

export interface RequestHeaders {
  /** Each name once, as it was first spelt; all its values in wire order. */
  readonly entries: Iterable<HeaderEntry>;
  /** [] where absent. */
  values(name: string): readonly string[];
  /** The last value, the one `headers` of an event shows. */
  last(name: string): string | undefined;
}

interface HeaderEntry {
  readonly name: string;
  readonly lowerName: string;
  readonly values: readonly string[];
}

/** @param rawHeaders name, value, name, value …: Node's req.headers would lose case and join duplicates. */
export function createRequestHeaders(rawHeaders: readonly string[]): RequestHeaders {
  const byName = new Map<string, { name: string; lowerName: string; values: string[] }>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const lowerName = name.toLowerCase();
    const entry = byName.get(lowerName);
    if (entry) entry.values.push(value);
    else byName.set(lowerName, { name, lowerName, values: [value] });
  }
  return {
    entries: { [Symbol.iterator]: () => byName.values() },
    values: (name) => byName.get(name.toLowerCase())?.values ?? [],
    last: (name) => byName.get(name.toLowerCase())?.values.at(-1),
  };
}

/** Names, values, `: ` and line ends, as they were on the wire. */
export function headerBytes(rawHeaders: readonly string[]): number {
  let bytes = 0;
  // Node decodes header bytes as latin1, so one character is one byte; each of the two parts has two separator bytes.
  for (const part of rawHeaders) bytes += part.length + 2;
  return bytes;
}
