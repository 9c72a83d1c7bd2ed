// The stages of every call to AWS, in order. Each is a file in stages/; each returns the next one's input or a fault.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { CredentialStore } from '../iam/credential-store.ts';
import type { Log } from '../log.ts';
import type { Span, SpanFields, Tracer } from '../trace/tracer.ts';
import type { ByteBudget } from './byte-budget.ts';
import { type AwsFault, isFault } from './fault.ts';
import { internalFault } from './internal-fault.ts';
import type { AwsAnswer } from './service.ts';
import { type AnswerTarget, answer } from './stages/answer.ts';
import { authenticate } from './stages/authenticate.ts';
import { bufferBody } from './stages/buffer-body.ts';
import { dispatch } from './stages/dispatch.ts';
import { type IdentifiedService, identifyService, type Services } from './stages/identify-service.ts';
import { openPayload } from './stages/open-payload.ts';
import { type ReceivedRequest, receive } from './stages/receive.ts';

export interface PipelineOptions {
  readonly services: Services;
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly assumeSecureTransport: boolean;
  /** Of all requests that are being answered. */
  readonly heldBodies: ByteBudget;
  /** See AnswerTarget. */
  readonly answerStallMs: number;
  /** Fires when the endpoint closes. */
  readonly closing: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracer: Tracer;
}

/** Answers one request. Never rejects. */
export async function handleRequest(
  options: PipelineOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): Promise<void> {
  const { clock, log, tracer, heldBodies, answerStallMs } = options;
  const startedAt = performance.now();
  const received = receive(incoming, response, clock, expectsContinue);
  const identified = identifyService(received, options.services);
  const { signingName, dialect, requestId } = identified;
  const { method, traceId } = received;
  const span = tracer.span(traceId, `aws.${signingName}`, { method, requestId, service: signingName });
  const said: SpanFields = {};
  const result = await runStages(options, received, identified, recording(span, said));
  const target = { incoming, response, signingName, dialect, requestId, clock, heldBodies, answerStallMs };
  const outcome = await sendAnswer(options, target, received, result);
  span.end(outcome);
  const durationMs = Math.round((performance.now() - startedAt) * 100) / 100;
  log.info({ service: signingName, method, ...said, ...outcome, requestId, traceId, durationMs }, 'AWS call');
}

async function runStages(
  options: PipelineOptions,
  received: ReceivedRequest,
  { signingName, dialect, service, requestId }: IdentifiedService,
  annotate: (fields: SpanFields) => void,
): Promise<AwsAnswer | AwsFault> {
  const { credentials, region, assumeSecureTransport, heldBodies, log, closing } = options;
  if (isFault(service)) return service;
  try {
    const buffered = signingName === 's3' ? null : await bufferBody(received, { budget: heldBodies, dialect });
    if (isFault(buffered)) return buffered;
    using held = buffered;
    const bytes = held?.bytes ?? null;
    const caller = await authenticate(received, { signingName, dialect, body: bytes, region, credentials });
    if (isFault(caller)) return caller;
    const body = bytes ?? openPayload(received, caller);
    if (isFault(body)) return body;
    return await dispatch(received, caller, body, { service, dialect, requestId, region, assumeSecureTransport, log, annotate, closing });
  } catch (error) {
    if (!received.signal.aborted) log.error({ error, requestId, service: signingName }, 'a stage of the AWS endpoint failed');
    return internalFault(signingName, error);
  }
}

/** What was sent. A service's answer that cannot be written becomes our own 500, as long as nothing is out yet. */
async function sendAnswer(
  { log }: PipelineOptions,
  target: AnswerTarget,
  received: ReceivedRequest,
  result: AwsAnswer | AwsFault,
): Promise<{ readonly status: number; readonly errorCode?: string }> {
  const { response, requestId, signingName } = target;
  try {
    const sent = await answer(target, result);
    return { status: sent.status, ...(isFault(sent) && { errorCode: sent.code }) };
  } catch (error) {
    // Whatever went wrong before the body was piped: a file behind it must not stay open.
    if (!isFault(result) && result.body instanceof Readable) result.body.destroy();
    // A client that went away in the middle of a download is no failure of ours.
    log[received.signal.aborted ? 'debug' : 'error']({ error, requestId, service: signingName }, 'an answer broke off');
    if (response.headersSent) {
      // Only closing tells the client that the rest is missing.
      response.destroy();
      return { status: result.status, errorCode: 'BrokenOff' };
    }
    const failure = internalFault(signingName, error);
    await answer(target, failure);
    return { status: failure.status, errorCode: failure.code };
  }
}

/** What a service says about a call goes into its span and into its line in the log. */
function recording(span: Span, said: SpanFields): (fields: SpanFields) => void {
  return (fields) => {
    Object.assign(said, fields);
    span.annotate(fields);
  };
}
