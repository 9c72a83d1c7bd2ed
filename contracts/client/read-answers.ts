// The good answers, checked member by member. Members that are not known are left out, so that the API can add some.
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
  readonly result: RequestResult;
}

export interface RequestResult {
  /** Where the model's answer is: an object in the customer's own bucket. */
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  /** Size of the object. */
  readonly bytes: number;
  /** Number of records in the request. */
  readonly records: number;
}

const requestStates = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED'] as const;

export type RequestState = (typeof requestStates)[number];

export interface SubmittedRequest {
  /** For getRequest() and waitForRequest(). A repetition with the same idempotency key gets the first one's. */
  readonly requestId: string;
  /** QUEUED; where the request had come before, what has become of it. */
  readonly state: RequestState;
}

interface RequestProgress {
  readonly requestId: string;
  /** Records that the model has answered, from the first without a gap. */
  readonly recordsDone: number;
  /** ISO 8601, in UTC with Z. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Of a request with an inputLocation: `state` says which members there are. */
export type RequestStatus = UnfinishedRequest | FinishedRequest;

export interface UnfinishedRequest extends RequestProgress {
  readonly state: 'QUEUED' | 'RUNNING';
}

export type FinishedRequest = SucceededRequest | FailedRequest;

export interface SucceededRequest extends RequestProgress {
  readonly state: 'SUCCEEDED';
  readonly result: RequestResult;
}

export interface FailedRequest extends RequestProgress {
  readonly state: 'FAILED';
  readonly error: {
    /** Upper case with underscores, such as INVALID_JSON_LINE. */
    readonly code: string;
    /** For people: a rule and a position, nothing of a record. */
    readonly message: string;
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
  const requestId = answer?.requestId;
  const result = readResult(answer?.result);
  return isText(requestId) && result !== null ? { requestId, result } : null;
}

/** Null where it is not such an answer. */
export function readSubmittedRequest(text: string): SubmittedRequest | null {
  const { requestId, state } = asObject(parseJson(text)) ?? {};
  return isRequestId(requestId) && isState(state) ? { requestId, state } : null;
}

/** Null where it is not such an answer. */
export function readRequestStatus(text: string): RequestStatus | null {
  const { requestId, state, recordsDone, createdAt, updatedAt, ...more } = asObject(parseJson(text)) ?? {};
  if (!isText(requestId) || !isState(state) || !isCount(recordsDone)) return null;
  if (typeof createdAt !== 'string' || !isTime(createdAt) || typeof updatedAt !== 'string' || !isTime(updatedAt)) return null;
  const progress = { requestId, recordsDone, createdAt, updatedAt };
  switch (state) {
    case 'SUCCEEDED': {
      const result = readResult(more.result);
      return result === null ? null : { ...progress, state, result };
    }
    case 'FAILED': {
      const { code, message } = asObject(more.error) ?? {};
      return isText(code) && isText(message) ? { ...progress, state, error: { code, message } } : null;
    }
    default:
      return { ...progress, state };
  }
}

/** What may stand in the path of a call. The API's are UUIDs and hashes. */
export function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(value);
}

function readResult(value: unknown): RequestResult | null {
  const { bucket, key, contentType, bytes, records } = asObject(value) ?? {};
  if (!isText(bucket) || !isText(key) || !isText(contentType)) return null;
  return isCount(bytes) && isCount(records) ? { bucket, key, contentType, bytes, records } : null;
}

function isState(value: unknown): value is RequestState {
  return requestStates.some((state) => state === value);
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
