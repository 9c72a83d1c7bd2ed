// What is known of a large request, `requests/<id>.json` in the results bucket: written by POST /request, then by the worker, read by
// GET /request/{id}. No record is in it: places, sizes, counts and times.

/** Where a large request is. SUCCEEDED and FAILED are final. */
export type Progress = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';

/** Types that can be cut between two records while they are read. */
export type LargeMediaType = 'application/jsonlines' | 'text/csv';

export interface RequestState {
  readonly requestId: string;
  /** The customer's account, from the token of who sent it. */
  readonly subject: string;
  /** SHA-256 of what was asked, hex: a repetition with the same Idempotency-Key asks the same. */
  readonly requestHash: string;
  readonly progress: Progress;
  /** The object as it was when the request came: another version of it is never read. */
  readonly input: {
    readonly key: string;
    readonly etag: string;
    readonly bytes: number;
    readonly mediaType: LargeMediaType;
  };
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Records whose answer of the model is stored, counted from the first without a gap. */
  readonly recordsDone: number;
  /** Who works on it; null while nobody does. The lease ends when that invocation certainly has. */
  readonly holder: { readonly invocationId: string; readonly leaseEndsAt: string } | null;
  /** Invocations in a row that brought it no further: the worker gives up at a limit. */
  readonly attemptsWithoutProgress: number;
  /** How far the input is cut into parts: each is one call to the model. */
  readonly parts: readonly Part[];
  /** True: the last part ends where the input ends. */
  readonly cutToTheEnd: boolean;
  /** Of the result's multipart upload; null before it began. */
  readonly uploadId: string | null;
  /** How far that upload is known to be; null before its first piece. */
  readonly assembly: Assembly | null;
  /** Where SUCCEEDED. */
  readonly result: { readonly key: string; readonly contentType: string; readonly bytes: number; readonly records: number } | null;
  /** Where FAILED; texts name a rule or a position, nothing of a record. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Bytes of the input from `start` up to but not including `end`: whole records. For CSV without the header, which is sent before each. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly records: number;
}

/** The first `pieces` pieces of the result are uploaded; what comes next begins at `next`. */
export interface Assembly {
  readonly pieces: number;
  readonly next: AnswerPlace;
}

/** A place in the joined answers. */
export interface AnswerPlace {
  /** From 0. */
  readonly answer: number;
  /** Bytes into what this answer adds to the result. */
  readonly offset: number;
  /** The line in front of this answer lacks its end. */
  readonly isLineOpen: boolean;
}

/** What the worker is invoked with. */
export interface WorkerEvent {
  readonly requestId: string;
}

export function stateKey(requestId: string): string {
  return `requests/${requestId}.json`;
}

/** Answer of the model to a part, from 0; they are deleted when the result is complete. */
export function answerKey(requestId: string, part: number): string {
  return `work/${requestId}/${part}`;
}

/** Where inputs must be. */
export const inputPrefix = 'inputs/';
