// StopTransformJob: the job is Stopping, and Stopped when its container is gone.
import { fault, isFault } from '../../aws/fault.ts';
import type { TransformOperation } from './operation.ts';
import { authorizeTransformJob, noTransformJob } from './transform-job-name.ts';

export const stopTransformJob: TransformOperation = (context) => {
  const named = authorizeTransformJob(context, 'sagemaker:StopTransformJob');
  if (isFault(named)) return named;
  const status = context.transform.jobs.stop(named.arn);
  if (status === null) return noTransformJob(named.name);
  // Text: reports of StopTrainingJob (awslabs/benchmark-ai issue 928) and a test double of this operation [I].
  if (status !== 'InProgress')
    return fault(400, 'ValidationException', `The request was rejected because the transform job is in status ${status}.`);
  return {};
};
