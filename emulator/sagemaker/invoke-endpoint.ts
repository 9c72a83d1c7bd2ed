// InvokeEndpoint: what admits it, then the container, then AWS's answer or ModelError.
import { type AwsFault, isFault } from '../aws/fault.ts';
import type { AwsAnswer, AwsCall } from '../aws/service.ts';
import { invokeEndpointTimeoutMs } from '../limits.ts';
import { type ModelAnswer, ModelFailure } from '../model/model.ts';
import { type AdmissionOptions, admitInvocation, type InvocationTarget } from './admit-invocation.ts';
import { requestHeaders } from './header-limits.ts';
import { readMetering } from './metering.ts';
import { answeredWithError, failureFault } from './model-error.ts';
import { callerHeaders, forwardedHeaders } from './response-headers.ts';

export interface InvokeEndpointOptions extends AdmissionOptions {
  /** For tests; AWS's 60 seconds otherwise. */
  readonly timeoutMs?: number;
}

export async function invokeEndpoint(
  options: InvokeEndpointOptions,
  call: AwsCall,
  target: InvocationTarget,
): Promise<AwsAnswer | AwsFault> {
  const invocation = admitInvocation(options, call, target, requestHeaders.InvokeEndpoint);
  if (isFault(invocation)) return invocation;
  const { endpoint, model, headers, body } = invocation;
  const { region, log, timeoutMs = invokeEndpointTimeoutMs } = options;
  let answer: ModelAnswer;
  try {
    answer = await model.request({ method: 'POST', path: '/invocations', headers, body, timeoutMs, signal: call.signal });
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    log.debug({ endpointName: endpoint.endpointName, outcome: error.reason }, 'InvokeEndpoint: no answer from the model');
    return failureFault({ endpoint, region }, error);
  }
  call.annotate({
    requestBytes: body.byteLength,
    responseBytes: answer.body.byteLength,
    ...(answer.nearestInteraction !== undefined && { nearestInteraction: answer.nearestInteraction }),
  });
  if (answer.status < 200 || answer.status > 299) return answeredWithError({ endpoint, region }, answer);
  call.annotate(readMetering(answer, endpoint.endpointName, log));
  return {
    status: 200,
    headers: { ...callerHeaders(answer, forwardedHeaders.InvokeEndpoint, { endpoint, log }), 'x-amzn-RequestId': call.requestId },
    body: answer.body,
  };
}
