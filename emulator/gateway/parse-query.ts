// The query string as API Gateway reads it: decoded, in order, every value kept.

/** Values by decoded name, in wire order. */
export type QueryParameters = ReadonlyMap<string, readonly string[]>;

/** `;` splits too (AWS "Known issues") [S]; `+` is a space; a name without `=` has the value ''. */
export function parseQuery(rawQuery: string): QueryParameters {
  const parameters = new Map<string, string[]>();
  if (rawQuery === '') return parameters;
  for (const piece of rawQuery.split(/[&;]/)) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = decode(equals === -1 ? piece : piece.slice(0, equals));
    const value = equals === -1 ? '' : decode(piece.slice(equals + 1));
    const values = parameters.get(name);
    if (values) values.push(value);
    else parameters.set(name, [value]);
  }
  return parameters;
}

/** `|`, `{` and `}` have to be percent-encoded, else 400. [M] */
export function hasUnencodedCharacters(rawQuery: string): boolean {
  return /[|{}]/.test(rawQuery);
}

/** What is no percent-encoding stays as it was sent. [M] */
function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch (error) {
    if (error instanceof URIError) return spaced;
    throw error;
  }
}
