// The errors of Lambda's API that Invoke can answer. [D] status, [V] text, recorded on AWS.
import { type AwsFault, fault } from '../aws/fault.ts';
import { functionNamePattern } from '../function-reference.ts';

const user = { Type: 'User' };

/** [V] */
export function functionNotFound(qualifiedArn: string): AwsFault {
  return resourceNotFound(`Function not found: ${qualifiedArn}`);
}

/** [V] */
export function otherRegion(functionRegion: string, region: string): AwsFault {
  return resourceNotFound(`Functions from '${functionRegion}' are not reachable in this region ('${region}')`);
}

function resourceNotFound(message: string): AwsFault {
  return fault(404, 'ResourceNotFoundException', message, user);
}

/** [V] up to the second colon; what follows is the Java JSON parser's, not repeated here. */
export function notJson(): AwsFault {
  const message = 'Could not parse request body into json: Could not parse payload into json: the payload is not valid JSON';
  return fault(400, 'InvalidRequestContentException', message, user);
}

/** [M] */
export function badClientContext(): AwsFault {
  return fault(400, 'InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.', user);
}

/** [V] */
export function throttled(reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded'): AwsFault {
  return fault(429, 'TooManyRequestsException', 'Rate Exceeded.', { Reason: reason, ...user }, { 'Retry-After': '1' });
}

/** [V] form */
export function badFunctionName(value: string): AwsFault {
  return validation(
    `Value '${value}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${functionNamePattern}`,
  );
}

/** [D] form; the length is of the name's parts together, ARN included. */
export function longFunctionName(value: string): AwsFault {
  return validation(`Value '${value}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 256`);
}

/** [M] form */
export function badEnumValue(member: 'invocationType' | 'logType', value: string, allowed: readonly string[]): AwsFault {
  return validation(
    `Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
  );
}

function validation(text: string): AwsFault {
  return fault(400, 'ValidationException', `1 validation error detected: ${text}`);
}

/** [V] */
export function qualifiersDiffer(): AwsFault {
  return fault(
    400,
    'InvalidParameterValueException',
    'The derived qualifier from the function name does not match the specified qualifier.',
    user,
  );
}

/** [D] name and status, [S] text. */
export function requestTooLarge(bytesMax: number): AwsFault {
  return fault(413, 'RequestTooLargeException', `Request must be smaller than ${bytesMax} bytes for the InvokeFunction operation`, user);
}

/** [D] name and status, [M] text. */
export function recursiveInvocation(): AwsFault {
  return fault(400, 'RecursiveInvocationException', 'Lambda has detected your function being invoked in a recursive loop.', user);
}

export function serviceClosing(): AwsFault {
  return fault(500, 'ServiceException', 'Airlock is shutting down.', user);
}

export function missingCredentials(): AwsFault {
  return fault(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
}

export function notEmulated(operation: string): AwsFault {
  return fault(501, 'NotImplemented', `Lambda ${operation} is not emulated by Airlock.`);
}
