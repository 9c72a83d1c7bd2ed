// One HTTP request from its first byte to its one answer: reads the body, runs the pipeline, logs a line.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gateway } from './gateway.ts';
import { type PipelineResult, runPipeline } from './pipeline.ts';
import { type BodyRead, readBody } from './read-body.ts';
import type { GatewayAnswer, ParsedRequest, ReceivedRequest } from './request-stages.ts';
import { parseRequest } from './stages/parse-request.ts';
import { writeAnswer } from './write-answer.ts';

/** A throw in a stage is our bug: 500 with x-airlock-error, and the stack in the log. Rejects only where nothing can be written. */
export async function serveRequest(gateway: Gateway, rawUrl: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  const receivedAt = gateway.clock.now();
  // Kept now: a socket that has closed knows its peer no more.
  const sourceIp = plainAddress(request.socket.remoteAddress);
  const read = await readBody(request);
  const received = receivedRequest(rawUrl, sourceIp, request, read);
  const parsed = parseRequest(received, receivedAt);
  const fields = { method: received.method, requestId: parsed.requestId };
  const elapsedMs = () => Math.round((performance.now() - startedAt) * 100) / 100;
  if (read.kind === 'clientGone') {
    gateway.log.info({ ...fields, ms: elapsedMs() }, 'the client left before its request was complete');
    return;
  }
  const span = gateway.tracer.span(parsed.traceId, 'gateway', { ...fields, requestBytes: parsed.body.length });
  const { answer, resourcePath, refusal } = await runSafely(gateway, received, parsed);
  const isWritten = writeAnswer(response, answer);
  const { status, body } = answer;
  const errorCode = refusal === null ? {} : { errorCode: refusal.kind === 'refusal' ? refusal.type : refusal.name };
  span.end({ status, responseBytes: body.length, ...(resourcePath !== null && { resourcePath }), ...errorCode });
  const reason = refusal?.kind === 'refusal' && refusal.reason !== undefined ? { reason: refusal.reason } : {};
  const line = { method: fields.method, resourcePath, status, ms: elapsedMs(), requestId: fields.requestId, ...errorCode, ...reason };
  gateway.log.info(line, isWritten ? 'request' : 'request, the client left before its answer');
}

async function runSafely(gateway: Gateway, received: ReceivedRequest, parsed: ParsedRequest): Promise<PipelineResult> {
  try {
    return await runPipeline(gateway, received, parsed);
  } catch (error) {
    gateway.log.error({ error, requestId: parsed.requestId }, 'a stage of the gateway threw: this is a bug of Airlock');
    return { answer: bugAnswer(parsed, error), resourcePath: null, refusal: null };
  }
}

/** Names the kind of error only: its message could repeat what the request held. */
function bugAnswer({ requestId, extendedRequestId }: ParsedRequest, error: unknown): GatewayAnswer {
  const name = error instanceof Error ? error.name.replaceAll(/[^\w.-]/g, '') : typeof error;
  return {
    status: 500,
    headers: [
      ['Content-Type', 'application/json'],
      ['x-amzn-RequestId', requestId],
      ['x-amz-apigw-id', extendedRequestId],
      ['x-amzn-ErrorType', 'InternalServerErrorException'],
      ['x-airlock-error', name || 'Error'],
    ],
    body: '{"message": "Internal server error"}',
  };
}

function receivedRequest(rawUrl: string, sourceIp: string, request: IncomingMessage, read: BodyRead): ReceivedRequest {
  return {
    method: request.method ?? 'GET',
    rawUrl,
    rawHeaders: request.rawHeaders,
    httpVersion: request.httpVersion,
    sourceIp,
    body: read.kind === 'read' ? read.body : null,
  };
}

/** An IPv4 client of a dual-stack socket is written as IPv4. */
function plainAddress(address: string | undefined): string {
  return (address ?? '127.0.0.1').replace(/^::ffff:/, '');
}
