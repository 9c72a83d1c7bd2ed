// What a Lambda proxy function returned, checked. One wrong member makes all of it malformed, which is a 502.

export interface ProxyResult {
  readonly status: number;
  /** Single and multi-value headers merged, in order; the names as the function spelt them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The function set Content-Type to null: no default is added. */
  readonly suppressesContentType: boolean;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export type MalformedResult = { readonly malformed: string };

/** base64Encoded: accepted by SAM for REST (SAM 1193). Any other key is a 502 (recorded). */
const allowedKeys = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded', 'base64Encoded']);

/** @param payload the function's JSON */
export function readProxyResult(payload: string): ProxyResult | MalformedResult {
  const result: unknown = JSON.parse(payload);
  if (!isObject(result)) return { malformed: 'the result is not an object' };
  if (Object.keys(result).some((key) => !allowedKeys.has(key))) return { malformed: 'the result has an unknown key' };
  const status = readStatus(result.statusCode);
  if (status === null) return { malformed: 'statusCode is not a status' };
  const { body } = result;
  if (!isAbsent(body) && typeof body !== 'string') return { malformed: 'body is not a string' };
  const encoded = result.isBase64Encoded ?? result.base64Encoded;
  if (!isAbsent(encoded) && typeof encoded !== 'boolean') return { malformed: 'isBase64Encoded is not a boolean' };
  const single = readHeaders(result.headers);
  if (single === null) return { malformed: 'headers may hold strings, numbers and booleans only' };
  const multi = readMultiValueHeaders(result.multiValueHeaders);
  if (multi === null) return { malformed: 'multiValueHeaders may hold arrays of strings, numbers and booleans only' };
  return {
    status,
    headers: mergeHeaders(single, multi),
    suppressesContentType: isObject(result.headers) && hasNullContentType(result.headers),
    body: body ?? '',
    isBase64Encoded: encoded ?? false,
  };
}

/** An integer or a numeric string; 200 where absent (recorded). Statuses HTTP has no final answer for are malformed. [M] */
function readStatus(value: unknown): number | null {
  if (isAbsent(value)) return 200;
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599 ? status : null;
}

function readHeaders(value: unknown): Map<string, string> | null {
  const headers = new Map<string, string>();
  if (isAbsent(value)) return headers;
  if (!isObject(value)) return null;
  for (const [name, item] of Object.entries(value)) {
    if (item === null) continue;
    if (!isHeaderValue(item)) return null;
    headers.set(name, String(item));
  }
  return headers;
}

function readMultiValueHeaders(value: unknown): Map<string, string[]> | null {
  const headers = new Map<string, string[]>();
  if (isAbsent(value)) return headers;
  if (!isObject(value)) return null;
  for (const [name, items] of Object.entries(value)) {
    if (items === null) continue;
    if (!Array.isArray(items) || !items.every(isHeaderValue)) return null;
    headers.set(name, items.map(String));
  }
  return headers;
}

/** Both present: the multi values first, then the single one, under the multi spelling (recorded) [V]; the same pair comes once [S]. */
function mergeHeaders(single: ReadonlyMap<string, string>, multi: ReadonlyMap<string, readonly string[]>): [string, string][] {
  const merged = new Map<string, { name: string; values: string[] }>();
  const add = (name: string, values: readonly string[]) => {
    const entry = merged.get(name.toLowerCase()) ?? { name, values: [] };
    entry.values.push(...values);
    merged.set(name.toLowerCase(), entry);
  };
  for (const [name, values] of multi) add(name, values);
  for (const [name, value] of single) {
    if (!merged.get(name.toLowerCase())?.values.includes(value)) add(name, [value]);
  }
  return [...merged.values()].flatMap(({ name, values }) => values.map((value): [string, string] => [name, value]));
}

function hasNullContentType(headers: Record<string, unknown>): boolean {
  return Object.entries(headers).some(([name, value]) => value === null && name.toLowerCase() === 'content-type');
}

function isHeaderValue(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
