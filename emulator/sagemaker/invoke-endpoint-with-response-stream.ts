// InvokeEndpointWithResponseStream: admitted like InvokeEndpoint, answered as the container answers, in frames of an event stream.
import { type AwsFault, isFault } from '../aws/fault.ts';
import type { AwsAnswer, AwsCall } from '../aws/service.ts';
import { invokeEndpointStreamTimeoutMs } from '../limits.ts';
import { ModelFailure } from '../model/model.ts';
import { type AdmissionOptions, admitInvocation, type Invocation, type InvocationTarget } from './admit-invocation.ts';
import { requestHeaders } from './header-limits.ts';
import { readMetering } from './metering.ts';
import { answeredWithError, failureFault } from './model-error.ts';
import { readErrorAnswer } from './read-error-answer.ts';
import { callerHeaders, forwardedHeaders } from './response-headers.ts';
import { createResponseStream, type ResponseStreamOptions } from './response-stream.ts';
import { loadResponseStreamEvents } from './response-stream-events.ts';
import { tellOfFailure } from './tell-of-failure.ts';

export interface ResponseStreamOperationOptions extends AdmissionOptions {
  /** For tests; AWS's 8 minutes otherwise. */
  readonly streamTimeoutMs?: number;
  /** For tests; 30 seconds otherwise. */
  readonly streamReadGraceMs?: number;
}

/** Ours: behind the time limit, for a slow client to take what is on its way and the event that tells of the limit. */
const readGraceMs = 30_000;

/** Errors before the first byte are those of InvokeEndpoint; later ones are events, behind a 200. */
export async function invokeEndpointWithResponseStream(
  options: ResponseStreamOperationOptions,
  call: AwsCall,
  target: InvocationTarget,
): Promise<AwsAnswer | AwsFault> {
  const invocation = admitInvocation(options, call, target, requestHeaders.InvokeEndpointWithResponseStream);
  if (isFault(invocation)) return invocation;
  const { endpoint, model, headers, body } = invocation;
  const timeoutMs = options.streamTimeoutMs ?? invokeEndpointStreamTimeoutMs;
  const events = await loadResponseStreamEvents();
  call.annotate({ requestBytes: body.byteLength });
  try {
    const response = await model.open({ method: 'POST', path: '/invocations', headers, body, timeoutMs, signal: call.signal });
    if (response.status >= 200 && response.status <= 299) {
      const lifetimeMs = timeoutMs + (options.streamReadGraceMs ?? readGraceMs);
      return streamed(options, call, invocation, { response, events, lifetimeMs });
    }
    using failed = response;
    const answer = await readErrorAnswer(failed);
    const { nearestInteraction } = answer;
    call.annotate({ responseBytes: answer.body.byteLength, ...(nearestInteraction !== undefined && { nearestInteraction }) });
    return answeredWithError({ endpoint, region: options.region }, answer);
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    tellOfFailure(options.log, endpoint.endpointName, error);
    return failureFault({ endpoint, region: options.region }, error);
  }
}

function streamed(
  { log }: AdmissionOptions,
  call: AwsCall,
  { endpoint }: Invocation,
  given: Pick<ResponseStreamOptions, 'response' | 'events' | 'lifetimeMs'>,
): AwsAnswer {
  const { endpointName } = endpoint;
  call.annotate(readMetering(given.response, endpointName, log));
  return {
    status: 200,
    headers: {
      ...callerHeaders(given.response, forwardedHeaders.InvokeEndpointWithResponseStream, { endpoint, log }),
      'Content-Type': 'application/vnd.amazon.eventstream',
    },
    body: createResponseStream({
      ...{ ...given, log, endpointName, onEnd: (end) => call.annotate(end) },
      ...(call.closing && { closing: call.closing }),
    }),
  };
}
