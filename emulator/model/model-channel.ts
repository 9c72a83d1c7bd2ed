// HTTP to a model's server, over a Unix socket or TCP: its connections, and how many requests there are at the same time.
// node:http and not undici: that library's import alone takes 70 to 140 ms of the start, for 20 µs a request.
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Log } from '../log.ts';
import { type ModelAnswer, ModelFailure, type ModelRequest, type ModelResponse } from './model.ts';
import { callerGone, noTurn, notListening, openExchange } from './model-exchange.ts';
import { readAnswer } from './read-answer.ts';
import { connectSocket } from './relay/connect-socket.ts';
import { exchangesMax } from './relay/relay-limits.ts';
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
  /** Told once when a request has to wait for others. */
  readonly log?: Pick<Log, 'warn'>;
}

export function createModelChannel({ origin, socketPath, connect, log }: ChannelTarget): ModelChannel {
  const { protocol, hostname, port, host } = new URL(origin);
  const isTls = protocol === 'https:';
  const agent = new (isTls ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: exchangesMax });
  if (socketPath !== undefined) agent.createConnection = (_, done) => connectTo(socketPath, done);
  if (connect !== undefined) agent.createConnection = (_, done) => void connect().then((made) => handOver(made, done), refuseTo(done));
  const place = socketPath === undefined ? { host: hostname.replace(/^\[|\]$/g, ''), port } : { socketPath };
  const underWay = new Set<ClientRequest>();
  const make = ({ method, path, headers, body }: ModelRequest) => {
    const request = (isTls ? httpsRequest : httpRequest)({ ...place, agent, method, path, headers: headOf(host, headers, body, method) });
    // Node would drop those behind the thousandth without a word; what they may weigh together is limited.
    request.maxHeadersCount = 0;
    underWay.add(request);
    request.once('close', () => underWay.delete(request));
    return request;
  };
  // The agent's own limit does not count connections that are still being made, and says nothing of who waits.
  const open = inTurn((request) => openExchange(() => make(request), request), log);
  return {
    open,
    send: (request) => readWhole(open, request),
    async destroy() {
      for (const request of underWay) request.destroy(new Error('The channel was closed.'));
      agent.destroy();
    },
  };
}

/** Names and values in turn, which node:http takes as they are; then it is we who say how long a body in memory is. */
function headOf(host: string, headers: ModelRequest['headers'], body: ModelRequest['body'], method: string): string[] {
  const head = ['host', host];
  for (const name in headers) head.push(name, headers[name] ?? '');
  const isInMemory = body === undefined ? method === 'POST' : Buffer.isBuffer(body);
  if (isInMemory && headers['content-length'] === undefined) head.push('content-length', String(Buffer.isBuffer(body) ? body.length : 0));
  return head;
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

function inTurn(open: OpenExchange, log: ChannelTarget['log']): OpenExchange {
  const turns = createTurns(exchangesMax);
  let isTold = false;
  const tell = () => {
    if (!isTold) log?.warn({ exchangesMax }, 'model: as many requests are under way as there may be; the next ones wait');
    isTold = true;
  };
  return async (request) => {
    const startedAt = performance.now();
    const taken = turns.take(request.timeoutMs, request.signal);
    if (taken !== true) tell();
    const isTurn = taken === true || (await taken);
    if (!isTurn) throw request.signal?.aborted ? callerGone() : noTurn(exchangesMax, request.timeoutMs);
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
  return await readAnswer(response);
}
