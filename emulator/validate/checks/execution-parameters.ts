// 38. The container starts for batch, and says what it takes, or says nothing.
import type { Check, Verdict } from '../check.ts';
import { executionParametersAnswer, type FoundParameters } from '../probes/execution-parameters.ts';

export const executionParameters: Check = {
  id: 'execution-parameters',
  group: 'batch',
  severity: 'review',
  title: 'The container runs with SAGEMAKER_BATCH=true, and /execution-parameters is valid or not there',
  why: 'A batch job, and so the validation job, starts the container with SAGEMAKER_BATCH=true and reads /execution-parameters; what it cannot use makes the job run with other numbers than the container wants, or fail.',
  source: 'SageMaker developer guide, "Use your own inference code with batch transform"; API reference, CreateTransformJob',
  fix: 'Answer GET /execution-parameters with 404, or 200 and {"MaxConcurrentTransforms": 4, "BatchStrategy": "MULTI_RECORD", "MaxPayloadInMB": 6}: whole numbers whose product is at most 100.',
  judge: async (evidence) => judgeParameters(await evidence.of(executionParametersAnswer)),
};

export function judgeParameters(found: FoundParameters): Verdict {
  if (found.kind === 'notServing') return { outcome: 'failed', findings: [found.reason], logTail: found.logTail };
  const { problems, maxConcurrentTransforms, batchStrategy, maxPayloadInMB } = found.parameters;
  if (problems.length > 0) return { outcome: 'failed', findings: problems };
  return {
    outcome: 'passed',
    note: `MaxConcurrentTransforms ${maxConcurrentTransforms}, ${batchStrategy}, MaxPayloadInMB ${maxPayloadInMB}`,
  };
}
