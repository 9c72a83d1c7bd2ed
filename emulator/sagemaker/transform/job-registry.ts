// The transform jobs of this emulator: accepted in any number up to a limit, a few run at once in the order of their arrival, all are
// remembered on disk. A job is kept in memory and written behind every change, so that a full disk fails no job that is running.
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { QueueDirectory } from '../../queue-directory.ts';
import type { TransformOutcome } from './transform-definition.ts';
import { hasEnded, type TransformJob, type TransformJobRequest, type TransformJobStatus } from './transform-job.ts';

/** Each has a container of its own. Ours; on AWS a quota of instances decides. */
export const jobsRunningMax = 2;
/** Accepted and not ended. Ours. */
export const jobsInProgressMax = 100;
/** The oldest that has ended is forgotten for a new one; AWS remembers all. Ours. */
export const jobsRememberedMax = 1_000;
/** Source: botocore sagemaker/2017-07-24 service-2.json, shape FailureReason. */
const failureReasonLengthMax = 1_024;

/** AWS's name for what is not the customer's fault; the words after it are ours. */
const endedWithEmulator =
  'InternalServerError: Airlock ended while this job was running. It was not finished; create it again under another name.';
const brokeOff = 'InternalServerError: The job broke off inside Airlock; its log has the reason.';

export interface NewTransformJob {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly modelArn: string;
  readonly request: TransformJobRequest;
}

export type JobEnd = Pick<TransformOutcome, 'kind' | 'failureReason'>;

export interface TransformJobs {
  /** `exists`: the account has one of this name; `tooMany`: no more are accepted before one of them has ended. */
  create(job: NewTransformJob): 'created' | 'exists' | 'tooMany';
  get(arn: string): TransformJob | null;
  /** In the order of their arrival. */
  list(accountId: string): readonly TransformJob[];
  /** The status that the job was in: nothing happens unless it is InProgress. Null where there is none. */
  stop(arn: string): TransformJobStatus | null;
  /** From here on jobs run; those that an earlier run left waiting as well. */
  begin(): void;
  /** Stops what runs, which is remembered as failed; what waits goes on waiting. Safe to call twice. */
  close(): Promise<void>;
}

export interface TransformJobsOptions {
  /** Closed together with the jobs. */
  readonly queue: QueueDirectory<TransformJob>;
  /** Must end soon after the signal, with nothing left behind. */
  readonly run: (job: TransformJob, signal: AbortSignal) => Promise<JobEnd>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createTransformJobs({ queue, run, clock, log }: TransformJobsOptions): TransformJobs {
  const jobs = new Map<string, TransformJob>();
  const running = new Map<string, { readonly controller: AbortController; readonly done: Promise<void> }>();
  let begun = false;
  let closing: Promise<void> | null = null;
  for (const { entry } of queue.list()) jobs.set(entry.arn, entry);
  for (const job of jobs.values()) {
    if (job.status === 'Stopping') end(job.arn, { kind: 'stopped', failureReason: null });
    else if (job.status === 'InProgress' && job.startedAt !== null) end(job.arn, { kind: 'failed', failureReason: endedWithEmulator });
  }

  function change(arn: string, changes: Partial<TransformJob>): void {
    const job = jobs.get(arn);
    if (job === undefined) return;
    const changed = { ...job, ...changes, modifiedAt: clock.now() };
    jobs.set(arn, changed);
    try {
      queue.replace(idOf(arn), changed);
    } catch (error) {
      log.error({ error, job: job.name }, 'the state of a transform job could not be written');
    }
  }

  function end(arn: string, { kind, failureReason }: JobEnd): void {
    // Whoever asked for the end is told of one, whatever the job came to before it heard of it.
    const status = jobs.get(arn)?.status === 'Stopping' || kind === 'stopped' ? 'Stopped' : kind === 'completed' ? 'Completed' : 'Failed';
    const reason = status === 'Failed' ? (failureReason ?? brokeOff).slice(0, failureReasonLengthMax) : null;
    change(arn, { status, failureReason: reason, endedAt: clock.now() });
  }

  async function runOne(arn: string, signal: AbortSignal): Promise<void> {
    change(arn, { startedAt: clock.now() });
    const job = jobs.get(arn);
    if (job === undefined) return;
    let result: JobEnd;
    try {
      result = await run(job, signal);
    } catch (error) {
      log.error({ error, job: job.name }, 'a transform job broke off');
      result = { kind: 'failed', failureReason: brokeOff };
    }
    const wasClosed = closing !== null && result.kind === 'stopped';
    end(arn, wasClosed ? { kind: 'failed', failureReason: endedWithEmulator } : result);
    const { status, failureReason } = jobs.get(arn) ?? job;
    log.info({ job: job.name, status, failureReason }, 'transform job ended');
    running.delete(arn);
    startWaiting();
  }

  function startWaiting(): void {
    if (!begun || closing !== null) return;
    for (const { arn, status } of jobs.values()) {
      if (running.size >= jobsRunningMax) return;
      if (status !== 'InProgress' || running.has(arn)) continue;
      const controller = new AbortController();
      // Deferred: whoever made the job is answered first.
      const done = Promise.resolve().then(() => runOne(arn, controller.signal));
      running.set(arn, { controller, done });
    }
  }

  /** True where there is room for one more. */
  function makeRoom(): boolean {
    const all = [...jobs.values()];
    if (all.filter((job) => !hasEnded(job)).length >= jobsInProgressMax) return false;
    if (all.length < jobsRememberedMax) return true;
    const oldest = all.find(hasEnded);
    if (oldest === undefined) return false;
    queue.remove(idOf(oldest.arn));
    jobs.delete(oldest.arn);
    return true;
  }

  return {
    create(created) {
      if (jobs.has(created.arn)) return 'exists';
      if (closing !== null || !makeRoom()) return 'tooMany';
      const now = clock.now();
      const times = { createdAt: now, startedAt: null, endedAt: null, modifiedAt: now };
      const job: TransformJob = { ...created, status: 'InProgress', failureReason: null, ...times };
      if (!queue.add(idOf(job.arn), job)) return 'tooMany';
      jobs.set(job.arn, job);
      startWaiting();
      return 'created';
    },
    get: (arn) => jobs.get(arn) ?? null,
    list: (accountId) => [...jobs.values()].filter((job) => job.accountId === accountId),
    stop(arn) {
      const status = jobs.get(arn)?.status ?? null;
      if (status !== 'InProgress') return status;
      change(arn, { status: 'Stopping' });
      const active = running.get(arn);
      if (active) active.controller.abort();
      // Nothing was begun that would have to be ended.
      else setImmediate(() => closing === null && end(arn, { kind: 'stopped', failureReason: null }));
      return status;
    },
    begin() {
      begun = true;
      startWaiting();
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };

  async function closeAll(): Promise<void> {
    // So that `closing` is set before anything looks at it.
    await Promise.resolve();
    for (const { controller } of running.values()) controller.abort();
    await Promise.all([...running.values()].map(({ done }) => done));
    queue.close();
  }
}

/** Of the queue, which takes letters, digits, - and _ only. Names that differ in case only are one, as in an ARN. */
function idOf(arn: string): string {
  const [, , , , accountId = '', resource = ''] = arn.split(':');
  return `${accountId}-${resource.replace('transform-job/', '')}`;
}
