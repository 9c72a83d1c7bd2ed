// The container as a batch transform job starts it: with SAGEMAKER_BATCH and what the validation profile says. Its checks share it, one after the other.
import type { Model } from '../../model/model.ts';
import { transformEnvironment } from '../../sagemaker/transform/transform-environment.ts';
import { ContainerNotStarted, type ValidationContainer } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import type { ModelPackage } from '../model-package/model-package.ts';
import { type BatchStrategy, strategyOf } from '../model-package/profile-values.ts';
import { modelPackageIfGiven } from './package-file.ts';
import { sampleAnswers } from './sample-answers.ts';
import { pingUntilReady, servingContainer } from './sealed-run.ts';
import { createSpareContainer, type SpareContainer } from './spare-container.ts';

export interface BatchJob {
  readonly batchStrategy: BatchStrategy | null;
  readonly maxPayloadInMB: number | null;
  readonly maxConcurrentTransforms: number | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** It does not come into service as a batch job starts it, though it does otherwise. */
export class BatchNotServing extends NotDecided {
  readonly logTail: readonly string[];

  constructor(message: string, logTail: readonly string[]) {
    super(message);
    this.logTail = logTail;
  }
}

const logTailLines = 15;

/** `use` rejects with BatchNotServing; the container is not started a second time then. */
export const batchContainer: Probe<SpareContainer> = {
  title: 'preparing a container for batch',
  async run(context) {
    const { evidence, signal } = context;
    await servingContainer(evidence);
    const modelPackage = await modelPackageIfGiven(evidence);
    // Asked first: then everybody who shares this container is there while it runs.
    await evidence.of(sampleAnswers).catch((error: unknown) => {
      if (!(error instanceof NotDecided)) throw error;
    });
    let broken: BatchNotServing | null = null;
    const start = async () => {
      if (broken !== null) throw broken;
      try {
        return await startBatch(context, environmentOf(modelPackage));
      } catch (error) {
        if (error instanceof BatchNotServing) broken = error;
        throw error;
      }
    };
    return createSpareContainer(start, signal);
  },
};

/** The job of the package's only profile; one that says nothing where there is none. */
export function jobOf(modelPackage: ModelPackage | null): BatchJob {
  const job = modelPackage?.profiles[0]?.job;
  return {
    batchStrategy: strategyOf(job?.batchStrategy ?? null),
    maxPayloadInMB: job?.maxPayloadInMB ?? null,
    maxConcurrentTransforms: job?.maxConcurrentTransforms ?? null,
    environment: job?.environment ?? {},
  };
}

/** Of the package's container, then the job's own. */
export function environmentOf(modelPackage: ModelPackage | null): Record<string, string> {
  return { ...modelPackage?.containers[0]?.environment, ...transformEnvironment(jobOf(modelPackage)) };
}

async function startBatch(
  { containers, options, signal }: ProbeContext,
  environment: Record<string, string>,
): Promise<ValidationContainer> {
  let container: ValidationContainer;
  try {
    container = await containers.start({ network: 'none', environment });
  } catch (error) {
    if (error instanceof ContainerNotStarted) throw new BatchNotServing(`it cannot be started: ${error.message}`, []);
    throw error;
  }
  try {
    const { readyMs } = await pingUntilReady(container, { timeoutMs: options.startupTimeoutMs, signal });
    if (readyMs !== null) return container;
    const exit = container.exit();
    const what = exit === null ? `no 200 from /ping within ${options.startupTimeoutMs / 1_000} s` : `it ended with exit code ${exit.code}`;
    throw new BatchNotServing(`with ${Object.keys(environment).join(', ')} set: ${what}`, container.logLines().slice(-logTailLines));
  } catch (error) {
    await container[Symbol.asyncDispose]();
    throw error;
  }
}

/** As the engine of batch transform uses one. Closing it closes nothing: the container is the probe's. */
export function batchModel({ channel }: Pick<ValidationContainer, 'channel'>): Model {
  return {
    ...{ sealed: true, description: 'the container of batch checks', state: 'inService' },
    request: (request) => channel.send(request),
    open: (request) => channel.open(request),
    close: async () => {},
  };
}
