// One header line -> its values. Only the headers that are lists by definition are split (pact_models 1.3, headers.rs).

const listHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-expose-headers',
  'access-control-request-headers',
  'allow',
  'cache-control',
  'if-match',
  'if-none-match',
  'vary',
]);

/** Their parameters are compared one by one, and more of them may come than the contract names. */
export const parameterisedHeaders: ReadonlySet<string> = new Set(['accept', 'content-type']);

/** Whether a response can carry it: what would break its head is not a header value. */
export function isHeaderText(text: string): boolean {
  return !/[^\t\u0020-\u007e\u0080-\u00ff]/.test(text);
}

export function parseHeaderValue(name: string, value: string): string[] {
  if (!isListHeader(name)) return [value.trim()];
  return value.split(',').map((part) => part.trim());
}

export function isListHeader(name: string): boolean {
  return listHeaders.has(name.toLowerCase());
}
