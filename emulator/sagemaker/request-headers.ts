// From the caller's headers to those the container gets: five and no others.
import { type AwsFault, fault } from '../aws/fault.ts';
import { constraintSentence, validationMessage } from '../aws/validation-message.ts';
import type { Endpoint } from '../template/deployment.ts';
import { requestHeaders } from './header-limits.ts';

/** The first header that is too short or too long, as AWS words it [M: text]; null when all are fine. */
export function checkHeaderLengths(headers: ReadonlyMap<string, string>): AwsFault | null {
  for (const { member, name, lengthMin, lengthMax } of requestHeaders) {
    const length = headers.get(name)?.length;
    if (length === undefined || (length >= lengthMin && length <= lengthMax)) continue;
    const constraint =
      length > lengthMax
        ? `Member must have length less than or equal to ${lengthMax}`
        : `Member must have length greater than or equal to ${lengthMin}`;
    // AWS repeats the value here; it can be personal data, so it is left out, as AWS does for sensitive members.
    return validationError(validationMessage([constraintSentence('Value', member, constraint)]));
  }
  return null;
}

/**
 * Headers that choose between models, containers, components or variants of an endpoint. Ours has one of each, so all but the
 * name of its variant are refused, as AWS refuses TargetModel; the other texts are [M].
 */
export function checkTargets(headers: ReadonlyMap<string, string>, endpoint: Endpoint): AwsFault | null {
  const name = endpoint.endpointName;
  if (headers.has('x-amzn-sagemaker-target-model')) {
    // Source: aws/amazon-sagemaker-examples issues 1026 and 1216, message and ErrorCode.
    return validationError(`Endpoint ${name} is not a multi-model endpoint and does not support target model header.`, {
      ErrorCode: 'TARGET_MODEL_HEADER_NOT_SUPPORTED',
    });
  }
  const variant = headers.get('x-amzn-sagemaker-target-variant');
  if (variant !== undefined && variant !== endpoint.variantName) {
    return validationError(`Variant ${variant} of endpoint ${name} of account ${endpoint.accountId} not found.`);
  }
  if (headers.has('x-amzn-sagemaker-target-container-hostname')) {
    return validationError(`Endpoint ${name} is not a multi-container endpoint and does not support target container hostname header.`);
  }
  if (headers.has('x-amzn-sagemaker-inference-component')) {
    return validationError(`Endpoint ${name} has no inference components and does not support inference component name header.`);
  }
  if (headers.has('x-amzn-sagemaker-enable-explanations')) {
    return validationError(`Endpoint ${name} has no explainer and does not support enable explanations header.`);
  }
  return null;
}

/** What the container receives; lower-case names. */
export function containerHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  const reaching: Record<string, string> = {};
  for (const { name, reachesContainer } of requestHeaders) {
    const value = headers.get(name);
    if (reachesContainer && value !== undefined) reaching[name] = value;
  }
  return reaching;
}

export function validationError(message: string, details?: AwsFault['details']): AwsFault {
  return fault(400, 'ValidationError', message, details);
}
