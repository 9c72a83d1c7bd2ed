// The three numbers a job runs by: what the job says, else what the container says, else the default.
// Source: CreateTransformJob and AWS "Use your own inference code with batch transform".
import { type ExecutionParameters, payloadsInMBMax } from '../execution-parameters.ts';
import { TransformFailure } from './input-failure.ts';
import type { TransformDefinition } from './transform-definition.ts';

export type TransformParameters = Omit<ExecutionParameters, 'problems'>;

type JobParameters = Pick<TransformDefinition, 'batchStrategy' | 'maxPayloadInMB' | 'maxConcurrentTransforms'>;

/** @throws TransformFailure where what both say together is not allowed */
export function chooseParameters(job: JobParameters, container: TransformParameters): TransformParameters {
  const batchStrategy =
    job.batchStrategy === null ? container.batchStrategy : job.batchStrategy === 'MultiRecord' ? 'MULTI_RECORD' : 'SINGLE_RECORD';
  // 0 asks for the container's. Source: CreateTransformJob, MaxConcurrentTransforms.
  const maxConcurrentTransforms = job.maxConcurrentTransforms || container.maxConcurrentTransforms;
  const maxPayloadInMB = job.maxPayloadInMB ?? container.maxPayloadInMB;
  if (maxPayloadInMB > payloadsInMBMax) {
    throw new TransformFailure(`ClientError: MaxPayloadInMB is ${maxPayloadInMB}, at most ${payloadsInMBMax} is allowed`);
  }
  if (maxConcurrentTransforms * maxPayloadInMB > payloadsInMBMax) {
    const concurrent = `MaxConcurrentTransforms ${maxConcurrentTransforms} (${job.maxConcurrentTransforms ? 'of the job' : 'of the container, or the default'})`;
    const payload = `MaxPayloadInMB ${maxPayloadInMB} (${job.maxPayloadInMB === null ? 'of the container, or the default' : 'of the job'})`;
    throw new TransformFailure(`ClientError: ${concurrent} times ${payload} is more than ${payloadsInMBMax} MB; set both in the job`);
  }
  return { maxConcurrentTransforms, maxPayloadInMB, batchStrategy };
}

/** As the first line of a job's log has them (sagemaker-tensorflow-serving-container#93) [src-issue]. */
export function parametersLine({ maxConcurrentTransforms, maxPayloadInMB, batchStrategy }: TransformParameters): string {
  return `MaxConcurrentTransforms=${maxConcurrentTransforms}, MaxPayloadInMB=${maxPayloadInMB}, BatchStrategy=${batchStrategy}`;
}

/** Ours: where MaxPayloadInMB is 0 the product rule allows any number, and each holds a body. */
export function requestsAtOnce({ maxConcurrentTransforms }: TransformParameters): number {
  return Math.min(maxConcurrentTransforms, payloadsInMBMax);
}
