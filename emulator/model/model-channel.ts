// HTTP to a model's server, over a Unix socket or TCP: limits, and every way to fail as a ModelFailure.
// node:http and not undici: that library's import alone takes 70 to 140 ms of the start, for 20 µs a request.
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { modelResponseBytesMax } from '../limits.ts';
import { type ModelAnswer, ModelFailure, type ModelRequest } from './model.ts';

export interface ModelChannel {
  /** Rejects with ModelFailure only; `notReady` means that nothing was sent, so the request may be sent again. */
  send(request: ModelRequest): Promise<ModelAnswer>;
  /** Requests under way fail with connectionLost. */
  destroy(): Promise<void>;
}

export interface ChannelTarget {
  /** Scheme, host and port; the Host header, too. */
  readonly origin: string;
  /** Path of a Unix socket or Windows pipe. */
  readonly socketPath?: string;
}

/** Ours: requests at the same time; more wait their turn. */
const connectionsMax = 64;
const connectTimeoutMs = 2_000;

export function createModelChannel({ origin, socketPath }: ChannelTarget): ModelChannel {
  const { protocol, hostname, port, host } = new URL(origin);
  const isTls = protocol === 'https:';
  const agent = new (isTls ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: connectionsMax });
  const place = socketPath === undefined ? { host: hostname.replace(/^\[|\]$/g, ''), port } : { socketPath };
  const underWay = new Set<ClientRequest>();
  const open: OpenRequest = ({ method, path, headers }) => {
    const request = (isTls ? httpsRequest : httpRequest)({ ...place, agent, method, path, headers: { host, ...headers } });
    underWay.add(request);
    request.once('close', () => underWay.delete(request));
    return request;
  };
  return {
    send: (request) => send(open, request),
    async destroy() {
      for (const request of underWay) request.destroy(new Error('The channel was closed.'));
      agent.destroy();
    },
  };
}

type OpenRequest = (request: ModelRequest) => ClientRequest;

async function send(open: OpenRequest, request: ModelRequest): Promise<ModelAnswer> {
  const { timeoutMs, signal } = request;
  if (signal?.aborted) throw new ModelFailure('aborted', 'The caller went away.');
  const outgoing = open(request);
  const give = (reason: 'timedOut' | 'aborted', message: string) => () => outgoing.destroy(new ModelFailure(reason, message));
  const timer = setTimeout(give('timedOut', `The model gave no complete answer within ${timeoutMs} ms.`), timeoutMs);
  const abort = give('aborted', 'The caller went away.');
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const response = await responseTo(outgoing, request.body);
    return { status: response.statusCode ?? 0, headers: flatten(response.headers), body: await readAll(response) };
  } catch (error) {
    // What ended it first is the reason, whatever error the stream made of it.
    throw toModelFailure(outgoing.errored ?? error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function responseTo(outgoing: ClientRequest, body: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
    outgoing.once('socket', (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => outgoing.destroy(notListening()), connectTimeoutMs);
      socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
    });
    outgoing.end(body);
  });
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > modelResponseBytesMax) {
      response.destroy();
      throw new ModelFailure('answerTooLarge', `The model's answer is larger than ${modelResponseBytesMax} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

/** A failed connect(), or EPIPE: a kept connection whose other end was gone before the request was written. It was not received whole. */
const notSentErrors: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
]);

function toModelFailure(error: unknown): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const { code, errors: attempts } = error as { code?: unknown; errors?: unknown };
  // A host name with several addresses fails with an AggregateError.
  const codes = [code, ...(Array.isArray(attempts) ? attempts.map((attempt: { code?: unknown }) => attempt.code) : [])];
  if (codes.some((candidate) => notSentErrors.has(candidate))) return notListening(error);
  return new ModelFailure('connectionLost', 'The connection to the model broke before its answer was complete.', { cause: error });
}

function notListening(cause?: unknown): ModelFailure {
  return new ModelFailure('notReady', 'Nothing accepts connections at the model.', { cause });
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
