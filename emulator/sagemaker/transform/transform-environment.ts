// What a container finds in its environment when a batch transform job starts it. Source: AWS "Use your own inference code with batch transform".
import type { TransformDefinition } from './transform-definition.ts';

const strategies = { MultiRecord: 'MULTI_RECORD', SingleRecord: 'SINGLE_RECORD' } as const;

/** Besides the model's own. What SageMaker sets wins over the job's own names [mem]. The last three only where the job names a value; 0 transforms is none. */
export function transformEnvironment(
  job: Pick<TransformDefinition, 'environment' | 'maxPayloadInMB' | 'batchStrategy' | 'maxConcurrentTransforms'>,
): Record<string, string> {
  return {
    ...job.environment,
    SAGEMAKER_BATCH: 'true',
    ...(job.maxPayloadInMB !== null && { SAGEMAKER_MAX_PAYLOAD_IN_MB: String(job.maxPayloadInMB) }),
    ...(job.batchStrategy !== null && { SAGEMAKER_BATCH_STRATEGY: strategies[job.batchStrategy] }),
    ...(job.maxConcurrentTransforms && { SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: String(job.maxConcurrentTransforms) }),
  };
}
