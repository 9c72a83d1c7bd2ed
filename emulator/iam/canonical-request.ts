// The canonical request of SigV4, rebuilt from what was on the wire.
import { percentEncode, percentReencode } from './percent-encoding.ts';

/**
 * How the path enters the signature. `asSent`: S3, encoded once, `//` and `..` stay.
 * `normalised`: every other service, dot and empty segments are resolved, then the wire path is encoded once more.
 */
export type PathRule = 'asSent' | 'normalised';

export interface CanonicalRequestParts {
  readonly method: string;
  readonly rawPath: string;
  /** Without `?`. */
  readonly rawQuery: string;
  readonly headers: HeaderLines;
  /** Lower case, in the order the client lists them. */
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  readonly pathRule: PathRule;
  /** Left out of a presigned request's query. */
  readonly signatureParameter?: 'X-Amz-Signature';
}

/** Values by lower-case name, as received, in order. */
export type HeaderLines = ReadonlyMap<string, readonly string[]>;

export function canonicalRequest(parts: CanonicalRequestParts): string {
  const lines = [parts.method, canonicalPath(parts.rawPath, parts.pathRule), canonicalQuery(parts.rawQuery, parts.signatureParameter)];
  for (const name of parts.signedHeaders) lines.push(`${name}:${canonicalHeaderValue(parts.headers.get(name) ?? [])}`);
  lines.push('', parts.signedHeaders.join(';'), parts.payloadHash);
  return lines.join('\n');
}

/** From Node's flat name-value list: req.headers would join with `, ` and lose repetitions. */
export function headerLines(rawHeaders: readonly string[]): HeaderLines {
  const lines = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    const value = rawHeaders[index + 1] as string;
    const values = lines.get(name);
    if (values) values.push(value);
    else lines.set(name, [value]);
  }
  return lines;
}

/** Splits a request target at the first `?`. Not by `new URL`, which resolves `..` and drops `//host`. */
export function splitTarget(rawUrl: string): { readonly rawPath: string; readonly rawQuery: string } {
  const mark = rawUrl.indexOf('?');
  return mark < 0 ? { rawPath: rawUrl, rawQuery: '' } : { rawPath: rawUrl.slice(0, mark), rawQuery: rawUrl.slice(mark + 1) };
}

/** Name-value pairs as on the wire, still encoded; a name without `=` has the value ''. */
export function splitQuery(rawQuery: string): readonly (readonly [name: string, value: string])[] {
  if (rawQuery === '') return [];
  return rawQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? ([pair, ''] as const) : ([pair.slice(0, equals), pair.slice(equals + 1)] as const);
    });
}

function canonicalPath(rawPath: string, rule: PathRule): string {
  if (rule === 'asSent') return percentReencode(rawPath, { keepSlash: true });
  const segments: string[] = [];
  for (const segment of rawPath.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const trailingSlash = segments.length > 0 && rawPath.endsWith('/') ? '/' : '';
  return percentEncode(`/${segments.join('/')}${trailingSlash}`, { keepSlash: true });
}

function canonicalQuery(rawQuery: string, signatureParameter: string | undefined): string {
  const pairs: [name: string, value: string][] = [];
  for (const [rawName, rawValue] of splitQuery(rawQuery)) {
    const name = percentReencode(rawName, { keepSlash: false });
    if (name !== signatureParameter) pairs.push([name, percentReencode(rawValue, { keepSlash: false })]);
  }
  pairs.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

/** Both are ASCII after encoding, so this is the order of bytes. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Blanks, tabs and the line ends of a folded header only. Not trim() or `\s`: the text is bytes read as latin1, and 0xA0, half of a
 * UTF-8 `à`, is a space to them.
 */
function canonicalHeaderValue(values: readonly string[]): string {
  return values.map((value) => value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '').replace(/[ \t\r\n]+/g, ' ')).join(',');
}
