// Composition of batch transform: the jobs on disk, a container for each that runs, and S3 as the model's role may use it.
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { Model } from './model/model.ts';
import type { ModelOptions } from './model/start-model.ts';
import { openQueueDirectory } from './queue-directory.ts';
import { type PlatformSessions, RoleNotAssumedError } from './sagemaker/platform-sessions.ts';
import type { PlatformStorage } from './sagemaker/platform-storage.ts';
import { toDefinition } from './sagemaker/transform/job-definition.ts';
import { createTransformJobs, type JobEnd, jobsRememberedMax, type TransformJobs } from './sagemaker/transform/job-registry.ts';
import { parseTransformJob } from './sagemaker/transform/parse-transform-job.ts';
import { runTransform } from './sagemaker/transform/run-transform.ts';
import type { TransformJob } from './sagemaker/transform/transform-job.ts';
import { startTransformModel } from './sagemaker/transform/transform-model.ts';
import type { Deployment } from './template/deployment.ts';

export interface TransformJobsParts {
  readonly deployment: Pick<Deployment, 'models' | 'endpoints'>;
  readonly sessions: Pick<PlatformSessions, 'storageFor'>;
  readonly modelOptions: ModelOptions;
  /** Those that serve, by endpoint name. */
  readonly running: ReadonlyMap<string, Model>;
  readonly activeStates: ReadonlySet<string>;
  /** Where the jobs are remembered, made where it is not there. */
  readonly directory: string;
  /** For answers on their way to S3. */
  readonly temporaryDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** @throws AirlockError BAD_OPTION when another process has the directory */
export async function startTransformJobs(parts: TransformJobsParts): Promise<TransformJobs> {
  const { directory, clock, log } = parts;
  const queue = await openQueueDirectory({ directory, entriesMax: jobsRememberedMax, parse: parseTransformJob, log });
  return createTransformJobs({ queue, run: (job, signal) => runJob(job, signal, parts), clock, log });
}

async function runJob(job: TransformJob, signal: AbortSignal, parts: TransformJobsParts): Promise<JobEnd> {
  const { deployment, sessions, modelOptions, running, activeStates, temporaryDirectory, clock, log } = parts;
  const model = deployment.models.find(({ arn }) => arn === job.modelArn);
  // Of a job that waited while the emulator was started with other templates.
  if (model === undefined) return failed(`ClientError: Could not find model "${job.modelArn}".`);
  const endpoint = deployment.endpoints.find(({ accountId, modelName }) => accountId === model.accountId && modelName === model.modelName);
  let storage: PlatformStorage;
  try {
    storage = await sessions.storageFor(model.executionRoleArn);
  } catch (error) {
    if (error instanceof RoleNotAssumedError) return failed(`ClientError: ${error.message}`);
    throw error;
  }
  return runTransform(toDefinition(job.request), {
    storage,
    startModel: (environment) =>
      startTransformModel(environment, {
        options: modelOptions,
        // A model needs no endpoint for a transform job.
        model: endpoint ?? { ...model, startupTimeoutSeconds: null },
        running: (endpoint && running.get(endpoint.endpointName)) ?? null,
        ...{ activeStates, clock, log, signal },
      }),
    temporaryDirectory,
    signal,
    log,
  });
}

function failed(failureReason: string): JobEnd {
  return { kind: 'failed', failureReason };
}
