// The call as data: media type, the bytes as received, how many records, and the hashes that make a repetition recognisable.
import { createHash } from 'node:crypto';
import type { Call } from '../http/answer-call.ts';
import { bodyBytes } from '../http/body-bytes.ts';
import { headerValue } from '../http/header-value.ts';
import { countCsvRecords } from './count-csv-records.ts';
import { countJsonLines } from './count-json-lines.ts';
import { countJsonRecords } from './count-json-records.ts';
import { type MediaType, readMediaType } from './media-type.ts';
import { requestError } from './request-errors.ts';

export interface IdentityRequest {
  readonly mediaType: MediaType;
  /** Exactly what the client sent. */
  readonly body: Buffer;
  readonly records: number;
  /** SHA-256 of media type and body, hex. */
  readonly requestHash: string;
  /** SHA-256 of subject and Idempotency-Key, hex; null where the call carries no key. */
  readonly idempotencyHash: string | null;
}

/**
 * Ours. The event that carries the body to this function may have 6,291,556 bytes. CSV and JSON Lines are in it as base64, which is a third
 * more; the quotes of a JSON body are escaped in it, so a JSON body of very short values may meet API Gateway's own 413 before ours.
 */
export const requestBytesMax = 4_500_000;

const counters: Record<MediaType, (text: string) => number> = {
  'application/json': countJsonRecords,
  'application/jsonlines': countJsonLines,
  'text/csv': countCsvRecords,
};

/** @throws HttpError 400, 413, 415 */
export function readRequest(call: Call, subject: string): IdentityRequest {
  const mediaType = readMediaType(headerValue(call.headers, 'content-type'));
  const body = bodyBytes(call);
  if (body.length === 0) throw requestError('EMPTY_BODY');
  if (body.length > requestBytesMax) {
    throw requestError('REQUEST_TOO_LARGE', { place: `At most ${requestBytesMax.toLocaleString('en-US')} bytes.` });
  }
  const idempotencyHash = readIdempotencyHash(headerValue(call.headers, 'idempotency-key'), subject);
  const records = counters[mediaType](decode(body));
  const requestHash = createHash('sha256').update(`${mediaType}\n`).update(body).digest('hex');
  return { mediaType, body, records, requestHash, idempotencyHash };
}

/** The subject is part of it, so that no two callers can meet in one key. A newline cannot occur in either. */
function readIdempotencyHash(key: string | null, subject: string): string | null {
  if (key === null) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw requestError('INVALID_IDEMPOTENCY_KEY');
  return createHash('sha256').update(`${subject}\n${key}`).digest('hex');
}

/** A byte order mark stays in the bytes that go to the model, and is no part of the text. */
function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw requestError('INVALID_ENCODING', { cause: error });
  }
}
