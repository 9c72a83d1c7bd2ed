// The HTTP server of one API: Fastify with one catch-all route into the pipeline. Builds, never listens.
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { createGateway, type Gateway } from './gateway.ts';
import { requestReceiveTimeoutMs, serverHeaderBytesMax } from './gateway-limits.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { serveRequest } from './serve-request.ts';

/** @throws AirlockError BAD_TEMPLATE for what is not emulated. */
export function createGatewayApp(options: GatewayOptions): FastifyInstance {
  return createAppFor(createGateway(options));
}

export function createAppFor(gateway: Gateway): FastifyInstance {
  const app = fastify({
    logger: false,
    // Every request is for the one route: Fastify would decode the path, and answer for one it cannot decode.
    rewriteUrl: () => '/',
    // Answers do not wait for their integration when the gateway closes.
    forceCloseConnections: true,
    requestTimeout: requestReceiveTimeoutMs,
    http: { maxHeaderSize: serverHeaderBytesMax },
    clientErrorHandler: refuseBrokenRequest,
  });
  // Node would drop header 2,001 and later in silence. Their bytes are limited instead.
  app.server.maxHeadersCount = 0;
  // In a hook, and not in the handler: between the two Fastify refuses what it takes for a bad Content-Type with 415.
  app.addHook('onRequest', (request, reply, _done) => {
    reply.hijack();
    serveRequest(gateway, request.originalUrl, request.raw, reply.raw).catch((error: unknown) => {
      // Beyond the pipeline's own net: an answer that could not be written. The connection ends rather than hangs.
      gateway.log.error({ error }, 'an answer could not be written: this is a bug of Airlock');
      reply.raw.destroy();
    });
  });
  app.all('/', (_request, reply) => reply);
  return app;
}

/** What is no HTTP never becomes a request: a body as the gateway's own, and the end of the connection. [M] */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = error.code === 'HPE_HEADER_OVERFLOW' ? ['431', 'Request Header Fields Too Large'] : ['400', 'Bad Request'];
  const body = JSON.stringify({ message });
  const head = [
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `x-amzn-RequestId: ${randomUUID()}`,
    'Connection: close',
  ];
  socket.end(`HTTP/1.1 ${status} ${message}\r\n${head.join('\r\n')}\r\n\r\n${body}`);
}
