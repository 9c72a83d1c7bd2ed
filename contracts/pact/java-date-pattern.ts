// Date patterns as Java writes them (yyyy-MM-dd'T'HH:mm:ssXXX), read as Pact reads them (pact_models 1.3, time_utils.rs).

/** A run of one letter, or literal text. */
export type DateToken = { readonly letter: string; readonly count: number } | { readonly text: string };

// How many of a letter Pact takes; the letters that are missing here it does not know.
const countMax: Readonly<Record<string, number>> = {
  ...Object.fromEntries([...'yYuDSnAN'].map((letter) => [letter, 30])),
  ...Object.fromEntries([...'GMLEeQxXZ'].map((letter) => [letter, 5])),
  ...Object.fromEntries([...'Oz'].map((letter) => [letter, 4])),
  ...Object.fromEntries([...'dqwWFhHkKmsV'].map((letter) => [letter, 2])),
  ...Object.fromEntries([...'ac'].map((letter) => [letter, 1])),
};

// Time zone names need a data base; Airlock refuses them when the pact is read.
const refused: ReadonlySet<string> = new Set(['z', 'V']);

/** @throws RangeError that names the pattern and the place */
export function parseDatePattern(pattern: string): readonly DateToken[] {
  const tokens: DateToken[] = [];
  let at = 0;
  while (at < pattern.length) {
    const found = /^([A-Za-z])\1*|^'(?:''|[^'])+'|^''|^[^A-Za-z0-9'{}[\]]+/.exec(pattern.slice(at))?.[0];
    if (found === undefined) throw new RangeError(`the date pattern "${pattern}" cannot be read from character ${at + 1} on`);
    tokens.push(readToken(found, pattern));
    at += found.length;
  }
  if (tokens.length === 0) throw new RangeError('the date pattern is empty');
  return tokens;
}

function readToken(found: string, pattern: string): DateToken {
  if (found === "''") return { text: "'" };
  if (found.startsWith("'")) return { text: found.slice(1, -1).replaceAll("''", "'") };
  const letter = found[0] ?? '';
  if (!/[A-Za-z]/.test(letter)) return { text: found };
  const max = refused.has(letter) ? undefined : countMax[letter];
  if (max === undefined) throw new RangeError(`the letter "${letter}" of the date pattern "${pattern}" is not one that can be checked`);
  if (found.length > max) throw new RangeError(`the date pattern "${pattern}" has too many "${letter}" in a row`);
  return { letter, count: found.length };
}
