// An accepted asynchronous request as it lies in the queue; an inline input is the entry's body.
import type { S3Location } from '../platform-storage.ts';

export interface QueuedRequest {
  readonly endpointArn: string;
  /** Of the call that brought it. */
  readonly requestId: string;
  readonly traceId: string;
  /** For the container, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null: the entry's body. */
  readonly input: S3Location | null;
  readonly output: S3Location;
  /** Null where the configuration names no place for failures. */
  readonly failure: S3Location | null;
  /** Milliseconds since 1970. */
  readonly acceptedAtMs: number;
  readonly ttlMs: number;
  readonly timeoutMs: number;
  readonly step: RequestStep;
}

/** How far it has come. What is read back from disk was left so by a process that ended. */
export type RequestStep =
  | { readonly kind: 'waiting' }
  /** The container may have it. */
  | { readonly kind: 'running' }
  /** The output may be there: then its ETag is not `etagBefore`. `isSeen`: whether the role may see what was there. */
  | { readonly kind: 'writing'; readonly etagBefore: string | null; readonly isSeen: boolean }
  /** It failed, and the failure object may not be there yet. */
  | { readonly kind: 'failing'; readonly message: string };

/** Null where the value is none of ours. */
export function parseQueuedRequest(value: unknown): QueuedRequest | null {
  if (!isRecord(value)) return null;
  const texts = [value.endpointArn, value.requestId, value.traceId];
  const numbers = [value.acceptedAtMs, value.ttlMs, value.timeoutMs];
  const isWhole =
    texts.every((text) => typeof text === 'string') &&
    numbers.every((number) => Number.isFinite(number)) &&
    isRecord(value.headers) &&
    Object.values(value.headers).every((header) => typeof header === 'string') &&
    isLocation(value.output) &&
    [value.input, value.failure].every((location) => location === null || isLocation(location)) &&
    isStep(value.step);
  return isWhole ? (value as unknown as QueuedRequest) : null;
}

function isStep(value: unknown): boolean {
  if (!isRecord(value)) return false;
  switch (value.kind) {
    case 'waiting':
    case 'running':
      return true;
    case 'writing':
      return typeof value.isSeen === 'boolean' && (value.etagBefore === null || typeof value.etagBefore === 'string');
    case 'failing':
      return typeof value.message === 'string';
    default:
      return false;
  }
}

function isLocation(value: unknown): boolean {
  return isRecord(value) && typeof value.bucket === 'string' && typeof value.key === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
