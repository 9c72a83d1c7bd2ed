// Reads what a request claims about its signature, from the Authorization header or a presigned query. Nothing is verified here.
import { hash } from 'node:crypto';
import { presignedExpirySecondsMax } from '../limits.ts';
import { type HeaderLines, splitQuery } from './canonical-request.ts';
import { percentDecode } from './percent-encoding.ts';
import type { SignaturePart, SignatureProblem } from './signature-problem.ts';
import type { CredentialScope } from './signing-key.ts';

export interface SignatureClaim {
  readonly via: 'header' | 'query';
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  readonly terminal: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** e.g. 20150830T123600Z, also where the Date header was used. */
  readonly timestamp: string;
  readonly timestampMs: number;
  /** Presigned requests. Null where a service other than S3 was not told. */
  readonly expiresSeconds: number | null;
  readonly securityToken: string | null;
  /** x-amz-content-sha256, from the header or a presigned query. */
  readonly contentSha256: string | null;
}

export interface ClaimSource {
  readonly headers: HeaderLines;
  readonly rawQuery: string;
  readonly service: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

export function readSignatureClaim(source: ClaimSource): SignatureClaim | { readonly problem: SignatureProblem } {
  const authorization = source.headers.get('authorization')?.[0];
  const query = source.rawQuery.includes('=') ? queryParameters(source.rawQuery) : new Map<string, string>();
  const isPresigned = query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature') || query.has('X-Amz-Credential');
  if (authorization !== undefined && isPresigned) return { problem: { kind: 'twoMechanisms' } };
  if (isPresigned) return readQueryClaim(source, query);
  if (authorization !== undefined) return readHeaderClaim(source, authorization);
  const isVersion2 = query.has('AWSAccessKeyId') && query.has('Signature');
  return { problem: { kind: isVersion2 ? 'signatureVersion2' : 'missing' } };
}

function readHeaderClaim(source: ClaimSource, authorization: string): SignatureClaim | { readonly problem: SignatureProblem } {
  const date = readDate(source.headers);
  const space = authorization.indexOf(' ');
  const scheme = space < 0 ? authorization : authorization.slice(0, space);
  if (scheme === 'AWS') return { problem: { kind: 'signatureVersion2' } };
  if (source.service === 's3') {
    if (scheme !== algorithm) return { problem: { kind: 'unsupportedScheme', hasSpace: space >= 0 } };
    if (!date) return { problem: { kind: 'missingDate', via: 'header' } };
  }
  const fields = new Map<string, string>();
  for (const piece of authorization.slice(space + 1).split(',')) {
    const equals = piece.indexOf('=');
    if (equals < 0) return { problem: { kind: 'notKeyValue', headerSha256Base64: hash('sha256', authorization, 'base64') } };
    fields.set(piece.slice(0, equals).trim(), piece.slice(equals + 1).trim());
  }
  const [credential, signedHeaders, signature] = [fields.get('Credential'), fields.get('SignedHeaders'), fields.get('Signature')];
  if (!credential || !signedHeaders || !signature || !date || scheme !== algorithm) {
    const missing: SignaturePart[] = [];
    if (!credential) missing.push('Credential');
    if (!signature) missing.push('Signature');
    if (!signedHeaders) missing.push('SignedHeaders');
    if (!date) missing.push('Date');
    return { problem: missing.length > 0 ? { kind: 'malformedHeader', missing } : { kind: 'unsupportedScheme', hasSpace: space >= 0 } };
  }
  const parsed = parseCredential(credential);
  if (!parsed) return { problem: { kind: 'malformedCredential', via: 'header' } };
  return {
    via: 'header',
    ...parsed,
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    ...date,
    expiresSeconds: null,
    securityToken: source.headers.get('x-amz-security-token')?.[0] ?? null,
    contentSha256: source.headers.get('x-amz-content-sha256')?.[0] ?? null,
  };
}

function readQueryClaim(source: ClaimSource, query: ReadonlyMap<string, string>): SignatureClaim | { readonly problem: SignatureProblem } {
  const [credential, signature, signedHeaders] = [
    query.get('X-Amz-Credential'),
    query.get('X-Amz-Signature'),
    query.get('X-Amz-SignedHeaders'),
  ];
  const [dateText, expiresText] = [query.get('X-Amz-Date'), query.get('X-Amz-Expires')];
  const mayOmitExpires = source.service !== 's3';
  if (!credential || !signature || !signedHeaders || !dateText || (expiresText === undefined && !mayOmitExpires)) {
    return { problem: { kind: 'malformedQuery' } };
  }
  if (query.get('X-Amz-Algorithm') !== algorithm) return { problem: { kind: 'malformedQuery' } };
  const timestampMs = parseTimestamp(dateText);
  if (timestampMs === null) return { problem: { kind: 'missingDate', via: 'query' } };
  const parsed = parseCredential(credential);
  if (!parsed) return { problem: { kind: 'malformedCredential', via: 'query' } };
  if (expiresText !== undefined) {
    const reason = expiresProblem(expiresText);
    if (reason) return { problem: { kind: 'badExpires', reason } };
  }
  return {
    via: 'query',
    ...parsed,
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    timestamp: dateText,
    timestampMs,
    expiresSeconds: expiresText === undefined ? null : Number(expiresText),
    securityToken: query.get('X-Amz-Security-Token') ?? null,
    contentSha256: source.headers.get('x-amz-content-sha256')?.[0] ?? query.get('X-Amz-Content-Sha256') ?? null,
  };
}

function expiresProblem(text: string): 'notANumber' | 'negative' | 'overAWeek' | null {
  if (!/^-?\d+$/.test(text)) return 'notANumber';
  const seconds = Number(text);
  // 0 is not in AWS's range 1..604800 either; its own text is unknown [G: ceph s3-tests refuse it].
  if (seconds < 1) return 'negative';
  return seconds > presignedExpirySecondsMax ? 'overAWeek' : null;
}

function parseCredential(text: string): { accessKeyId: string; scope: CredentialScope; terminal: string } | null {
  const [accessKeyId, date, region, service, terminal, ...rest] = text.split('/');
  if (!accessKeyId || !date || !region || !service || !terminal || rest.length > 0) return null;
  return { accessKeyId, scope: { date, region, service }, terminal };
}

/** X-Amz-Date first; the Date header may carry the same form or an HTTP date. */
function readDate(headers: HeaderLines): { timestamp: string; timestampMs: number } | null {
  const text = headers.get('x-amz-date')?.[0] ?? headers.get('date')?.[0];
  if (text === undefined) return null;
  const basic = parseTimestamp(text);
  if (basic !== null) return { timestamp: text, timestampMs: basic };
  const httpDate = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(httpDate) ? null : { timestamp: formatTimestamp(httpDate), timestampMs: httpDate };
}

/** yyyymmddThhmmssZ to milliseconds since 1970, or null. */
function parseTimestamp(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return null;
  const parsed = Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`);
  return Number.isNaN(parsed) ? null : parsed;
}

/** Milliseconds since 1970 to yyyymmddThhmmssZ. */
export function formatTimestamp(timeMs: number): string {
  return `${new Date(timeMs).toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`;
}

function queryParameters(rawQuery: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of splitQuery(rawQuery)) parameters.set(percentDecode(name), percentDecode(value));
  return parameters;
}
