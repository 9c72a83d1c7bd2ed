// HTTP to a model's server, over a Unix socket or TCP: limits, and every way to fail as a ModelFailure.
import { errors, Pool } from 'undici';
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
  const pool = new Pool(origin, {
    connections: connectionsMax,
    // Its own timers count in seconds; the request's deadline below is exact.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: modelResponseBytesMax,
    connect: { timeout: connectTimeoutMs, ...(socketPath !== undefined && { socketPath }) },
  });
  return {
    send: (request) => send(pool, request),
    destroy: () => pool.destroy(),
  };
}

async function send(pool: Pool, request: ModelRequest): Promise<ModelAnswer> {
  const { method, path, headers, body, timeoutMs, signal } = request;
  if (signal?.aborted) throw new ModelFailure('aborted', 'The caller went away.');
  const controller = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, timeoutMs);
  const abort = () => controller.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const response = await pool.request({ method, path, headers, body: body ?? null, signal: controller.signal });
    const bytes = await response.body.arrayBuffer();
    return { status: response.statusCode, headers: flatten(response.headers), body: Buffer.from(bytes) };
  } catch (error) {
    if (timedOut) throw new ModelFailure('timedOut', `The model gave no complete answer within ${timeoutMs} ms.`, { cause: error });
    if (signal?.aborted) throw new ModelFailure('aborted', 'The caller went away.', { cause: error });
    throw toModelFailure(error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** What a failed connect() says; nothing was sent then. */
const connectErrors: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function toModelFailure(error: unknown): ModelFailure {
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new ModelFailure('answerTooLarge', `The model's answer is larger than ${modelResponseBytesMax} bytes.`, { cause: error });
  }
  const { code, errors: attempts } = error as { code?: unknown; errors?: unknown };
  // A host name with several addresses fails with an AggregateError.
  const codes = [code, ...(Array.isArray(attempts) ? attempts.map((attempt: { code?: unknown }) => attempt.code) : [])];
  if (error instanceof errors.ConnectTimeoutError || codes.some((candidate) => connectErrors.has(candidate))) {
    return new ModelFailure('notReady', 'Nothing accepts connections at the model.', { cause: error });
  }
  return new ModelFailure('connectionLost', 'The connection to the model broke before its answer was complete.', { cause: error });
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
