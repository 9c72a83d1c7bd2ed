// The call as data: media type, the bytes as received, how many records, or where the records are; and the hashes that make a repetition
// recognisable.
import { createHash } from 'node:crypto';
import type { Call } from '../http/answer-call.ts';
import { bodyBytes } from '../http/body-bytes.ts';
import { headerValue } from '../http/header-value.ts';
import { countCsvRecords } from './count-csv-records.ts';
import { countJsonLines } from './count-json-lines.ts';
import { type MediaType, readMediaType } from './media-type.ts';
import { readJsonBody } from './read-json-body.ts';
import { requestError } from './request-errors.ts';

export interface IdentityRequest {
  readonly kind: 'records';
  readonly mediaType: MediaType;
  /** Exactly what the client sent. */
  readonly body: Buffer;
  readonly records: number;
  /** SHA-256 of media type and body, hex. */
  readonly requestHash: string;
  /** SHA-256 of subject and Idempotency-Key, hex; null where the call carries no key. */
  readonly idempotencyHash: string | null;
}

/** Records that are in the bucket already: more of them than a body can hold. */
export interface LargeRequest {
  readonly kind: 'location';
  /** As the client wrote it. */
  readonly inputLocation: string;
  /** SHA-256 of inputLocation, hex; never that of records, whose hash begins with a media type. */
  readonly requestHash: string;
  readonly idempotencyHash: string | null;
}

/**
 * Ours. The event that carries the body to this function may have 6,291,556 bytes. CSV and JSON Lines are in it as base64, which is a third
 * more; the quotes of a JSON body are escaped in it, so a JSON body of very short values may meet API Gateway's own 413 before ours.
 */
export const requestBytesMax = 4_500_000;

type Content = { readonly records: number } | { readonly inputLocation: string };

const readers: Record<MediaType, (text: string) => Content> = {
  'application/json': readJsonBody,
  'application/jsonlines': (text) => ({ records: countJsonLines(text) }),
  'text/csv': (text) => ({ records: countCsvRecords(text) }),
};

/** @throws HttpError 400, 413, 415 */
export function readRequest(call: Call, subject: string): IdentityRequest | LargeRequest {
  const mediaType = readMediaType(headerValue(call.headers, 'content-type'));
  const body = bodyBytes(call);
  if (body.length === 0) throw requestError('EMPTY_BODY');
  if (body.length > requestBytesMax) {
    throw requestError('REQUEST_TOO_LARGE', { place: `At most ${requestBytesMax.toLocaleString('en-US')} bytes.` });
  }
  const idempotencyHash = readIdempotencyHash(headerValue(call.headers, 'idempotency-key'), subject);
  const content = readers[mediaType](decode(body));
  if ('inputLocation' in content) {
    const { inputLocation } = content;
    return { kind: 'location', inputLocation, requestHash: hashOf('inputLocation', inputLocation), idempotencyHash };
  }
  return { kind: 'records', mediaType, body, records: content.records, requestHash: hashOf(mediaType, body), idempotencyHash };
}

/** The subject is part of it, so that no two callers can meet in one key. A newline cannot occur in either. */
function readIdempotencyHash(key: string | null, subject: string): string | null {
  if (key === null) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw requestError('INVALID_IDEMPOTENCY_KEY');
  return hashOf(subject, key);
}

/** Of a first line and what follows it. */
function hashOf(firstLine: string, rest: string | Buffer): string {
  return createHash('sha256').update(`${firstLine}\n`).update(rest).digest('hex');
}

/** A byte order mark stays in the bytes that go to the model, and is no part of the text. */
function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw requestError('INVALID_ENCODING', { cause: error });
  }
}
