// A batch transform job from its definition to its outcome: inputs, container, parameters, then one input after the other.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createByteBudget } from '../../aws/byte-budget.ts';
import { AirlockError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Model } from '../../model/model.ts';
import { readExecutionParameters } from '../execution-parameters.ts';
import { answerMemoryBytes } from './held-answer.ts';
import { InputFailure, isOfFileSystem, storageReason, TransformFailure } from './input-failure.ts';
import { listInputs, type TransformInput } from './list-inputs.ts';
import { createProgressCounter } from './progress.ts';
import { createSlots } from './slots.ts';
import type { TransformDefinition, TransformOutcome, TransformProgress, TransformStorage } from './transform-definition.ts';
import { transformEnvironment } from './transform-environment.ts';
import { nameOf, type RunningTransform, transformInput } from './transform-input.ts';
import { chooseParameters, parametersLine, requestsAtOnce } from './transform-parameters.ts';

export interface TransformParts {
  readonly storage: TransformStorage;
  /** Called once, with the variables of the job; what it gives is closed in the end. Rejects with AirlockError where no container comes into service. */
  readonly startModel: (environment: Record<string, string>) => Promise<Model>;
  /** Answers and outputs are in a directory of their own in it until they are stored. */
  readonly temporaryDirectory: string;
  readonly onProgress?: (progress: TransformProgress) => void;
  /** What the container says and cannot be used, one line each; the log has it as well. */
  readonly onProblem?: (problem: string) => void;
  /** StopTransformJob: requests under way are aborted, and what is not whole is not stored. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

const failedInputsMax = 100;

/** Never rejects for what a container, an input or a storage does. */
export async function runTransform(definition: TransformDefinition, parts: TransformParts): Promise<TransformOutcome> {
  const { storage, signal, log } = parts;
  const progress = createProgressCounter(parts.onProgress ?? (() => {}));
  const failures = createFailureList();
  const outcome = (kind: TransformOutcome['kind'], failureReason: string | null): TransformOutcome => {
    return { kind, failureReason, progress: progress.now, failedInputs: failures.listed };
  };
  try {
    signal.throwIfAborted();
    const inputs = await listInputs(definition, storage, signal);
    progress.listed(inputs);
    await using model = closing(await startContainer(definition, parts));
    await using scratch = await createScratchDirectory(parts.temporaryDirectory);
    const said = await readExecutionParameters(model, signal);
    signal.throwIfAborted();
    for (const problem of said.problems) {
      log.warn(problem);
      parts.onProblem?.(problem);
    }
    const parameters = chooseParameters(definition, said);
    log.info(parametersLine(parameters));
    await removeEarlier(inputs, storage, signal);
    const slots = createSlots(requestsAtOnce(parameters));
    const memory = createByteBudget(answerMemoryBytes);
    const job = { definition, parameters, storage, model, slots, memory, directory: scratch.path, progress, log };
    await transformAll(inputs, job, { signal, onFailure: failures.add });
    if (signal.aborted) return outcome('stopped', null);
    return failures.reason === null ? outcome('completed', null) : outcome('failed', failures.reason);
  } catch (error) {
    if (signal.aborted) return outcome('stopped', null);
    if (!(error instanceof TransformFailure)) throw error;
    log.warn({ error: error.cause }, error.message);
    return outcome('failed', error.message);
  }
}

/** From here on an output that is there is of this run, also where its input fails or the job is stopped. */
async function removeEarlier(inputs: readonly TransformInput[], storage: TransformStorage, signal: AbortSignal): Promise<void> {
  for (const { output } of storage.remove === undefined ? [] : inputs) {
    signal.throwIfAborted();
    try {
      await storage.remove?.(output);
    } catch (error) {
      throw new TransformFailure(`ClientError: the output ${output.key} of an earlier run could not be removed: ${storageReason(error)}`, {
        cause: error,
      });
    }
  }
}

interface TransformingAll {
  readonly signal: AbortSignal;
  readonly onFailure: (input: TransformInput, failure: InputFailure) => void;
}

/** As many inputs at a time as requests, and one that is read or stored meanwhile. The first error that is ours stops all of them. */
async function transformAll(
  inputs: readonly TransformInput[],
  job: RunningTransform,
  { signal: stop, onFailure }: TransformingAll,
): Promise<void> {
  const broken = new AbortController();
  const signal = AbortSignal.any([stop, broken.signal]);
  const waiting = inputs.values();
  const work = async () => {
    for (const input of waiting) {
      if (signal.aborted) return;
      try {
        await transformInput(input, job, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof InputFailure)) {
          broken.abort(error);
          return;
        }
        job.log.warn({ error: error.cause }, `${nameOf(input)}: ${error.message}`);
        onFailure(input, error);
      }
    }
  };
  const count = Math.min(inputs.length, requestsAtOnce(job.parameters) + 1);
  await Promise.all(Array.from({ length: count }, work));
  broken.signal.throwIfAborted();
}

async function startContainer(definition: TransformDefinition, { startModel }: TransformParts): Promise<Model> {
  try {
    return await startModel(transformEnvironment(definition));
  } catch (error) {
    if (!(error instanceof AirlockError) || error.code === 'BUG') throw error;
    // The words of a validation job (amazon-sagemaker-examples#2995) [src-issue]; why is in the log, and behind them here.
    const ping = 'Please ensure /ping endpoint is implemented and responds with an HTTP 200 status code';
    const isPing = error.code === 'MODEL_NOT_READY';
    const reason = isPing ? `Model container failed to respond to ping. ${ping} (${error.message})` : error.message;
    throw new TransformFailure(`AlgorithmError: ${reason}`, { cause: error });
  }
}

function closing(model: Model): Model & AsyncDisposable {
  return {
    get sealed() {
      return model.sealed;
    },
    get description() {
      return model.description;
    },
    get state() {
      return model.state;
    },
    request: (request) => model.request(request),
    open: (request) => model.open(request),
    close: () => model.close(),
    [Symbol.asyncDispose]: () => model.close(),
  };
}

async function createScratchDirectory(parent: string): Promise<AsyncDisposable & { readonly path: string }> {
  let path: string;
  try {
    // Cleaners of temporary directories may have taken it.
    await mkdir(parent, { recursive: true });
    path = await mkdtemp(join(parent, 'transform-'));
  } catch (error) {
    if (!isOfFileSystem(error)) throw error;
    throw new TransformFailure(`InternalServerError: there is no place for temporary files: ${error.code}`, { cause: error });
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The first that occurred stands for all. */
const failureKinds = ['InternalServerError', 'AlgorithmError', 'ClientError'] as const satisfies readonly InputFailure['kind'][];

function createFailureList() {
  const listed: { readonly key: string; readonly reason: string }[] = [];
  const kinds = new Set<InputFailure['kind']>();
  return {
    listed,
    /** As DescribeTransformJob tells it (deep-learning-containers#586) [src-issue]; that the other kinds read alike: [mem]. */
    get reason() {
      const gravest = failureKinds.find((kind) => kinds.has(kind));
      return gravest === undefined ? null : `${gravest}: See job logs for more information`;
    },
    add({ key }: TransformInput, { kind, message }: InputFailure) {
      kinds.add(kind);
      if (listed.length < failedInputsMax) listed.push({ key, reason: message });
    },
  };
}
