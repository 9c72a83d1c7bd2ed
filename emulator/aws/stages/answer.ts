// Stage 7: the answer or the fault as bytes, with the headers that every service's answers have.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock.ts';
import { discardedBodyBytesMax } from '../body-limits.ts';
import { type AwsFault, isFault } from '../fault.ts';
import { faultBody, hostId } from '../fault-body.ts';
import type { AwsAnswer, Dialect, SigningName } from '../service.ts';

export interface AnswerTarget {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly signingName: SigningName;
  readonly dialect: Dialect;
  readonly requestId: string;
  readonly clock: Clock;
}

/** Resolves when the last byte was handed over. Rejects when a streamed body breaks off; the connection is then closed. */
export async function answer(target: AnswerTarget, result: AwsAnswer | AwsFault): Promise<void> {
  const { incoming, response, signingName, dialect, requestId } = target;
  const { status, headers, body } = isFault(result) ? faultAnswer(dialect, result, requestId) : result;
  const bodiless = incoming.method === 'HEAD' || status === 204 || status === 304;
  // A true Date, always: clients correct their clocks by it.
  response.setHeader('Date', new Date(target.clock.now()).toUTCString());
  if (signingName === 's3') {
    response.setHeader('x-amz-request-id', requestId);
    response.setHeader('x-amz-id-2', hostId(requestId));
    response.setHeader('Server', 'AmazonS3');
  } else {
    response.setHeader('x-amzn-RequestId', requestId);
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body instanceof Readable && !bodiless) {
    response.writeHead(status);
    // A stream may be silent for minutes before its first bytes.
    response.flushHeaders();
    await pipeline(body, response);
  } else {
    if (body instanceof Readable) body.destroy();
    const bytes = bodiless || body instanceof Readable ? undefined : (body ?? '');
    if (bytes !== undefined) response.setHeader('Content-Length', Buffer.byteLength(bytes));
    response.writeHead(status);
    response.end(bytes);
  }
  drain(incoming);
}

/**
 * What nobody read of the request must still be taken off the connection, or the next request on it waits for ever. A client that goes
 * on and on although it was answered loses the connection.
 */
function drain(incoming: IncomingMessage): void {
  if (incoming.complete && incoming.readableEnded) return;
  let bytes = 0;
  incoming.unpipe();
  incoming.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > discardedBodyBytesMax) incoming.destroy();
  });
  incoming.resume();
}

function faultAnswer(dialect: Dialect, awsFault: AwsFault, requestId: string): AwsAnswer {
  const { headers, body } = faultBody(dialect, awsFault, requestId);
  return { status: awsFault.status, headers: { ...headers, ...awsFault.headers }, body };
}
