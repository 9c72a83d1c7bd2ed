// The HTTP server of one API: Fastify with one catch-all route into the pipeline. Builds, never listens.
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
