// Results are committed and published; what a verifier says of a mismatch may quote the answer, a token say. Only words of the tables
// below, the place in the body, a header's name and a status get through: what is not known to be harmless is left out.

/**
 * "body $.expiresAt: missing" from a line of the verification ("body $.expiresAt: Actual map is missing …"). It is made of the part of
 * the answer, the place that stands before the first colon, statuses, and a kind of the list below; of no other text.
 */
export function mismatchWithoutValues(line: string): string {
  const status = /^status: expected ([1-5]\d\d) but was ([1-5]\d\d)$/.exec(line);
  if (status) return `status: expected ${status[1]} but was ${status[2]}`;
  const place = placeOf(line);
  if (place === null) return 'differs';
  // A member may be called "state" or "type": only what stands behind the place says the kind.
  return `${place}: ${kindOf(line.slice(line.indexOf(': ') + 1))}`;
}

function kindOf(text: string): string {
  return kinds.find(([sign]) => sign.test(text))?.[1] ?? 'differs';
}

/** First match wins. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/length|\bsize\b|with \d+ (?:item|element)|\d+ (?:item|element)s?\b/i, 'other length'],
  [/missing|but was absent|not present|was not found/i, 'missing'],
  [/unexpected/i, 'not expected'],
  [/content[- ]?type|body type/i, 'other content type'],
  [/same type|\btype\b/i, 'other type'],
  [/to match|regex|pattern|format|timestamp|datetime/i, 'does not match the expression'],
  [/equal|expected|received/i, 'other value'],
];

// Members as an answer names them: what is longer than a name is none, and each part of a token begins with eyJ.
const bodyPath = /^body (\$(?:\.(?!eyJ)[A-Za-z_][A-Za-z0-9_-]{0,39}|\[(?:\d{1,6}|\*)\]|\['(?!eyJ)[A-Za-z0-9_ -]{1,40}'\]){0,8}): /;
const headerName = /^header ([A-Za-z][A-Za-z0-9-]{0,63}): /;
const part = /^(status|header|body|path|method|query)\b/;

function placeOf(line: string): string | null {
  const path = bodyPath.exec(line)?.[1];
  if (path !== undefined) return `body ${path}`;
  const header = headerName.exec(line)?.[1];
  return header === undefined ? (part.exec(line)?.[1] ?? null) : `header ${header}`;
}
