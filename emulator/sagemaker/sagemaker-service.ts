// SageMaker Runtime behind the AWS endpoint: which operation a path means. InvokeEndpoint is emulated, its relatives say that they are not.
import { type AwsFault, fault } from '../aws/fault.ts';
import type { AwsCall, AwsService } from '../aws/service.ts';
import { accountOf } from '../iam/principal.ts';
import { type InvokeEndpointOptions, invokeEndpoint } from './invoke-endpoint.ts';

const operations: ReadonlyMap<string, string> = new Map([
  ['invocations', 'InvokeEndpoint'],
  ['async-invocations', 'InvokeEndpointAsync'],
  ['invocations-response-stream', 'InvokeEndpointWithResponseStream'],
  ['invocations-bidirectional-stream', 'InvokeEndpointWithBidirectionalStream'],
]);

/** Bytes of the container's answer are passed on unmodified; errors are those of the SageMaker Runtime API reference. */
export function createSageMakerService(options: InvokeEndpointOptions): AwsService {
  return {
    signingName: 'sagemaker',
    async handle(call) {
      const [, controlPlane] = /^SageMaker\.(\w{1,100})$/.exec(call.headers.get('x-amz-target') ?? '') ?? [];
      if (controlPlane !== undefined) return notEmulated(`SageMaker ${controlPlane}`);
      const [, encodedName, lastSegment] = /^\/endpoints\/([^/]+)\/([^/]+)$/.exec(call.rawPath) ?? [];
      const operation = lastSegment === undefined ? undefined : operations.get(lastSegment);
      const endpointName = encodedName === undefined ? null : decodeSegment(encodedName);
      if (operation === undefined || endpointName === null) return unknownOperation(call);
      if (operation !== 'InvokeEndpoint') return notEmulated(`SageMaker Runtime ${operation}`);
      if (call.method !== 'POST') return unknownOperation(call);
      const accountId = accountOf(call.principal);
      if (accountId === null) return fault(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
      return invokeEndpoint(options, call, { endpointName, accountId });
    },
  };
}

function notEmulated(operation: string): AwsFault {
  // `__type` for clients of the JSON protocol, which look for the name in the body.
  return fault(501, 'NotImplemented', `${operation} is not emulated by Airlock yet.`, { __type: 'NotImplemented' });
}

function unknownOperation(call: AwsCall): AwsFault {
  return fault(404, 'UnknownOperationException', `No SageMaker Runtime operation has ${call.method} and this path.`);
}

function decodeSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
