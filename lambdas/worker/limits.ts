// Every limit of the worker. What a customer may want to change comes from the template through the environment, see handler.ts.

/** SageMaker real-time body for Marketplace models. Source: Marketplace seller guide "service restrictions and limits" (25 MB). */
export const invokeBytesMax = 25 * 1024 * 1024;
/** A model has 60 s to answer. Source: SageMaker developer guide "Custom inference code with hosting services". */
export const modelTimeMsMax = 60_000;
/** The same guide: with a model that takes nearly all of them, the client must wait for 70 s. */
export const invokeTimeoutMs = 70_000;

/** Kept for what is under way when no new part is taken any more; under a short time limit a quarter of it. */
export const reserveMs = 20_000;
/** Of one call of S3, its retries included. */
export const storageTimeoutMs = 30_000;
/** For clocks that differ: behind the end of an invocation its lease holds a little longer. */
export const leaseMarginMs = 10_000;
/** Between two writes of the state, as long as there is something to say. */
export const checkpointMs = 5_000;
/** Invocations in a row without one more answer or one more piece of the result: as many as Lambda's tries of an event. */
export const attemptsWithoutProgressMax = 3;

/** Wait before the same part is sent again; doubles up to the maximum. */
export const backOffMsFirst = 1_000;
export const backOffMsMax = 30_000;

/** Wait before an answer that S3 was too busy to take is stored again; doubles up to the maximum. */
export const storeAgainMsFirst = 50;
export const storeAgainMsMax = 400;

/** Ours: the list of parts is in the state, which is read and written as one text; at 100,000 parts it has about 5 MB. */
export const partsMax = 100_000;
/** S3 User Guide "Multipart upload limits". */
export const uploadPartsMax = 10_000;
/** Whether there will be more parts is judged after so many, and refused where it is clearly so: a guess may be wrong by this factor. */
export const partsToJudgeBy = 100;
export const partsGuessTolerance = 1.25;
/** Ours: answers read ahead while they are joined, and what they may have together; a single one may have more. */
export const answersAheadMax = 32;
export const answersAheadBytesMax = 64 * 1024 * 1024;
/** Ours: deletions of answers at the same time. */
export const deletionsAtOnce = 16;

export interface WorkerLimits {
  /** Of one call to the model, without the header of CSV. A single record may have more. */
  readonly partBytes: number;
  readonly partRecords: number;
  /** Calls to the model at the same time. */
  readonly concurrency: number;
  /** Of one read of the input. */
  readonly rangeBytes: number;
  /** Of one piece of the result; S3 wants 5 MiB at least. The smaller, the more of it survives the end of an invocation. */
  readonly uploadPartBytes: number;
}

export const defaultLimits: WorkerLimits = {
  partBytes: 4 * 1024 * 1024,
  partRecords: 1_000,
  concurrency: 4,
  rangeBytes: 1024 * 1024,
  uploadPartBytes: 5 * 1024 * 1024,
};
