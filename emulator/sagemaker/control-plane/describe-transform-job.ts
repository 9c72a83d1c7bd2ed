// DescribeTransformJob: what was asked for, and what has come of it. Waiters ask it until the job has ended.
import { isFault } from '../../aws/fault.ts';
import type { TransformJob } from '../transform/transform-job.ts';
import type { TransformOperation } from './operation.ts';
import { authorizeTransformJob, noTransformJob } from './transform-job-name.ts';

export const describeTransformJob: TransformOperation = (context) => {
  const named = authorizeTransformJob(context, 'sagemaker:DescribeTransformJob');
  if (isFault(named)) return named;
  const job = context.transform.jobs.get(named.arn);
  return job === null ? noTransformJob(named.name) : describe(job);
};

function describe({ request, ...job }: TransformJob): Readonly<Record<string, unknown>> {
  const { Tags: _, TransformInput: input, TransformOutput: output, TransformResources: resources, Environment: environment } = request;
  return {
    TransformJobName: job.name,
    TransformJobArn: job.arn,
    TransformJobStatus: job.status,
    ...given({ FailureReason: job.failureReason }),
    ModelName: request.ModelName,
    ...given({ MaxConcurrentTransforms: request.MaxConcurrentTransforms, MaxPayloadInMB: request.MaxPayloadInMB }),
    ModelClientConfig: request.ModelClientConfig,
    ...given({ BatchStrategy: request.BatchStrategy }),
    ...(Object.keys(environment).length > 0 && { Environment: environment }),
    TransformInput: given(input),
    // AWS tells an empty key where none was given [M].
    TransformOutput: { ...given(output), KmsKeyId: output.KmsKeyId ?? '' },
    ...given({ DataCaptureConfig: request.DataCaptureConfig }),
    TransformResources: given(resources),
    CreationTime: job.createdAt / 1_000,
    ...(job.startedAt !== null && { TransformStartTime: job.startedAt / 1_000 }),
    ...(job.endedAt !== null && { TransformEndTime: job.endedAt / 1_000 }),
    DataProcessing: request.DataProcessing,
    ...given({ ExperimentConfig: request.ExperimentConfig }),
  };
}

/** Without what is null: AWS leaves out what was not given. */
function given(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
