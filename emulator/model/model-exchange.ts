// One HTTP exchange with the model's server: the request goes out, the head of the answer is waited for, its body comes as it comes.
// Every way to fail is a ModelFailure.
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { type Duplex, finished } from 'node:stream';
import { ModelFailure, type ModelRequest, type ModelResponse, type StreamedBody } from './model.ts';
import { acceptTimeoutMs } from './relay/relay-limits.ts';

/** Ours: 100 Continue and the like before an answer. */
const interimAnswersMax = 16;
/** Ours. */
const joinedBodyBytesMax = 8 * 1024;

/** Resolves with the head of the answer. Rejects with ModelFailure only, and nothing of the exchange is left then. */
export async function openExchange(begin: () => ClientRequest, request: ModelRequest): Promise<ModelResponse> {
  const { timeoutMs, signal, body } = request;
  if (signal?.aborted) throw callerGone();
  const outgoing = begin();
  let response: IncomingMessage | null = null;
  let brokenBy: unknown = null;
  const failed = Promise.withResolvers<never>();
  // Nobody may be waiting any more.
  failed.promise.catch(() => {});
  const fail = (error: unknown) => {
    brokenBy ??= error;
    failed.reject(error);
    // First the answer: one without a length would count as complete where its connection broke.
    const reason = error instanceof Error ? error : new Error(String(error));
    response?.destroy(reason);
    // With an error, always: a stream within a session that ends without one tells the relay that all is well, and keeps its connection.
    outgoing.destroy(reason);
  };
  // Behind a whole answer there is nothing left to fail: bytes that do not belong to it, or a body that nobody wanted to read to its end.
  outgoing.on('error', (error) => {
    if (!response?.complete) fail(error);
  });
  let interimAnswers = 0;
  outgoing.on('information', () => {
    interimAnswers += 1;
    if (interimAnswers > interimAnswersMax) fail(noAnswer(`gave more than ${interimAnswersMax} interim answers`));
  });
  outgoing.once('upgrade', (_answer, connection) => {
    connection.destroy();
    fail(switching());
  });
  outgoing.once('close', () => {
    if (response === null) failed.reject(noAnswer('closed the connection without an answer'));
  });
  const answered = new Promise<IncomingMessage>((resolve) => {
    outgoing.once('response', (given) => {
      response = given;
      // Its errors are told to who reads the body; before and behind that nobody listens.
      given.on('error', () => {});
      resolve(given);
    });
  });
  limitConnecting(outgoing, fail);
  const timer = setTimeout(() => fail(timedOut(timeoutMs)), timeoutMs);
  const abort = () => fail(callerGone());
  signal?.addEventListener('abort', abort, { once: true });
  const settle = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
  // What ended it first is the reason, whatever error the stream made of it.
  const reasonOf = (error: unknown) => {
    const failure = toModelFailure(brokenBy ?? error, outgoing.socket);
    // Whoever answers has been sent something, even where writing the rest failed.
    return failure.reason === 'notReady' && response !== null ? lost(failure.cause) : failure;
  };
  sendBody(outgoing, body, fail);
  let given: IncomingMessage;
  try {
    given = await Promise.race([answered, failed.promise]);
    if (given.statusCode === 101) throw switching();
  } catch (error) {
    settle();
    fail(error);
    throw reasonOf(error);
  }
  let isRead = false;
  async function* read(): AsyncGenerator<Buffer> {
    try {
      // Left in the middle it is dispose() that ends it: see `fail`.
      yield* given.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      // A container may answer before it has the whole request: the rest is of no use to anybody, nor is that connection.
      isRead = outgoing.writableFinished;
    } catch (error) {
      throw reasonOf(error);
    } finally {
      settle();
    }
  }
  return {
    status: given.statusCode ?? 0,
    headers: flatten(given.headers),
    body: read(),
    [Symbol.dispose]() {
      settle();
      if (!isRead) fail(unwanted());
    },
  };
}

function sendBody(outgoing: ClientRequest, body: Buffer | StreamedBody | undefined, fail: (error: unknown) => void): void {
  if (body === undefined || Buffer.isBuffer(body)) {
    // As text, byte for byte, node:http writes it in one piece with the head, which costs less than two.
    if (body !== undefined && body.length <= joinedBodyBytesMax) outgoing.end(body.toString('latin1'), 'latin1');
    else outgoing.end(body);
    return;
  }
  // Opened when there is a connection: a body that was begun could not be sent again.
  const start = () => {
    if (outgoing.destroyed) return;
    const source = body.open();
    finished(source, { writable: false }, (error) => {
      if (error) fail(new ModelFailure('bodyBroken', 'The body of the request could not be read.', { cause: error }));
    });
    outgoing.once('close', () => source.destroy());
    source.pipe(outgoing);
  };
  outgoing.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', start);
    else start();
  });
}

/** A server must accept in a quarter of a second. */
function limitConnecting(outgoing: ClientRequest, fail: (error: unknown) => void): void {
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      // Behind what the loop has still to read: where this process was busy, the connection may be there already.
      setImmediate(() => {
        if (socket.connecting) fail(notAccepted(acceptTimeoutMs));
      });
    }, acceptTimeoutMs);
    socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  });
}

function timedOut(timeoutMs: number): ModelFailure {
  return new ModelFailure('timedOut', `The model gave no complete answer within ${Math.round(timeoutMs)} ms.`);
}

export function callerGone(): ModelFailure {
  return new ModelFailure('aborted', 'The caller went away.');
}

function unwanted(): ModelFailure {
  return new ModelFailure('aborted', 'The rest of the answer is not wanted.');
}

function switching(): ModelFailure {
  return noAnswer('answered 101 Switching Protocols, which nobody asked for');
}

function noAnswer(what: string): ModelFailure {
  return new ModelFailure('connectionLost', `The model ${what}.`);
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
  return lost(error);
}

function lost(cause: unknown): ModelFailure {
  return new ModelFailure('connectionLost', 'The connection to the model broke before its answer was complete.', { cause });
}

export function notListening(cause?: unknown): ModelFailure {
  return new ModelFailure('notReady', 'Nothing accepts connections at the model.', { cause });
}

export function notAccepted(withinMs: number): ModelFailure {
  return new ModelFailure('notReady', `The model accepted no connection within ${withinMs} ms.`, { isBusy: true });
}

/** Nothing was sent. */
export function noTurn(exchangesMax: number, timeoutMs: number): ModelFailure {
  const message = `${exchangesMax} requests to the model were under way, and none of them ended within ${Math.round(timeoutMs)} ms.`;
  return new ModelFailure('notReady', message, { isBusy: true });
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
