// InvokeEndpoint: what admits it, then the container, then AWS's answer or ModelError.
import { type AwsFault, isFault } from '../aws/fault.ts';
import type { AwsAnswer, AwsCall } from '../aws/service.ts';
import { invokeEndpointTimeoutMs } from '../limits.ts';
import { type ModelAnswer, ModelFailure } from '../model/model.ts';
import { readAnswer } from '../model/read-answer.ts';
import { type AdmissionOptions, admitInvocation, type InvocationTarget } from './admit-invocation.ts';
import { requestHeaders } from './header-limits.ts';
import { readMetering } from './metering.ts';
import { answeredWithError, failureFault } from './model-error.ts';
import { type ErrorAnswer, readErrorAnswer } from './read-error-answer.ts';
import { callerHeaders, forwardedHeaders } from './response-headers.ts';
import { tellOfFailure } from './tell-of-failure.ts';

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
  let answer: ModelAnswer | ErrorAnswer;
  try {
    using response = await model.open({ method: 'POST', path: '/invocations', headers, body, timeoutMs, signal: call.signal });
    answer = isSuccess(response.status) ? await readAnswer(response) : await readErrorAnswer(response);
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    tellOfFailure(log, endpoint.endpointName, error);
    return failureFault({ endpoint, region }, error);
  }
  call.annotate({
    requestBytes: body.byteLength,
    responseBytes: answer.body.byteLength,
    ...(answer.nearestInteraction !== undefined && { nearestInteraction: answer.nearestInteraction }),
  });
  if (!isSuccess(answer.status)) return answeredWithError({ endpoint, region }, answer);
  call.annotate(readMetering(answer, endpoint.endpointName, log));
  return {
    status: 200,
    headers: { ...callerHeaders(answer, forwardedHeaders.InvokeEndpoint, { endpoint, log }), 'x-amzn-RequestId': call.requestId },
    body: answer.body,
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}
