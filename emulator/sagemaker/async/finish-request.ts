// One asynchronous request from its turn in the queue to its end: done, failed, or left in the queue where Airlock closes. Trouble of S3 and
// of the disk passes: what was reached is kept, and the next step tried again as long as the request has time.
import { rm } from 'node:fs/promises';
import { pause } from '../../model/readiness.ts';
import type { Endpoint } from '../../template/sagemaker-definitions.ts';
import { type Advance, type AdvanceOptions, answerPath, createRequestAdvancer, type Progress } from './advance-request.ts';
import { retry } from './async-limits.ts';
import type { InvocationFields } from './invocation-span.ts';
import type { QueuedRequest } from './queued-request.ts';
import { failures } from './request-failure.ts';

export type RequestFinisherOptions = AdvanceOptions;

/** The outcome in one word: `done`, `stopped`, or why it failed. Rejects with what is our own fault; the request stays in the queue then. */
export type FinishRequest = (endpoint: Endpoint, id: string, annotate: (fields: InvocationFields) => void) => Promise<string>;

interface Late {
  readonly endpoint: Endpoint;
  readonly request: QueuedRequest;
  readonly progress: Progress;
  readonly advanced: Extract<Advance, { kind: 'wait' }>;
}

/** Ours: between two looks at a model that takes no requests. */
const modelWaitMs = 250;

export function createRequestFinisher(options: RequestFinisherOptions): FinishRequest {
  const { queue, clock, log, stopping, signal } = options;
  const advance = createRequestAdvancer(options);

  const finish: FinishRequest = async (endpoint, id, annotate) => {
    let progress: Progress = { kind: 'begun', sinceMs: clock.now() };
    let waits = 0;
    for (;;) {
      const request = queue.get(id);
      if (request === null) return 'done';
      const { requestId } = request;
      const advanced: Advance = await advance({ endpoint, id, request, annotate }, progress).catch((error: unknown) =>
        afterError(error, progress, { endpointName: endpoint.endpointName, requestId, isFirst: waits === 0 }),
      );
      if (advanced.kind === 'removed') return advanced.outcome;
      if (advanced.kind === 'stopped') return 'stopped';
      if (advanced.kind === 'next') {
        [progress, waits] = [advanced.progress, 0];
        continue;
      }
      const { failure, why } = advanced;
      if (stopping.aborted) return 'stopped';
      const over: Progress | null = hasTime(request, progress) ? null : whenTimeIsOver({ endpoint, request, progress, advanced });
      if (over !== null) {
        [progress, waits] = [over, 0];
        continue;
      }
      if (waits === 0 && why === 'storage')
        log.warn({ endpointName: endpoint.endpointName, requestId, reason: failure?.outcome }, 'asynchronous request: S3 is tried again');
      await pause(pauseMs(request, progress, why === 'model' ? modelWaitMs : retry.firstMs * 2 ** waits), stopping);
      if (why !== 'model') waits += 1;
      if (stopping.aborted) return 'stopped';
    }
  };

  function pauseMs({ acceptedAtMs, ttlMs }: QueuedRequest, { kind }: Progress, wantedMs: number): number {
    const leftMs = kind === 'queued' ? Math.max(acceptedAtMs + ttlMs + 1 - clock.now(), 1) : Number.POSITIVE_INFINITY;
    return Math.min(wantedMs, retry.longestMs, leftMs);
  }

  /** Null: it waits on. For the disk that is without end, as the queue is on it. */
  function whenTimeIsOver({ endpoint, request, progress, advanced }: Late): Progress | null {
    const { failure, why } = advanced;
    if (progress.kind !== 'failed' && progress.kind !== 'ended')
      return { kind: 'failed', failure: failure ?? failures.expired(request), sinceMs: clock.now() };
    if (why === 'disk' || progress.kind === 'ended') return null;
    const { endpointName } = endpoint;
    const { requestId } = request;
    log.warn({ endpointName, requestId }, 'the failure of an asynchronous request could not be written: S3 was in trouble for too long');
    return { kind: 'ended', outcome: progress.failure.outcome };
  }

  function hasTime({ acceptedAtMs, ttlMs }: QueuedRequest, progress: Progress): boolean {
    const now = clock.now();
    // It may have run for longer than it was allowed to wait.
    return now - acceptedAtMs <= ttlMs || ('sinceMs' in progress && now - progress.sinceMs <= retry.failureMs);
  }

  function afterError(
    error: unknown,
    progress: Progress,
    { isFirst, ...fields }: { readonly endpointName: string; readonly requestId: string; readonly isFirst: boolean },
  ): Advance {
    if (signal.aborted) return { kind: 'stopped' };
    if (isDiskError(error)) {
      if (isFirst) log.error({ error, ...fields }, 'asynchronous request: the disk is tried again');
      return { kind: 'wait', failure: progress.kind === 'queued' ? null : failures.internal(), why: 'disk' };
    }
    if (progress.kind === 'failed' || progress.kind === 'ended') throw error;
    log.error({ error, ...fields }, 'asynchronous invocation failed');
    return { kind: 'next', progress: { kind: 'failed', failure: failures.internal(), sinceMs: clock.now() } };
  }

  return async (endpoint, id, annotate) => {
    try {
      return await finish(endpoint, id, annotate);
    } finally {
      await rm(answerPath(options, id), { force: true }).catch((error: unknown) => log.warn({ error }, 'an answer was not removed'));
    }
  };
}

/** A system call that failed, by Node.js. */
function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
