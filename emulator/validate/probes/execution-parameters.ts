// GET /execution-parameters of the container that runs for batch.

import { type ExecutionParameters, readExecutionParameters } from '../../sagemaker/execution-parameters.ts';
import type { Probe } from '../evidence.ts';
import { BatchNotServing, batchContainer, batchModel } from './batch-container.ts';

export type FoundParameters =
  /** In words, with the container's last lines. */
  | { readonly kind: 'notServing'; readonly reason: string; readonly logTail: readonly string[] }
  | { readonly kind: 'read'; readonly parameters: ExecutionParameters };

export const executionParametersAnswer: Probe<FoundParameters> = {
  title: 'asking for the execution parameters',
  async run({ evidence, signal }) {
    const batch = await evidence.of(batchContainer);
    try {
      return await batch.use(async (container) => {
        const parameters = await readExecutionParameters(batchModel(container), signal);
        signal.throwIfAborted();
        return { kind: 'read' as const, parameters };
      });
    } catch (error) {
      if (!(error instanceof BatchNotServing)) throw error;
      return { kind: 'notServing', reason: error.message, logTail: error.logTail };
    }
  },
};
