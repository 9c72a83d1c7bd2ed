// InvokeEndpointWithResponseStream: admitted like InvokeEndpoint, answered as the container answers, in frames of an event stream.
import { type AwsFault, isFault } from '../aws/fault.ts';
import type { AwsAnswer, AwsCall } from '../aws/service.ts';
import { invokeEndpointStreamTimeoutMs } from '../limits.ts';
import { type ModelAnswer, ModelFailure, type ModelResponse } from '../model/model.ts';
import { type AdmissionOptions, admitInvocation, type Invocation, type InvocationTarget } from './admit-invocation.ts';
import { errorMessageLengthMax, requestHeaders } from './header-limits.ts';
import { readMetering } from './metering.ts';
import { answeredWithError, failureFault } from './model-error.ts';
import { callerHeaders, forwardedHeaders } from './response-headers.ts';
import { createResponseStream, type ResponseStreamOptions } from './response-stream.ts';
import { loadResponseStreamEvents } from './response-stream-events.ts';

export interface ResponseStreamOperationOptions extends AdmissionOptions {
  /** For tests; AWS's 8 minutes otherwise. */
  readonly streamTimeoutMs?: number;
  /** For tests; 30 seconds otherwise. */
  readonly streamReadGraceMs?: number;
}

/** Ours: behind the time limit, for a slow client to take what is on its way and the event that tells of the limit. */
const readGraceMs = 30_000;
/** What the messages of ModelError can hold, in UTF-8. */
const errorBodyBytesMax = 4 * errorMessageLengthMax;

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
    const answer = await readError(response);
    call.annotate({ responseBytes: answer.body.byteLength });
    return answeredWithError({ endpoint, region: options.region }, answer);
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    const { endpointName } = endpoint;
    options.log.debug({ endpointName, outcome: error.reason }, 'InvokeEndpointWithResponseStream: no answer from the model');
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
    body: createResponseStream({ ...given, log, endpointName, onEnd: (end) => call.annotate(end) }),
  };
}

/** As much of it as the messages can hold; the container is not listened to any longer. */
async function readError(response: ModelResponse): Promise<ModelAnswer> {
  using open = response;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of open.body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > errorBodyBytesMax) break;
  }
  return { status: open.status, headers: open.headers, body: Buffer.concat(chunks, bytes).subarray(0, errorBodyBytesMax) };
}
