// From the options of Airlock to how models are run.
import type { ResolvedOptions } from './config.ts';
import type { ModelOptions } from './model/start-model.ts';
import { memoryBytes } from './option-values.ts';

export function modelOptionsOf(options: ResolvedOptions): ModelOptions {
  const { model, image, modelDirectory, modelMemory, modelCpus, startupTimeout, relayImage } = options;
  return {
    model,
    image,
    modelDirectory,
    relayImage,
    memoryBytes: modelMemory === null ? null : memoryBytes(modelMemory),
    cpus: modelCpus === null ? null : Number(modelCpus),
    startupTimeoutMs: startupTimeout === null ? null : Number(startupTimeout) * 1_000,
  };
}
