// InvokeEndpointAsync: what admits it, then the queue. The answer tells where the output will be; async-requests.ts makes it.
import { randomUUID } from 'node:crypto';
import { type AwsFault, fault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer, AwsCall } from '../../aws/service.ts';
import { type AdmissionOptions, findEndpoint, findModel, type InvocationTarget } from '../admit-invocation.ts';
import { requestHeaders } from '../header-limits.ts';
import { notInService } from '../model-error.ts';
import { checkHeaders, containerHeaders, readHeaders, validationError } from '../request-headers.ts';
import { readAsyncParameters } from './async-parameters.ts';
import type { AsyncRequests } from './async-requests.ts';
import { outputLocations, s3Uri } from './output-locations.ts';

export interface InvokeEndpointAsyncOptions extends AdmissionOptions {
  /** Absent where no endpoint is asynchronous. */
  readonly asyncRequests?: Pick<AsyncRequests, 'add'>;
}

export async function invokeEndpointAsync(
  options: InvokeEndpointAsyncOptions,
  call: AwsCall,
  target: InvocationTarget,
): Promise<AwsAnswer | AwsFault> {
  // Source: Service Authorization Reference, SageMaker AI.
  const endpoint = findEndpoint(options, call, target, { action: 'sagemaker:InvokeEndpointAsync' });
  if (isFault(endpoint)) return endpoint;
  if (endpoint.asyncInference === null || options.asyncRequests === undefined) return notAsynchronous(endpoint.endpointName);
  const given = readHeaders(call.headers, requestHeaders.InvokeEndpointAsync);
  const refused = checkHeaders(given);
  if (refused) return refused;
  if (!Buffer.isBuffer(call.body)) throw new TypeError('SageMaker Runtime needs a buffered body');
  const parameters = readAsyncParameters(call.headers, call.body);
  if (isFault(parameters)) return parameters;
  const model = findModel(options, endpoint);
  if (isFault(model)) return model;

  const { input, filename, pathExtension, ttlMs, timeoutMs } = parameters;
  const inferenceId = given.get('InferenceId')?.value ?? randomUUID();
  const { output, failure } = outputLocations(endpoint.asyncInference, { inferenceId, filename, pathExtension });
  const added = options.asyncRequests.add(
    {
      endpointArn: endpoint.arn,
      requestId: call.requestId,
      headers: { ...containerHeaders(given), 'x-amzn-sagemaker-inference-id': inferenceId },
      ...{ input, output, failure, ttlMs, timeoutMs },
    },
    { body: input === null ? call.body : null, traceHeader: call.headers.get('x-amzn-trace-id') },
  );
  call.annotate({ requestBytes: call.body.byteLength, outcome: added });
  if (added === 'closed') return notInService(endpoint.endpointName, 'it is being stopped');
  if (added === 'full') return queueFull(endpoint.endpointName);
  return {
    status: 202,
    headers: {
      'Content-Type': 'application/json',
      'X-Amzn-SageMaker-OutputLocation': s3Uri(output),
      ...(failure !== null && { 'X-Amzn-SageMaker-FailureLocation': s3Uri(failure) }),
    },
    body: JSON.stringify({ InferenceId: inferenceId }),
  };
}

/** [M] the text. */
function notAsynchronous(endpointName: string): AwsFault {
  return validationError(`Endpoint ${endpointName} is not an asynchronous endpoint: its configuration has no AsyncInferenceConfig.`);
}

/** The limit is ours, and so is the text; that AWS answers a full queue so is [M]. It is the API's only error that SDKs try again. */
function queueFull(endpointName: string): AwsFault {
  return fault(503, 'ServiceUnavailable', `The queue of endpoint ${endpointName} is full. Please reduce your request rate.`);
}
