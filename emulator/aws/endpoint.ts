// The one AWS endpoint: every AWS call of every function and tool arrives here. It listens and closes; pipeline.ts answers.
// node:http and no framework: a router would decode paths, and S3 keys are whatever bytes the client sent.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { AirlockError } from '../errors.ts';
import type { CredentialStore } from '../iam/credential-store.ts';
import type { Log } from '../log.ts';
import type { Tracer } from '../trace/tracer.ts';
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
}

export interface AwsEndpoint {
  /** e.g. http://127.0.0.1:4570 */
  readonly url: string;
  readonly port: number;
  /** Ends idle connections at once and gives calls under way a moment. Safe to call twice. */
  close(): Promise<void>;
}

/** A function's environment keeps its connections while it is frozen, and finds them dead if the server is less patient. */
const keepAliveTimeoutMs = 120_000;
/** For the whole of one request, a large upload included. */
const requestTimeoutMs = 600_000;
/** Presigned URLs and session tokens are long; Node's default of 16 KiB is a tight fit. */
const headBytesMax = 32_768;
const closeGraceMs = 2_000;

/** Rejects with AirlockError PORT_IN_USE. */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const { host = '127.0.0.1', assumeSecureTransport = true } = options;
  const services = new Map(options.services.map((service) => [service.signingName as string, service]));
  const answer = (expectsContinue: boolean) => (incoming: IncomingMessage, response: ServerResponse) =>
    void handleRequest({ ...options, services, assumeSecureTransport }, incoming, response, expectsContinue);
  const server = createServer(
    { keepAliveTimeout: keepAliveTimeoutMs, requestTimeout: requestTimeoutMs, maxHeaderSize: headBytesMax },
    answer(false),
  );
  server.on('checkContinue', answer(true));
  const port = await listen(server, host, options.port);
  server.on('error', (error) => options.log.error({ error }, 'the AWS endpoint cannot accept a connection'));
  let closed: Promise<void> | null = null;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close() {
      closed ??= close(server);
      return closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const hint = 'Choose another port with --aws-port (0 picks a free one), or stop the program that holds it.';
      reject(
        new AirlockError('PORT_IN_USE', `The AWS endpoint cannot listen on ${host}:${port}: the port is in use.`, hint, { cause: error }),
      );
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      const address = server.address();
      if (typeof address === 'object' && address) resolve(address.port);
      else reject(new Error('The AWS endpoint has no port.'));
    });
  });
}

async function close(server: Server): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await ended;
  clearTimeout(deadline);
}
