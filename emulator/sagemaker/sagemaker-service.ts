// SageMaker behind the AWS endpoint: the control plane by X-Amz-Target, SageMaker Runtime by the path. What is not emulated says so.
import { type AwsFault, fault } from '../aws/fault.ts';
import type { AwsCall, AwsService } from '../aws/service.ts';
import { accountOf } from '../iam/principal.ts';
import { type InvokeEndpointAsyncOptions, invokeEndpointAsync } from './async/invoke-endpoint-async.ts';
import { createControlPlane } from './control-plane/control-plane.ts';
import type { ControlPlaneOptions } from './control-plane/operation.ts';
import { type InvokeEndpointOptions, invokeEndpoint } from './invoke-endpoint.ts';
import { invokeEndpointWithResponseStream, type ResponseStreamOperationOptions } from './invoke-endpoint-with-response-stream.ts';

const operations: ReadonlyMap<string, string> = new Map([
  ['invocations', 'InvokeEndpoint'],
  ['async-invocations', 'InvokeEndpointAsync'],
  ['invocations-response-stream', 'InvokeEndpointWithResponseStream'],
  ['invocations-bidirectional-stream', 'InvokeEndpointWithBidirectionalStream'],
]);

const invocations: ReadonlyMap<string, typeof invokeEndpoint | typeof invokeEndpointWithResponseStream | typeof invokeEndpointAsync> =
  new Map([
    ['InvokeEndpoint', invokeEndpoint],
    ['InvokeEndpointWithResponseStream', invokeEndpointWithResponseStream],
    ['InvokeEndpointAsync', invokeEndpointAsync],
  ]);

type SageMakerServiceOptions = InvokeEndpointOptions & ResponseStreamOperationOptions & InvokeEndpointAsyncOptions & ControlPlaneOptions;

/** Bytes of the container's answer are passed on unmodified; errors are those of the SageMaker Runtime API reference. */
export function createSageMakerService(options: SageMakerServiceOptions): AwsService {
  const controlPlane = createControlPlane(options);
  return {
    signingName: 'sagemaker',
    async handle(call) {
      const answer = controlPlane(call);
      if (answer !== null) return answer;
      const [, encodedName, lastSegment] = /^\/endpoints\/([^/]+)\/([^/]+)$/.exec(call.rawPath) ?? [];
      const operation = lastSegment === undefined ? undefined : operations.get(lastSegment);
      const endpointName = encodedName === undefined ? null : decodeSegment(encodedName);
      if (operation === undefined || endpointName === null) return unknownOperation(call);
      const invoke = invocations.get(operation);
      if (invoke === undefined) return fault(501, 'NotImplemented', `SageMaker Runtime ${operation} is not emulated by Airlock yet.`);
      if (call.method !== 'POST') return unknownOperation(call);
      const accountId = accountOf(call.principal);
      if (accountId === null) return fault(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
      return invoke(options, call, { endpointName, accountId });
    },
  };
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
