// HTTP to a model's server, over a Unix socket or TCP: limits, and every way to fail as a ModelFailure.
// node:http and not undici: that library's import alone takes 70 to 140 ms of the start, for 20 µs a request.
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { modelResponseBytesMax } from '../limits.ts';
import { type ModelAnswer, ModelFailure, type ModelRequest } from './model.ts';
import { connectSocket } from './relay/connect-socket.ts';
import { createTurns } from './relay/turns.ts';

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
  /** Makes a connection in another way. Rejects where the model's server has not accepted it: nothing was sent then. */
  readonly connect?: () => Promise<Duplex>;
}

/** Ours: requests at the same time; more wait their turn. */
const connectionsMax = 64;
const connectTimeoutMs = 2_000;
/** Ours: 100 Continue and the like before an answer. */
const interimAnswersMax = 16;

export function createModelChannel({ origin, socketPath, connect }: ChannelTarget): ModelChannel {
  const { protocol, hostname, port, host } = new URL(origin);
  const isTls = protocol === 'https:';
  const agent = new (isTls ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: connectionsMax });
  if (socketPath !== undefined) agent.createConnection = (_, done) => connectTo(socketPath, done);
  if (connect !== undefined) agent.createConnection = (_, done) => void connect().then((made) => handOver(made, done), refuseTo(done));
  const place = socketPath === undefined ? { host: hostname.replace(/^\[|\]$/g, ''), port } : { socketPath };
  const underWay = new Set<ClientRequest>();
  const open: OpenRequest = ({ method, path, headers }) => {
    const request = (isTls ? httpsRequest : httpRequest)({ ...place, agent, method, path, headers: { host, ...headers } });
    underWay.add(request);
    request.once('close', () => underWay.delete(request));
    return request;
  };
  return {
    send: connect === undefined ? (request) => send(open, request) : sendInTurn(open),
    async destroy() {
      for (const request of underWay) request.destroy(new Error('The channel was closed.'));
      agent.destroy();
    },
  };
}

type OpenRequest = (request: ModelRequest) => ClientRequest;
type Connected = (error: Error | null, connection: Duplex) => void;

function connectTo(socketPath: string, done: Connected | undefined): Duplex | undefined {
  try {
    return connectSocket(socketPath);
  } catch (error) {
    refuseTo(done)(error);
    return undefined;
  }
}

/** One that has ended meanwhile would never tell node:http so: its request would wait until its time is over. */
function handOver(connection: Duplex, done: Connected | undefined): void {
  if (!connection.destroyed && !connection.readableEnded) {
    done?.(null, connection);
    return;
  }
  connection.destroy();
  refuseTo(done)(new ModelFailure('connectionLost', 'The model closed the connection that it had accepted.'));
}

function refuseTo(done: Connected | undefined): (error: unknown) => void {
  // The type asks for a connection, which node:http does not look at beside an error.
  return (error) => (done as ((error: Error) => void) | undefined)?.(error instanceof ModelFailure ? error : notListening(error));
}

function sendInTurn(open: OpenRequest): ModelChannel['send'] {
  const turns = createTurns(connectionsMax);
  return async (request) => {
    const startedAt = performance.now();
    const isTurn = await turns.take(request.timeoutMs, request.signal);
    if (!isTurn) throw request.signal?.aborted ? aborted() : timedOut(request.timeoutMs);
    try {
      const leftMs = request.timeoutMs - (performance.now() - startedAt);
      return await send(open, { ...request, timeoutMs: Math.max(1, leftMs) });
    } finally {
      turns.end();
    }
  };
}

async function send(open: OpenRequest, request: ModelRequest): Promise<ModelAnswer> {
  const { timeoutMs, signal } = request;
  if (signal?.aborted) throw aborted();
  const outgoing = open(request);
  const failed = Promise.withResolvers<never>();
  // Also behind the head of an answer: an answer without a length would count as complete where its connection broke.
  outgoing.on('error', failed.reject);
  const end = (failure: ModelFailure) => {
    outgoing.destroy(failure);
    // A request that has no connection yet reports its end only when it gets one.
    failed.reject(failure);
  };
  let interimAnswers = 0;
  outgoing.on('information', () => {
    interimAnswers += 1;
    if (interimAnswers > interimAnswersMax) end(noAnswer(`gave more than ${interimAnswersMax} interim answers`));
  });
  outgoing.once('upgrade', (_answer, connection) => {
    connection.destroy();
    end(switching());
  });
  let hasAnswer = false;
  outgoing.once('response', () => {
    hasAnswer = true;
  });
  outgoing.once('close', () => {
    if (!hasAnswer) failed.reject(noAnswer('closed the connection without an answer'));
  });
  const timer = setTimeout(() => end(timedOut(timeoutMs)), timeoutMs);
  const abort = () => end(aborted());
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const response = await Promise.race([responseTo(outgoing, request.body), failed.promise]);
    if (response.statusCode === 101) throw switching();
    const body = await Promise.race([readAll(response), failed.promise]);
    return { status: response.statusCode ?? 0, headers: flatten(response.headers), body };
  } catch (error) {
    // What ended it first is the reason, whatever error the stream made of it.
    throw toModelFailure(outgoing.errored ?? error, outgoing.socket);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function timedOut(timeoutMs: number): ModelFailure {
  return new ModelFailure('timedOut', `The model gave no complete answer within ${Math.round(timeoutMs)} ms.`);
}

function switching(): ModelFailure {
  return noAnswer('answered 101 Switching Protocols, which nobody asked for');
}

function noAnswer(what: string): ModelFailure {
  return new ModelFailure('connectionLost', `The model ${what}.`);
}

function aborted(): ModelFailure {
  return new ModelFailure('aborted', 'The caller went away.');
}

function responseTo(outgoing: ClientRequest, body: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve) => {
    outgoing.once('response', resolve);
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
  'EACCES',
  'EPROTOTYPE', // a Unix socket of another kind
  'EAGAIN', // a Unix socket with as many waiting as it takes
  'EPIPE',
]);

function toModelFailure(error: unknown, connection: Duplex | null): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const { code, errors: attempts } = error as { code?: unknown; errors?: unknown };
  // A host name with several addresses fails with an AggregateError.
  const codes = [code, ...(Array.isArray(attempts) ? attempts.map((attempt: { code?: unknown }) => attempt.code) : [])];
  // A stream within a session reports what broke the session, which says nothing of what the stream had sent.
  const isItsOwn = !connection || connection instanceof Socket;
  if (isItsOwn && codes.some((candidate) => notSentErrors.has(candidate))) return notListening(error);
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
