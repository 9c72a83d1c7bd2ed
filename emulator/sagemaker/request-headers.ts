// From the caller's headers to those the container gets: five and no others.
import { type AwsFault, fault } from '../aws/fault.ts';
import { constraintSentence, validationMessage } from '../aws/validation-message.ts';
import type { Endpoint } from '../template/sagemaker-definitions.ts';
import type { RequestHeader } from './header-limits.ts';

/** The headers of the call that its operation knows, by member. What it does not know is no part of it. */
export type GivenHeaders = ReadonlyMap<string, { readonly value: string; readonly header: RequestHeader }>;

export function readHeaders(headers: ReadonlyMap<string, string>, known: readonly RequestHeader[]): GivenHeaders {
  const given = new Map<string, { value: string; header: RequestHeader }>();
  for (const header of known) {
    const value = headers.get(header.name);
    if (value !== undefined) given.set(header.member, { value, header });
  }
  return given;
}

/** The first header that is too short, too long or out of its pattern, as AWS words it [M: text]; null when all are fine. */
export function checkHeaders(given: GivenHeaders): AwsFault | null {
  for (const { value, header } of given.values()) {
    const constraint = brokenConstraint(value, header);
    // AWS repeats the value here; it can be personal data, so it is left out, as AWS does for sensitive members.
    if (constraint !== null) return validationError(validationMessage([constraintSentence('Value', header.member, constraint)]));
  }
  return null;
}

function brokenConstraint(value: string, { lengthMin, lengthMax, pattern }: RequestHeader): string | null {
  if (value.length > lengthMax) return `Member must have length less than or equal to ${lengthMax}`;
  if (value.length < lengthMin) return `Member must have length greater than or equal to ${lengthMin}`;
  return pattern.regExp.test(value) ? null : `Member must satisfy regular expression pattern: ${pattern.text}`;
}

/**
 * Headers that choose between models, containers, components or variants of an endpoint. Ours has one of each, so all but the
 * name of its variant are refused, as AWS refuses TargetModel; the other texts are [M].
 */
export function checkTargets(given: GivenHeaders, endpoint: Endpoint): AwsFault | null {
  const name = endpoint.endpointName;
  if (given.has('TargetModel')) {
    // Source: aws/amazon-sagemaker-examples issues 1026 and 1216, message and ErrorCode.
    return validationError(`Endpoint ${name} is not a multi-model endpoint and does not support target model header.`, {
      ErrorCode: 'TARGET_MODEL_HEADER_NOT_SUPPORTED',
    });
  }
  const variant = given.get('TargetVariant')?.value;
  if (variant !== undefined && variant !== endpoint.variantName) {
    return validationError(`Variant ${variant} of endpoint ${name} of account ${endpoint.accountId} not found.`);
  }
  if (given.has('TargetContainerHostname')) {
    return validationError(`Endpoint ${name} is not a multi-container endpoint and does not support target container hostname header.`);
  }
  if (given.has('InferenceComponentName')) {
    return validationError(`Endpoint ${name} has no inference components and does not support inference component name header.`);
  }
  if (given.has('EnableExplanations')) {
    return validationError(`Endpoint ${name} has no explainer and does not support enable explanations header.`);
  }
  return null;
}

/** What the container receives; lower-case names. */
export function containerHeaders(given: GivenHeaders): Record<string, string> {
  const reaching: Record<string, string> = {};
  for (const { value, header } of given.values()) {
    if (header.containerName !== null) reaching[header.containerName] = value;
  }
  return reaching;
}

export function validationError(message: string, details?: AwsFault['details']): AwsFault {
  return fault(400, 'ValidationError', message, details);
}
