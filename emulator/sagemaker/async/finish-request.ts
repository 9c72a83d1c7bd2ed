// One asynchronous request from its turn in the queue to its end: done, failed, or left in the queue where Airlock closes.
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Model } from '../../model/model.ts';
import { pause } from '../../model/readiness.ts';
import type { QueueDirectory } from '../../queue-directory.ts';
import type { Endpoint } from '../../template/sagemaker-definitions.ts';
import { type PlatformSessions, RoleNotAssumedError } from '../platform-sessions.ts';
import { type PlatformStorage, PlatformStorageError } from '../platform-storage.ts';
import type { InvocationFields } from './invocation-span.ts';
import type { QueuedRequest } from './queued-request.ts';
import { failures, type RequestFailure } from './request-failure.ts';
import { isOutputThere, type RunOutcome, runRequest } from './run-request.ts';

export interface RequestFinisherOptions {
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

/** The outcome in one word: `done`, `stopped`, or why it failed. Rejects with what the disk says of the queue; it stays there then. */
export type FinishRequest = (endpoint: Endpoint, id: string, annotate: (fields: InvocationFields) => void) => Promise<string>;

interface Work {
  readonly endpoint: Endpoint;
  readonly storage: PlatformStorage;
  readonly id: string;
}

/** Ours: between two looks at a model that takes no requests. */
const modelWaitMs = 250;

export function createRequestFinisher(options: RequestFinisherOptions): FinishRequest {
  const { queue, modelFor, sessions, region, clock, log, stopping, signal } = options;

  const finish: FinishRequest = async (endpoint, id, annotate) => {
    const request = queue.get(id);
    if (request === null) return 'done';
    const storage = await openStorage(endpoint);
    const { step } = request;
    // Who may not act for the model can write no failure either.
    if (storage === null) return remove(id, 'roleNotAssumed');
    if (step.kind === 'failing') return fail({ endpoint, storage, id }, { outcome: 'failed', message: step.message });
    if (await isOutputThere(storage, request, signal)) return remove(id, 'done');
    for (;;) {
      if (stopping.aborted) return 'stopped';
      if (clock.now() - request.acceptedAtMs > request.ttlMs) return fail({ endpoint, storage, id }, failures.expired(request));
      const model = modelFor(endpoint.endpointName);
      const outcome: RunOutcome =
        model?.state === 'inService' ? await run({ endpoint, storage, id }, model, annotate) : { kind: 'notSent' };
      if (outcome.kind === 'done') return remove(id, 'done');
      if (outcome.kind === 'failed') return fail({ endpoint, storage, id }, outcome.failure);
      if (outcome.kind === 'notSent') await pause(modelWaitMs, stopping);
    }
  };

  async function run({ endpoint, storage, id }: Work, model: Model, annotate: (fields: InvocationFields) => void): Promise<RunOutcome> {
    const request = queue.get(id);
    if (request === null) return { kind: 'done' };
    try {
      return await runRequest(
        {
          ...{ endpoint, model, storage, region, log, signal, annotate },
          inlineBody: queue.readBody(id),
          answerPath: join(options.answerDirectory, id),
          keep: (step) => void queue.replace(id, { ...request, step }),
        },
        request,
      );
    } catch (error) {
      if (signal.aborted) return { kind: 'stopped' };
      log.error({ error, endpointName: endpoint.endpointName, requestId: request.requestId }, 'asynchronous invocation failed');
      return { kind: 'failed', failure: failures.internal() };
    }
  }

  /** First on disk that it failed: whatever happens from here, the container is not asked again. */
  async function fail({ endpoint, storage, id }: Work, { outcome, message }: RequestFailure): Promise<string> {
    const request = queue.get(id);
    if (request === null) return outcome;
    queue.replace(id, { ...request, step: { kind: 'failing', message } });
    const { failure, requestId } = request;
    if (failure === null) return remove(id, outcome);
    const kmsKeyId = endpoint.asyncInference?.kmsKeyId ?? null;
    try {
      // Text, and as it is in the errors of InvokeEndpoint [M]; AWS's content of this object is not known.
      const object = { body: Buffer.from(message), contentType: 'text/plain', ...(kmsKeyId !== null && { kmsKeyId }) };
      await storage.put(failure, object, signal);
    } catch (error) {
      if (!(error instanceof PlatformStorageError)) throw error;
      if (signal.aborted) return 'stopped';
      const { endpointName } = endpoint;
      log.warn({ endpointName, requestId, errorCode: error.code }, 'the failure of an asynchronous request could not be written');
    }
    return remove(id, outcome);
  }

  async function openStorage({ executionRoleArn, endpointName }: Endpoint): Promise<PlatformStorage | null> {
    try {
      return await sessions.storageFor(executionRoleArn);
    } catch (error) {
      if (!(error instanceof RoleNotAssumedError)) throw error;
      log.warn({ endpointName, reason: error.message }, "an asynchronous request is lost: SageMaker cannot act with the model's role");
      return null;
    }
  }

  function remove(id: string, outcome: string): string {
    queue.remove(id);
    return outcome;
  }

  return finish;
}
