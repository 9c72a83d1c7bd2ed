// One invocation of the worker: take the request, bring it as far as the time allows, and leave it so that another can go on.
import type { InvocationContext } from '../http/answer-call.ts';
import type { RequestState, WorkerEvent } from '../large-request/request-state.ts';
import { isFinal, readState } from '../large-request/stored-state.ts';
import { logLine } from '../log/log-line.ts';
import { answerParts } from './answer-parts.ts';
import { assemble } from './assemble.ts';
import { deleteAnswers } from './delete-answers.ts';
import { isFree, takeLease } from './held-state.ts';
import { attemptsWithoutProgressMax } from './limits.ts';
import type { Run, WorkerOptions } from './run.ts';
import { type TimeLeft, timeLeft } from './time-left.ts';
import {
  type FailureCode,
  isMisconfigured,
  LeaseLost,
  labelOf,
  ModelFailed,
  OutOfTime,
  RequestFailure,
  TryAgain,
  WorkerMisconfigured,
} from './worker-errors.ts';

/**
 * Resolves where Lambda has nothing left to do: done, failed for good, held by another invocation, or handed on to a new one.
 * Rejects with an error that holds a name and a status only: Lambda writes it into the log and, at the last, to the failed function.
 */
export function createWorker(options: WorkerOptions) {
  return async (event: WorkerEvent, context: InvocationContext): Promise<void> => {
    const beganAtMs = performance.now();
    const { requestId } = event;
    const log = (code: string, cause?: string) =>
      logLine({
        code,
        requestId,
        invocationId: context.awsRequestId,
        durationMs: Math.round(performance.now() - beganAtMs),
        ...(cause !== undefined && { cause }),
      });
    try {
      log(await workOnRequest(options, event, context, log));
    } catch (error) {
      const label = labelOf(error);
      log('WORKER_TRY_FAILED', label);
      if (isMisconfigured(error)) throw new WorkerMisconfigured(label);
      throw error instanceof ModelFailed ? new ModelFailed(label) : new TryAgain(label);
    }
  };
}

type Log = (code: string, cause?: string) => void;

/** Code of how it ended. */
async function workOnRequest(options: WorkerOptions, { requestId }: WorkerEvent, context: InvocationContext, log: Log): Promise<string> {
  const time = timeLeft(() => context.getRemainingTimeInMillis());
  const stored = await readState(options.storage, requestId, time.forStorageMs());
  if (stored === null) return 'STATE_NOT_FOUND';
  if (isFinal(stored.state)) return finished(options, stored.state, time, log);
  const held = await takeLease(options.storage, stored, {
    invocationId: context.awsRequestId,
    remainingMs: context.getRemainingTimeInMillis(),
    now: options.now,
    timeoutMs: time.forStorageMs,
  });
  if (held === null) return leaveToAnother(options, requestId, context, 'HELD_BY_ANOTHER');
  const run: Run = { options, held, time };
  if (stored.state.progress !== 'RUNNING') log('RUNNING');
  try {
    if (stored.state.attemptsWithoutProgress >= attemptsWithoutProgressMax) throw new RequestFailure('NO_PROGRESS');
    await assemble(run, await answerParts(run));
  } catch (error) {
    if (error instanceof LeaseLost) return leaveToAnother(options, requestId, context, 'LEASE_LOST');
    return await endEarly(run, error, log);
  }
  return finished(options, held.state, time, log);
}

async function endEarly(run: Run, error: unknown, log: Log): Promise<string> {
  if (error instanceof RequestFailure) return fail(run, error, log);
  const { attemptsWithoutProgress } = run.held.state;
  const lastCode = attemptsWithoutProgress < attemptsWithoutProgressMax ? null : codeAtTheLast(error);
  if (lastCode !== null) {
    log(lastCode, labelOf(error));
    return fail(run, new RequestFailure(lastCode), log);
  }
  // Zero: this invocation has come further. Lambda's few tries are for what does not, so a new one goes on.
  if (error instanceof OutOfTime || attemptsWithoutProgress === 0) {
    if (!(error instanceof OutOfTime)) log('WORKER_INTERRUPTED', labelOf(error));
    await run.held.save({ holder: null });
    await run.options.invokeSelf({ requestId: run.held.state.requestId });
    return 'HANDED_ON';
  }
  await release(run, log);
  throw error;
}

/** Null where Lambda's failed function is to say that the work was given up. */
function codeAtTheLast(error: unknown): FailureCode | null {
  if (error instanceof ModelFailed) return 'MODEL_FAILED';
  return isMisconfigured(error) ? 'WORKER_MISCONFIGURED' : null;
}

/** Returns `code` where the request is in other hands or at its end. @throws TryAgain where nobody else will go on with it */
async function leaveToAnother(
  { storage, now }: WorkerOptions,
  requestId: string,
  context: InvocationContext,
  code: string,
): Promise<string> {
  const { forStorageMs } = timeLeft(() => context.getRemainingTimeInMillis());
  const stored = await readState(storage, requestId, forStorageMs());
  if (stored !== null && !isFinal(stored.state) && isFree(stored.state, context.awsRequestId, now())) throw new TryAgain(code);
  return code;
}

async function fail(run: Run, { code, message }: RequestFailure, log: Log): Promise<string> {
  const { uploadId, requestId } = run.held.state;
  await run.held.save({ progress: 'FAILED', holder: null, uploadId: null, assembly: null, error: { code, message } });
  if (uploadId !== null) {
    const abort = run.options.storage.abortUpload({ key: `results/${requestId}`, uploadId }, run.time.forStorageMs());
    await abort.catch((error: unknown) => log('UPLOAD_NOT_ABORTED', labelOf(error)));
  }
  await cleanUp(run.options, requestId, run.time, log);
  return code;
}

/** So that any invocation may go on, not only Lambda's next try of this one. Where it does not work the lease ends it. */
async function release(run: Run, log: Log): Promise<void> {
  try {
    await run.held.save({ holder: null });
  } catch (error) {
    log('LEASE_NOT_RELEASED', labelOf(error));
  }
}

/** Also in a try that finds everything done: its predecessor may have died among the deletions. What stays, the bucket's lifecycle ends. */
async function finished(options: WorkerOptions, { requestId, progress }: RequestState, time: TimeLeft, log: Log): Promise<string> {
  await cleanUp(options, requestId, time, log);
  return progress === 'SUCCEEDED' ? 'SUCCEEDED' : 'ALREADY_FAILED';
}

async function cleanUp({ storage, invokeSelf }: WorkerOptions, requestId: string, time: TimeLeft, log: Log): Promise<void> {
  try {
    await deleteAnswers(storage, requestId, time);
  } catch (error) {
    if (error instanceof OutOfTime) await invokeSelf({ requestId }).catch((failed: unknown) => log('NOT_HANDED_ON', labelOf(failed)));
    log('ANSWERS_NOT_DELETED', labelOf(error));
  }
}
