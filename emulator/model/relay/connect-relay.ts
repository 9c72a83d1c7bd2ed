// The emulator's end of the relay: through the Unix sockets it made in a directory, or through a stream to its standard input and output.

import { request as httpRequest, type RequestOptions } from 'node:http';
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Log } from '../../log.ts';
import { ModelFailure } from '../model.ts';
import { createModelChannel } from '../model-channel.ts';
import { notAccepted } from '../model-exchange.ts';
import { connectSocket } from './connect-socket.ts';
import { joinWithoutWaiting } from './join-without-waiting.ts';
import { parseConnectTime, parseNamespaceReport } from './namespace-report.ts';
import type { NetworkNamespace, Relay } from './relay.ts';
import { acceptTimeoutMs, connectMeasureMaxMs, refusals, sessionWindowBytes, streamWindowBytes } from './relay-limits.ts';

/** What the model sees as Host; the relay goes to 127.0.0.1:8080 whatever it says. */
const modelOrigin = 'http://model.aws.local:8080';
/** For the relay itself; what it gives the model is in relay-limits.ts. */
const connectTimeoutMs = 3_000;
const namespaceTimeoutMs = 2_000;
const questionTimeoutMs = connectMeasureMaxMs + 2_000;

export interface SocketRelayOptions {
  /** Where the relay made relay.sock. */
  readonly directory: string;
  /** Asked before the first byte goes into a network namespace, and again after the relay was started again, maybe in another one. What it throws ends the connection. */
  readonly admit?: (namespace: NetworkNamespace) => void;
  readonly log?: Pick<Log, 'warn'>;
}

/** Connects when it is used, again each time: the relay may come later and be started again. */
export function connectSocketRelay({ directory, admit, log }: SocketRelayOptions): Relay {
  const path = join(directory, 'relay.sock');
  const askNamespace = async (timeoutMs: number) => parseNamespaceReport(await ask(path, '/namespace', timeoutMs));
  let admittedRun: string | null = null;
  const connect = async () => {
    const { connection, run } = await connectThrough(path);
    try {
      if (admit !== undefined && run !== admittedRun) {
        const report = await askNamespace(namespaceTimeoutMs);
        if (report.run !== run) throw new Error('The relay was started again meanwhile.');
        admit(report.namespace);
        admittedRun = run;
      }
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  };
  const channel = createModelChannel({ origin: modelOrigin, connect, ...(log && { log }) });
  return {
    channel,
    networkNamespace: async (timeoutMs) => (await askNamespace(timeoutMs)).namespace,
    connectTime: async () => parseConnectTime(await ask(path, '/connect-time', questionTimeoutMs)),
    close: () => channel.destroy(),
  };
}

/** One connection to the model. The relay says 200 when the model has accepted it, so nothing can be sent before. */
function connectThrough(path: string): Promise<{ connection: Duplex; run: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...over(path), method: 'CONNECT', path: 'model' });
    // Not a signal: it would end the connection, too, which outlives this request.
    const timer = setTimeout(() => request.destroy(new Error('The relay did not answer.')), connectTimeoutMs);
    request.once('close', () => clearTimeout(timer));
    request.once('error', reject);
    request.once('connect', ({ statusCode, headers }, connection, head) => {
      clearTimeout(timer);
      if (statusCode !== 200) {
        connection.destroy();
        return reject(refusedWith(statusCode));
      }
      if (head.length > 0) connection.unshift(head);
      resolve({ connection, run: String(headers['relay-run']) });
    });
    request.end();
  });
}

async function ask(socketPath: string, path: string, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...over(socketPath), path, signal: AbortSignal.timeout(timeoutMs) });
    request.once('error', reject);
    request.once('response', (response) => {
      if (response.statusCode === 200) buffer(response).then(resolve, reject);
      else request.destroy(new Error(`The relay answered ${response.statusCode}.`));
    });
    request.end();
  });
}

function over(path: string): RequestOptions {
  return { host: 'relay', createConnection: () => connectSocket(path) };
}

/** Speaks at once; `stream` is closed with the relay. */
export function connectStreamRelay({ stream: given, log }: { stream: Duplex; log?: Pick<Log, 'warn'> }): Relay {
  const stream = joinWithoutWaiting(given, given);
  const open = new Set<ClientHttp2Stream>();
  const breakAll = () => {
    // Before the session hears of it, which would take the end for the end of an answer that has no length.
    for (const one of open) one.destroy(new Error('The connection to the relay broke.'));
    // And what it does after the end of its stream (GOAWAY behind a shutdown) trips an assertion of Node's.
    stream.destroy();
  };
  stream.once('end', breakAll).once('error', breakAll).once('close', breakAll);
  const session = connectHttp2('http://relay', {
    createConnection: () => stream,
    settings: { initialWindowSize: streamWindowBytes, enablePush: false },
    maxSessionMemory: 1_024,
  });
  session.once('connect', () => {
    if (!session.destroyed) session.setLocalWindowSize(sessionWindowBytes);
  });
  let brokenBy: Error | null = null;
  session.on('error', (error) => {
    brokenBy = error;
  });
  const request = (headers: Record<string, string>) => {
    if (session.closed || session.destroyed) {
      throw new ModelFailure('notReady', 'The connection to the relay is closed.', { cause: brokenBy });
    }
    const opened = session.request(headers);
    open.add(opened);
    opened.once('close', () => open.delete(opened));
    return opened;
  };
  const asked = async (path: string, timeoutMs: number) => {
    const question = request({ ':method': 'GET', ':path': path });
    const timer = setTimeout(() => question.destroy(new Error('The relay did not finish its answer.')), timeoutMs);
    try {
      // Read from the start: one that has ended unread counts as broken.
      const [body] = await Promise.all([buffer(question), accepted(question, timeoutMs)]);
      return body;
    } finally {
      clearTimeout(timer);
    }
  };
  const channel = createModelChannel({
    origin: modelOrigin,
    ...(log && { log }),
    connect: async () => asConnection(await accepted(request({ ':method': 'CONNECT', ':authority': 'model' }), connectTimeoutMs)),
  });
  return {
    channel,
    networkNamespace: async (timeoutMs) => parseNamespaceReport(await asked('/namespace', timeoutMs)).namespace,
    connectTime: async () => parseConnectTime(await asked('/connect-time', questionTimeoutMs)),
    async close() {
      await channel.destroy();
      await closeSession(session, stream);
    },
  };
}

/** A model that is there and takes no more is told apart from one that is not there. */
function refusedWith(status: number | undefined): Error {
  if (status === refusals.notAccepted || status === refusals.tooMany) return notAccepted(acceptTimeoutMs);
  return new Error(`The relay answered ${status}.`);
}

/** A stream that was answered with 200. */
function accepted(stream: ClientHttp2Stream, timeoutMs: number): Promise<ClientHttp2Stream> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      clearTimeout(timer);
      stream.destroy();
      reject(error);
    };
    const timer = setTimeout(() => refuse(new Error(`The relay said nothing within ${timeoutMs} ms.`)), timeoutMs);
    // Stays: later errors are for whoever uses the stream, and it may have nobody at the moment.
    stream.on('error', refuse);
    stream.once('close', () => refuse(new Error('The relay closed the stream.')));
    stream.once('response', ({ ':status': status }) => {
      if (status !== 200) return refuse(refusedWith(status));
      clearTimeout(timer);
      resolve(stream);
    });
  });
}

/** With what http.Agent asks of a socket. */
function asConnection(stream: ClientHttp2Stream): Duplex {
  // As a socket does without allowHalfOpen: one that the model has closed must not be kept for the next request.
  stream.once('end', () => stream.end());
  return Object.assign(stream, { setKeepAlive: () => stream, setNoDelay: () => stream, ref: () => stream, unref: () => stream });
}

/** The stream first, for the same reason; the session ends with it. */
function closeSession(session: ClientHttp2Session, stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (session.destroyed) return resolve();
    session.once('close', () => resolve());
    stream.destroy();
  });
}
