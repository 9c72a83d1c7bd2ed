// HTTP to a model's server, over a Unix socket or TCP: its connections, and how many requests there are at the same time.
// node:http and not undici: that library's import alone takes 70 to 140 ms of the start, for 20 µs a request.
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { modelResponseBytesMax } from '../limits.ts';
import { type ModelAnswer, ModelFailure, type ModelRequest, type ModelResponse } from './model.ts';
import { callerGone, notListening, openExchange, timedOut } from './model-exchange.ts';
import { connectSocket } from './relay/connect-socket.ts';
import { createTurns } from './relay/turns.ts';

export interface ModelChannel {
  /** Rejects with ModelFailure only; `notReady` means that nothing was sent, so the request may be sent again. */
  send(request: ModelRequest): Promise<ModelAnswer>;
  /** The same, with the answer as it comes; it is disposed of when it was read, or is not wanted any more. */
  open(request: ModelRequest): Promise<ModelResponse>;
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

export function createModelChannel({ origin, socketPath, connect }: ChannelTarget): ModelChannel {
  const { protocol, hostname, port, host } = new URL(origin);
  const isTls = protocol === 'https:';
  const agent = new (isTls ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: connectionsMax });
  if (socketPath !== undefined) agent.createConnection = (_, done) => connectTo(socketPath, done);
  if (connect !== undefined) agent.createConnection = (_, done) => void connect().then((made) => handOver(made, done), refuseTo(done));
  const place = socketPath === undefined ? { host: hostname.replace(/^\[|\]$/g, ''), port } : { socketPath };
  const underWay = new Set<ClientRequest>();
  const make = ({ method, path, headers }: ModelRequest) => {
    const request = (isTls ? httpsRequest : httpRequest)({ ...place, agent, method, path, headers: { host, ...headers } });
    underWay.add(request);
    request.once('close', () => underWay.delete(request));
    return request;
  };
  const exchange: OpenExchange = (request) => openExchange(() => make(request), request);
  // Where making a connection takes time, the agent's own limit does not count those that are being made.
  const open = connect === undefined ? exchange : inTurn(exchange);
  return {
    open,
    send: (request) => readWhole(open, request),
    async destroy() {
      for (const request of underWay) request.destroy(new Error('The channel was closed.'));
      agent.destroy();
    },
  };
}

type OpenExchange = (request: ModelRequest) => Promise<ModelResponse>;
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

function inTurn(open: OpenExchange): OpenExchange {
  const turns = createTurns(connectionsMax);
  return async (request) => {
    const startedAt = performance.now();
    const isTurn = await turns.take(request.timeoutMs, request.signal);
    if (!isTurn) throw request.signal?.aborted ? callerGone() : timedOut(request.timeoutMs);
    try {
      const leftMs = request.timeoutMs - (performance.now() - startedAt);
      const response = await open({ ...request, timeoutMs: Math.max(1, leftMs) });
      let hasEnded = false;
      return {
        ...response,
        [Symbol.dispose]() {
          response[Symbol.dispose]();
          if (!hasEnded) turns.end();
          hasEnded = true;
        },
      };
    } catch (error) {
      turns.end();
      throw error;
    }
  };
}

async function readWhole(open: OpenExchange, request: ModelRequest): Promise<ModelAnswer> {
  using response = await open(request);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > modelResponseBytesMax) {
      throw new ModelFailure('answerTooLarge', `The model's answer is larger than ${modelResponseBytesMax} bytes.`);
    }
    chunks.push(chunk);
  }
  const { status, headers } = response;
  return { status, headers, body: Buffer.concat(chunks, bytes) };
}
