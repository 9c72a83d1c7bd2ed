// The two good answers, checked member by member. Members that are not known are left out, so that the API can add some.
import { asObject, parseJson } from './read-json.ts';

export interface InitAnswer {
  /** For `Authorization: Bearer …`; opaque to the application. */
  readonly token: string;
  readonly tokenType: 'Bearer';
  /** ISO 8601, in UTC with Z: 2026-11-22T12:15:00Z. */
  readonly expiresAt: string;
}

export interface RequestAnswer {
  /** Of the request that the model answered: a repetition with the same idempotency key gets the first one's. */
  readonly requestId: string;
  readonly result: {
    /** Where the model's answer is, byte for byte: an object in the customer's own bucket. */
    readonly bucket: string;
    readonly key: string;
    readonly contentType: string;
    /** Size of the object. */
    readonly bytes: number;
    /** Number of records in the request. */
    readonly records: number;
  };
}

/** What may stand behind "Bearer" (RFC 6750, 2.1). Nothing else may get into a header. */
const tokenPattern = /^[A-Za-z0-9._~+/-]{1,8192}=*$/;
const isoPattern = /^[2-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Null where it is not such an answer. */
export function readInitAnswer(text: string): InitAnswer | null {
  const { token, tokenType, expiresAt } = asObject(parseJson(text)) ?? {};
  if (typeof token !== 'string' || !tokenPattern.test(token) || tokenType !== 'Bearer') return null;
  if (typeof expiresAt !== 'string' || !isTime(expiresAt)) return null;
  return { token, tokenType, expiresAt };
}

/** Null where it is not such an answer. */
export function readRequestAnswer(text: string): RequestAnswer | null {
  const answer = asObject(parseJson(text));
  const { bucket, key, contentType, bytes, records } = asObject(answer?.result) ?? {};
  const requestId = answer?.requestId;
  if (!isText(requestId) || !isText(bucket) || !isText(key) || !isText(contentType)) return null;
  return isCount(bytes) && isCount(records) ? { requestId, result: { bucket, key, contentType, bytes, records } } : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Date.parse takes 30 February for 2 March. */
function isTime(text: string): boolean {
  const atMs = isoPattern.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().slice(0, 19) === text.slice(0, 19);
}
