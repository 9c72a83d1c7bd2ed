// Stage 1: what is on the wire, taken apart without changing a byte: `//`, `..` and `%zz` in the path survive.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import { headerLines, splitQuery, splitTarget } from '../../iam/canonical-request.ts';
import { percentDecode } from '../../iam/percent-encoding.ts';
import { newTraceId, traceIdOf } from '../../trace/tracer.ts';

export interface ReceivedRequest {
  readonly method: string;
  readonly rawUrl: string;
  readonly rawPath: string;
  readonly rawHeaders: readonly string[];
  /** Lower-case names; repeated headers joined with `,`. */
  readonly headers: ReadonlyMap<string, string>;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly traceId: string;
  readonly receivedAt: number;
  /** The caller's address, IPv4 in its plain form. */
  readonly sourceIp: string;
  /** Fires when the client has gone before it was answered. */
  readonly signal: AbortSignal;
  /** The bytes of the body; null where the head announces none. */
  readonly incoming: IncomingMessage | null;
  /** Tells a client that waits for `100 Continue` to send its body. */
  acceptBody(): void;
}

export function receive(incoming: IncomingMessage, response: ServerResponse, clock: Clock, expectsContinue: boolean): ReceivedRequest {
  const receivedAt = clock.now();
  const rawUrl = incoming.url ?? '/';
  const { rawPath, rawQuery } = splitTarget(rawUrl);
  const headers = new Map<string, string>();
  for (const [name, values] of headerLines(incoming.rawHeaders)) headers.set(name, values.join(','));
  let waiting = expectsContinue;
  return {
    method: incoming.method ?? 'GET',
    rawUrl,
    rawPath,
    rawHeaders: incoming.rawHeaders,
    headers,
    query: splitQuery(rawQuery).map(([name, value]) => [percentDecode(name), percentDecode(value)] as const),
    traceId: traceIdOf(headers.get('x-amzn-trace-id')) ?? newTraceId(receivedAt),
    receivedAt,
    sourceIp: (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    signal: signalOf(response),
    incoming: announcesBody(headers) ? incoming : null,
    acceptBody() {
      // Where this is not said, Node closes the connection after the answer: the body may or may not come.
      if (waiting) response.writeContinue();
      waiting = false;
    },
  };
}

function announcesBody(headers: ReadonlyMap<string, string>): boolean {
  return headers.has('transfer-encoding') || (headers.get('content-length') ?? '0') !== '0';
}

function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
