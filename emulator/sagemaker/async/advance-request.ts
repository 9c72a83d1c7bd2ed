// One step of an asynchronous request on its way through the queue: ask the container, store its answer, or tell that it failed.
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Model } from '../../model/model.ts';
import type { QueueDirectory } from '../../queue-directory.ts';
import type { Endpoint } from '../../template/sagemaker-definitions.ts';
import { type PlatformSessions, RoleNotAssumedError } from '../platform-sessions.ts';
import { type PlatformStorage, PlatformStorageError } from '../platform-storage.ts';
import type { InvocationFields } from './invocation-span.ts';
import type { QueuedRequest } from './queued-request.ts';
import { failures, type RequestFailure } from './request-failure.ts';
import { type RequestAnswer, runRequest } from './run-request.ts';
import { isOutputThere, storeAnswer } from './store-answer.ts';

export interface AdvanceOptions {
  readonly queue: QueueDirectory<QueuedRequest>;
  readonly modelFor: (endpointName: string) => Model | undefined;
  readonly sessions: Pick<PlatformSessions, 'storageFor'>;
  /** For answers on their way to S3. */
  readonly answerDirectory: string;
  readonly region: string;
  readonly clock: Clock;
  readonly log: Log;
  /** No invocation begins after it. */
  readonly stopping: AbortSignal;
  /** Ends an invocation under way. */
  readonly signal: AbortSignal;
}

/** How far a request came in this process. */
export type Progress =
  /** An earlier process may have written the output. */
  | { readonly kind: 'begun'; readonly sinceMs: number }
  | { readonly kind: 'queued' }
  | { readonly kind: 'answered'; readonly answer: RequestAnswer; readonly sinceMs: number }
  | { readonly kind: 'failed'; readonly failure: RequestFailure; readonly sinceMs: number }
  | { readonly kind: 'ended'; readonly outcome: string };

export type Advance =
  | { readonly kind: 'next'; readonly progress: Progress }
  /** The same again, later. `failure`: what it comes to where no time is left; null: it expired. */
  | { readonly kind: 'wait'; readonly failure: RequestFailure | null; readonly why: 'model' | 'role' | 'storage' | 'disk' }
  /** Airlock closes: how far it came is in the queue. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'removed'; readonly outcome: string };

export interface AdvanceParts {
  readonly endpoint: Endpoint;
  readonly id: string;
  readonly request: QueuedRequest;
  readonly annotate: (fields: InvocationFields) => void;
}

/** Rejects with what the disk says: then nothing has changed, but for a container that was asked. */
export type AdvanceRequest = (parts: AdvanceParts, progress: Progress) => Promise<Advance>;

export function createRequestAdvancer(options: AdvanceOptions): AdvanceRequest {
  const { queue, modelFor, sessions, region, clock, log, stopping, signal } = options;
  const answerPathOf = (id: string) => answerPath(options, id);

  const advance: AdvanceRequest = async (parts, progress) => {
    if (progress.kind === 'ended') {
      queue.remove(parts.id);
      return { kind: 'removed', outcome: progress.outcome };
    }
    if (progress.kind === 'failed') return tell(parts, progress.failure);
    if (progress.kind === 'answered') return store(parts, progress.answer);
    return progress.kind === 'begun' ? begin(parts) : run(parts);
  };

  async function begin({ endpoint, request }: AdvanceParts): Promise<Advance> {
    if (request.step.kind === 'failing') return failed({ outcome: 'failed', message: request.step.message });
    if (request.step.kind !== 'writing') return next({ kind: 'queued' });
    const storage = await storageOf(endpoint);
    const isThere = storage === null ? false : await isOutputThere(storage, request, signal);
    if (isThere instanceof PlatformStorageError) return broken(isThere, failures.output(request, isThere));
    return next(isThere ? { kind: 'ended', outcome: 'done' } : { kind: 'queued' });
  }

  async function run({ endpoint, id, request, annotate }: AdvanceParts): Promise<Advance> {
    if (stopping.aborted) return { kind: 'stopped' };
    if (clock.now() - request.acceptedAtMs > request.ttlMs) return failed(failures.expired(request));
    const storage = await storageOf(endpoint);
    if (storage === null) return { kind: 'wait', failure: failures.roleNotAssumed(), why: 'role' };
    const model = modelFor(endpoint.endpointName);
    if (model?.state !== 'inService') return { kind: 'wait', failure: null, why: 'model' };
    const outcome = await runRequest(
      {
        ...{ endpoint, model, storage, region, log, signal, annotate },
        inlineBody: queue.readBody(id),
        answerPath: answerPathOf(id),
        keepRunning: () => void queue.replace(id, { ...request, step: { kind: 'running' } }),
      },
      request,
    );
    switch (outcome.kind) {
      case 'answered':
        return next({ kind: 'answered', answer: outcome.answer, sinceMs: clock.now() });
      case 'failed':
        return failed(outcome.failure);
      case 'interrupted':
        return { kind: 'wait', failure: outcome.failure, why: 'storage' };
      case 'notSent':
        return { kind: 'wait', failure: null, why: 'model' };
      case 'stopped':
        return { kind: 'stopped' };
    }
  }

  async function store({ endpoint, id, request }: AdvanceParts, answer: RequestAnswer): Promise<Advance> {
    const storage = await storageOf(endpoint);
    if (storage === null) return failed(failures.roleNotAssumed());
    const keep = (step: QueuedRequest['step']) => void queue.replace(id, { ...request, step });
    const error = await storeAnswer({ endpoint, storage, answerPath: answerPathOf(id), signal, keep }, request, answer);
    return error === null ? next({ kind: 'ended', outcome: 'done' }) : broken(error, failures.output(request, error));
  }

  /** First on disk that it failed: whatever happens from here, the container is not asked again. */
  async function tell({ endpoint, id, request }: AdvanceParts, { outcome, message }: RequestFailure): Promise<Advance> {
    if (request.step.kind !== 'failing') queue.replace(id, { ...request, step: { kind: 'failing', message } });
    const { failure, requestId } = request;
    if (failure === null) return next({ kind: 'ended', outcome });
    const storage = await storageOf(endpoint);
    // Who may not act for the model can write no failure either.
    if (storage === null) return next({ kind: 'ended', outcome: 'roleNotAssumed' });
    const { endpointName, asyncInference } = endpoint;
    const kmsKeyId = asyncInference?.kmsKeyId ?? null;
    try {
      // Text, and as it is in the errors of InvokeEndpoint [M]; AWS's content of this object is not known.
      const object = { body: Buffer.from(message), contentType: 'text/plain', ...(kmsKeyId !== null && { kmsKeyId }) };
      await storage.put(failure, object, signal);
    } catch (error) {
      if (!(error instanceof PlatformStorageError)) throw error;
      const again = broken(error, failures.output(request, error));
      if (again.kind !== 'next') return again;
      log.warn({ endpointName, requestId, errorCode: error.code }, 'the failure of an asynchronous request could not be written');
    }
    return next({ kind: 'ended', outcome });
  }

  /** What breaks while Airlock closes is no failure of the request. */
  function broken(error: PlatformStorageError, failure: RequestFailure): Advance {
    if (signal.aborted) return { kind: 'stopped' };
    return error.isTemporary ? { kind: 'wait', failure, why: 'storage' } : failed(failure);
  }

  /** Null where SageMaker cannot act with the model's role. */
  async function storageOf({ executionRoleArn }: Endpoint): Promise<PlatformStorage | null> {
    try {
      return await sessions.storageFor(executionRoleArn);
    } catch (error) {
      if (error instanceof RoleNotAssumedError) return null;
      throw error;
    }
  }

  function failed(failure: RequestFailure): Advance {
    return next({ kind: 'failed', failure, sinceMs: clock.now() });
  }

  return advance;
}

export function answerPath({ answerDirectory }: Pick<AdvanceOptions, 'answerDirectory'>, id: string): string {
  return join(answerDirectory, id);
}

function next(progress: Progress): Advance {
  return { kind: 'next', progress };
}
