// Lambda has tried the worker as often as it does: the request has failed, and what was begun of its result goes.
import type { InvocationContext } from '../http/answer-call.ts';
import { isFinal, readState, replaceState } from '../large-request/stored-state.ts';
import { logLine } from '../log/log-line.ts';
import { isJsonObject } from '../request/is-json-object.ts';
import { SettingError } from '../settings/setting-error.ts';
import { deleteAnswers } from '../worker/delete-answers.ts';
import { isFree } from '../worker/held-state.ts';
import type { WorkerStorage } from '../worker/storage.ts';
import { type TimeLeft, timeLeft } from '../worker/time-left.ts';
import { labelOf, RequestFailure, TryAgain, WorkerMisconfigured } from '../worker/worker-errors.ts';

export interface GiveUpOptions {
  readonly storage: WorkerStorage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Against other writers: who was quicker may have ended it. */
const writeAttemptsMax = 3;

/**
 * Takes Lambda's destination record; only the id of the request and the name of the error in it are used.
 * Rejects with a name and a status only, so that Lambda tries again.
 */
export function createGiveUp(options: GiveUpOptions) {
  return async (record: unknown, context: InvocationContext): Promise<void> => {
    const beganAtMs = performance.now();
    const { requestId, ...failed } = readRecord(record);
    const invocationId = context.awsRequestId;
    const log = (code: string, cause?: string) => {
      const durationMs = Math.round(performance.now() - beganAtMs);
      logLine({ code, ...(requestId !== null && { requestId }), invocationId, durationMs, ...(cause !== undefined && { cause }) });
    };
    if (requestId === null) return log('NOT_A_DESTINATION_RECORD');
    try {
      log(await giveUp(options, { requestId, ...failed }, context, log));
    } catch (error) {
      const label = labelOf(error);
      log('GIVE_UP_FAILED', label);
      throw new TryAgain(label);
    }
  };
}

interface FailedInvocation {
  readonly requestId: string;
  /** Of the invocation that failed; null where the record does not say. */
  readonly failedId: string | null;
  /** Name of the error that its last try threw; empty where the record does not say. */
  readonly errorType: string;
}

/** Of the worker and of what it reads at its beginning. */
const misconfigured: ReadonlySet<string> = new Set([WorkerMisconfigured.errorName, SettingError.errorName]);

/** `requestPayload` is what the worker was invoked with, `requestContext.requestId` the id of all its tries, `responsePayload` its last error. */
function readRecord(record: unknown): Omit<FailedInvocation, 'requestId'> & { readonly requestId: string | null } {
  const { requestPayload, requestContext, responsePayload } = isJsonObject(record) ? record : {};
  const requestId = isJsonObject(requestPayload) ? requestPayload.requestId : null;
  const failedId = isJsonObject(requestContext) ? requestContext.requestId : null;
  return {
    requestId: typeof requestId === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(requestId) ? requestId : null,
    failedId: typeof failedId === 'string' ? failedId : null,
    errorType: isJsonObject(responsePayload) && typeof responsePayload.errorType === 'string' ? responsePayload.errorType : '',
  };
}

/** A failure is logged only: what stays, the bucket's lifecycle ends. */
async function cleanUp(
  storage: WorkerStorage,
  requestId: string,
  time: TimeLeft,
  log: (code: string, cause?: string) => void,
): Promise<void> {
  try {
    await deleteAnswers(storage, requestId, time);
  } catch (error) {
    log('ANSWERS_NOT_DELETED', labelOf(error));
  }
}

/** Code of how it ended. */
async function giveUp(
  { storage, now }: GiveUpOptions,
  { requestId, failedId, errorType }: FailedInvocation,
  context: InvocationContext,
  log: (code: string, cause?: string) => void,
): Promise<string> {
  const time = timeLeft(() => context.getRemainingTimeInMillis());
  const { forStorageMs } = time;
  const { code, message } = new RequestFailure(misconfigured.has(errorType) ? 'WORKER_MISCONFIGURED' : 'WORKER_FAILED');
  for (let attempt = 1; attempt <= writeAttemptsMax; attempt += 1) {
    const stored = await readState(storage, requestId, forStorageMs());
    if (stored === null) return 'STATE_NOT_FOUND';
    if (isFinal(stored.state)) {
      await cleanUp(storage, requestId, time, log);
      return 'ALREADY_FINAL';
    }
    // Another invocation works on it, and has a destination of its own.
    if (failedId !== null && !isFree(stored.state, failedId, now())) return 'HELD_BY_ANOTHER';
    const { uploadId } = stored.state;
    // First the upload: its id is in the state only.
    if (uploadId !== null) await storage.abortUpload({ key: `results/${requestId}`, uploadId }, forStorageMs());
    const state = {
      ...stored.state,
      progress: 'FAILED' as const,
      updatedAt: new Date(now()).toISOString(),
      holder: null,
      uploadId: null,
      assembly: null,
      error: { code, message },
    };
    if ((await replaceState(storage, { state, etag: stored.etag }, forStorageMs())) === null) continue;
    await cleanUp(storage, requestId, time, log);
    return code;
  }
  throw new TryAgain('the state keeps changing');
}
