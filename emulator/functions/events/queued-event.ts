// An accepted event as it lies in the queue; its payload is the entry's body.

export interface QueuedEvent {
  /** As invoked, with its qualifier if any. */
  readonly functionArn: string;
  readonly traceHeader: string;
  /** Milliseconds since 1970, as all times here. */
  readonly acceptedAtMs: number;
  /** Attempts that were begun. */
  readonly attempts: number;
  /** Refusals since the last attempt. */
  readonly refusals: number;
  readonly nextAttemptAtMs: number;
  /** An attempt is under way. Where that is read back from disk, it died with its process. */
  readonly isRunning: boolean;
  /** Of the last attempt that ended. */
  readonly response: AttemptResponse | null;
  /** Nothing is left to do but to send the record of it. */
  readonly finished: FinishedEvent | null;
}

export interface AttemptResponse {
  readonly executedVersion: string;
  readonly isError: boolean;
  /** JSON text. */
  readonly payload: string;
}

export interface FinishedEvent {
  readonly condition: EventCondition;
  readonly atMs: number;
}

/** Lambda's words in a destination's record. [V]; the last two [I localstack, and an emulator that names no source] */
export type EventCondition = (typeof conditions)[number];

const conditions = ['Success', 'RetriesExhausted', 'EventAgeExceeded', 'ZeroReservedConcurrency', 'RecursiveInvocation'] as const;

/** What lies in the file of an earlier run; null where it is none of ours. */
export function parseQueuedEvent(value: unknown): QueuedEvent | null {
  if (!isRecord(value)) return null;
  const { functionArn, traceHeader, isRunning, response, finished } = value;
  const numbers = [value.acceptedAtMs, value.attempts, value.refusals, value.nextAttemptAtMs];
  const isWhole =
    typeof functionArn === 'string' &&
    typeof traceHeader === 'string' &&
    typeof isRunning === 'boolean' &&
    numbers.every(isCountOrTime) &&
    (response === null || isResponse(response)) &&
    (finished === null || isFinished(finished));
  return isWhole ? (value as unknown as QueuedEvent) : null;
}

function isResponse(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return typeof value.executedVersion === 'string' && typeof value.isError === 'boolean' && typeof value.payload === 'string';
}

function isFinished(value: unknown): boolean {
  return isRecord(value) && isCountOrTime(value.atMs) && conditions.some((condition) => condition === value.condition);
}

/** The latest time that a Date can be, in ms. */
const timeMsMax = 8.64e15;

function isCountOrTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= timeMsMax;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
