// What every operation on one transform job does first: read its name, and ask whether the caller may do this with it.
import { type AwsFault, fault } from '../../aws/fault.ts';
import type { OperationContext } from './operation.ts';

/** Source: botocore sagemaker/2017-07-24 service-2.json, shape TransformJobName. */
const nameRules = { lengthMin: 1, lengthMax: 63, pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}' };

export interface NamedTransformJob {
  readonly name: string;
  readonly arn: string;
}

/** Look at `members.fault()` before it is used. */
export function readTransformJobName({ members, region, accountId }: OperationContext): NamedTransformJob {
  const name = members.requiredText('TransformJobName', nameRules);
  // IAM has the name in lower case [M], so names that differ in case only are one.
  return { name, arn: `arn:aws:sagemaker:${region}:${accountId}:transform-job/${name.toLowerCase()}` };
}

/** ValidationException, AccessDeniedException, or the job that may be asked for: whether it is there is not known yet. */
export function authorizeTransformJob(context: OperationContext, action: string): NamedTransformJob | AwsFault {
  const named = readTransformJobName(context);
  const malformed = context.members.fault();
  if (malformed) return malformed;
  const denied = context.call.authorize({ action, resourceArn: named.arn, resourceAccountId: context.accountId, resourcePolicies: [] });
  return denied ?? named;
}

/** [M] the text, and that it is not the ResourceNotFound of the model. */
export function noTransformJob(name: string): AwsFault {
  return fault(400, 'ValidationException', `Could not find requested job with name: ${name}`);
}
