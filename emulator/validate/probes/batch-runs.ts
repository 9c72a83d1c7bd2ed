// Files in, files out: one batch transform job over a few bodies by the engine that runs them for the emulator too.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createDirectoryStorage } from '../../sagemaker/transform/directory-storage.ts';
import { runTransform } from '../../sagemaker/transform/run-transform.ts';
import type { TransformDefinition, TransformOutcome } from '../../sagemaker/transform/transform-definition.ts';
import type { ValidationContainer } from '../containers.ts';
import type { ProbeContext } from '../evidence.ts';
import { batchModel } from './batch-container.ts';

export interface BatchRunWish {
  readonly container: ValidationContainer;
  /** Names with "/" between their parts. */
  readonly inputs: readonly { readonly name: string; readonly body: Buffer }[];
  readonly contentType: string | null;
  readonly compression?: TransformDefinition['input']['compression'];
  readonly splitType: TransformDefinition['input']['splitType'];
  readonly accept: string | null;
  readonly assembleWith: TransformDefinition['output']['assembleWith'];
  readonly batchStrategy: TransformDefinition['batchStrategy'];
  readonly maxPayloadInMB: number | null;
  readonly maxConcurrentTransforms: number | null;
  readonly invocationTimeoutSeconds: number;
}

export interface BatchRun {
  readonly outcome: Pick<TransformOutcome, 'kind' | 'failureReason' | 'failedInputs' | 'progress'>;
  /** In the order of the inputs; null: there is no output. */
  readonly outputs: readonly { readonly name: string; readonly body: Buffer | null }[];
}

/** Without retries: what fails now and then is no job that runs. Nothing of it is left on disk. */
export async function runBatch(
  wish: BatchRunWish,
  { temporaryDirectory, log, signal }: Pick<ProbeContext, 'temporaryDirectory' | 'log' | 'signal'>,
): Promise<BatchRun> {
  const root = join(temporaryDirectory, `batch-${randomUUID()}`);
  try {
    for (const { name, body } of wish.inputs) {
      const path = join(root, 'in', name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, body, { flag: 'wx' });
    }
    const outcome = await runTransform(definitionOf(wish), {
      // As the samples are called, and not as they lie here.
      storage: { ...createDirectoryStorage(root), nameOf: ({ key }) => key.replace(/^in\//, '') },
      startModel: async () => batchModel(wish.container),
      temporaryDirectory: root,
      ...{ signal, log },
    });
    signal.throwIfAborted();
    const outputs = await Promise.all(
      wish.inputs.map(async ({ name }) => ({ name, body: await readFile(join(root, 'out', `${name}.out`)).catch(nullWhereMissing) })),
    );
    return { outcome, outputs };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function definitionOf(wish: BatchRunWish): TransformDefinition {
  return {
    input: {
      ...{ kind: 'prefix', location: { bucket: '', key: 'in/' }, contentType: wish.contentType },
      ...{ compression: wish.compression ?? 'None', splitType: wish.splitType },
    },
    output: { location: { bucket: '', key: 'out/' }, accept: wish.accept, assembleWith: wish.assembleWith, kmsKeyId: null },
    batchStrategy: wish.batchStrategy,
    maxPayloadInMB: wish.maxPayloadInMB,
    maxConcurrentTransforms: wish.maxConcurrentTransforms,
    invocationTimeoutSeconds: wish.invocationTimeoutSeconds,
    invocationRetriesMax: 0,
    environment: {},
  };
}

function nullWhereMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** What failed, one line each; empty where all of it went well. Nothing of a record is in it. */
export function failuresOf({ outcome }: Pick<BatchRun, 'outcome'>): readonly string[] {
  const inputs = outcome.failedInputs.map(({ key, reason }) => `${key.replace(/^in\//, '')}: ${reason}`);
  if (inputs.length > 0) return inputs;
  return outcome.kind === 'completed' ? [] : [outcome.failureReason ?? `the job ${outcome.kind}`];
}
