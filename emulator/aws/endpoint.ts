// The one AWS endpoint: every AWS call of every function and tool arrives here. It listens and closes; pipeline.ts answers.
// node:http and no framework: a router would decode paths, and S3 keys are whatever bytes the client sent.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { CredentialStore } from '../iam/credential-store.ts';
import { listenOrExplain, reachableHost } from '../listen.ts';
import type { Log } from '../log.ts';
import type { Tracer } from '../trace/tracer.ts';
import { answerStallMs, heldBodyBytesMax } from './body-limits.ts';
import { createByteBudget } from './byte-budget.ts';
import { handleRequest } from './pipeline.ts';
import type { AwsService } from './service.ts';

export interface AwsEndpointOptions {
  readonly services: readonly AwsService[];
  readonly credentials: CredentialStore;
  readonly region: string;
  /** 127.0.0.1 */
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracer: Tracer;
  /** What aws:SecureTransport says though the endpoint speaks plain HTTP; see condition-values.ts. Default true. */
  readonly assumeSecureTransport?: boolean;
  /** Bodies in memory at the same time. For tests; body-limits.ts otherwise. */
  readonly heldBodyBytesMax?: number;
  /** For tests; body-limits.ts otherwise. */
  readonly answerStallMs?: number;
}

export interface AwsEndpoint {
  /** e.g. http://127.0.0.1:4570 */
  readonly url: string;
  readonly port: number;
  /** Ends idle connections at once, tells answers that stream, and gives calls under way a moment. Safe to call twice. */
  close(): Promise<void>;
}

/** A function's environment keeps its connections while it is frozen, and finds them dead if the server is less patient. */
const keepAliveTimeoutMs = 120_000;
/** For the whole of one request, a large upload included. */
const requestTimeoutMs = 600_000;
/** Presigned URLs and session tokens are long; Node's default of 16 KiB is a tight fit. */
const headBytesMax = 32_768;
const closeGraceMs = 2_000;

/** @throws AirlockError PORT_IN_USE, BAD_OPTION */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const { host = '127.0.0.1', assumeSecureTransport = true } = options;
  const services = new Map(options.services.map((service) => [service.signingName as string, service]));
  const heldBodies = createByteBudget(options.heldBodyBytesMax ?? heldBodyBytesMax);
  const closing = new AbortController();
  const forRequests = {
    ...{ ...options, services, assumeSecureTransport, heldBodies, closing: closing.signal },
    answerStallMs: options.answerStallMs ?? answerStallMs,
  };
  const answer = (expectsContinue: boolean) => (incoming: IncomingMessage, response: ServerResponse) =>
    void handleRequest(forRequests, incoming, response, expectsContinue);
  const server = createServer(
    { keepAliveTimeout: keepAliveTimeoutMs, requestTimeout: requestTimeoutMs, maxHeaderSize: headBytesMax },
    answer(false),
  );
  server.on('checkContinue', answer(true));
  const port = await listenOrExplain(server, { host, port: options.port, flag: '--aws-port' });
  server.on('error', (error) => options.log.error({ error }, 'the AWS endpoint cannot accept a connection'));
  let closed: Promise<void> | null = null;
  return {
    url: `http://${reachableHost(host)}:${port}`,
    port,
    close() {
      closing.abort();
      closed ??= close(server);
      return closed;
    },
  };
}

async function close(server: Server): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await ended;
  clearTimeout(deadline);
}
