// Stage 7: the answer or the fault as bytes, with the headers that every service's answers have.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock.ts';
import { discardedBodyBytesMax } from '../body-limits.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { type AwsFault, isFault } from '../fault.ts';
import { faultBody, hostId } from '../fault-body.ts';
import type { AwsAnswer, Dialect, SigningName } from '../service.ts';
import { tooManyAtOnce } from './buffer-body.ts';

export interface AnswerTarget {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly signingName: SigningName;
  readonly dialect: Dialect;
  readonly requestId: string;
  readonly clock: Clock;
  /** Of bodies that wait for their client to read. */
  readonly heldBodies: ByteBudget;
  /** A client that takes nothing of an answer for so long loses the connection. */
  readonly answerStallMs: number;
}

/** Ours: as text, byte for byte, node:http writes it in one piece with the head, which costs less than two. */
const joinedBodyBytesMax = 8 * 1024;
/** Ours: below this a body counts as sent. What a socket takes at once, as a rule. */
const heldAnswerBytesMin = 64 * 1024;

/**
 * Resolves with what was sent, when the last byte was handed over: 503 where the answer cannot be held for its client. Rejects when a
 * streamed body breaks off, or the client does not read; the connection is then closed.
 */
export async function answer(target: AnswerTarget, result: AwsAnswer | AwsFault): Promise<AwsAnswer | AwsFault> {
  const { incoming, response, dialect, requestId } = target;
  const { status, headers, body } = isFault(result) ? faultAnswer(dialect, result, requestId) : result;
  const bodiless = incoming.method === 'HEAD' || status === 204 || status === 304;
  if (body instanceof Readable && !bodiless) {
    response.writeHead(status, headOf(target, headers));
    // A stream may be silent for minutes before its first bytes.
    response.flushHeaders();
    await pipeline(body, response);
    drain(incoming);
    return result;
  }
  if (body instanceof Readable) body.destroy();
  const bytes = bodiless || body instanceof Readable ? undefined : (body ?? '');
  const length = bytes === undefined ? null : Buffer.byteLength(bytes);
  const isHeld = length !== null && length >= heldAnswerBytesMin;
  if (isHeld && !target.heldBodies.take(length)) return await answer(target, tooManyAtOnce());
  try {
    response.writeHead(status, headOf(target, headers, length));
    if (Buffer.isBuffer(bytes) && bytes.length <= joinedBodyBytesMax) response.end(bytes.toString('latin1'), 'latin1');
    else response.end(bytes);
    drain(incoming);
    // Nearly always the socket has taken it all.
    if ((response.socket?.writableLength ?? 0) > 0) await delivered(response, target.answerStallMs);
  } finally {
    if (isHeld) target.heldBodies.giveBack(length);
  }
  return result;
}

/** Names and values in turn: node:http takes them as they are, where headers that are set one by one are checked and looked up twice. */
function headOf({ clock, signingName, requestId }: AnswerTarget, given: AwsAnswer['headers'], length: number | null = null): string[] {
  // A true Date, always: clients correct their clocks by it.
  const common = ['Date', new Date(clock.now()).toUTCString()];
  if (signingName === 's3') common.push('x-amz-request-id', requestId, 'x-amz-id-2', hostId(requestId), 'Server', 'AmazonS3');
  else common.push('x-amzn-RequestId', requestId);
  const head: string[] = [];
  const named = new Set<string>();
  for (const name in given) {
    const lowerCase = name.toLowerCase();
    // A body's own length goes before what is said of it; that is for HEAD.
    if (length !== null && lowerCase === 'content-length') continue;
    named.add(lowerCase);
    head.push(name, given[name] ?? '');
  }
  for (let index = 0; index + 1 < common.length; index += 2) {
    const [name = '', value = ''] = [common[index], common[index + 1]];
    if (!named.has(name.toLowerCase())) head.push(name, value);
  }
  if (length !== null) head.push('Content-Length', String(length));
  return head;
}

/** Rejects, with the connection closed, where the client goes or reads nothing for so long. */
function delivered(response: ServerResponse, stallMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let reason = 'The client went away.';
    // The socket's own limit sees progress inside one large write. node:http sets another one when the answer is out.
    response.setTimeout(stallMs, () => {
      reason = `The client read nothing of its answer for ${stallMs / 1_000} s.`;
      response.destroy();
    });
    response.once('finish', resolve);
    response.once('close', () => reject(new Error(reason)));
  });
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
