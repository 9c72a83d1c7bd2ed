// The control server: how Airlock itself is, what it did, defective tokens and provider states for tests. Not part of what is emulated.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import fastifyJwt from '@fastify/jwt';
import { type FastifyError, type FastifyInstance, fastify } from 'fastify';
import { type Clock, systemClock } from '../clock.ts';
import { listenOrExplain, reachableHost } from '../listen.ts';
import type { Log } from '../log.ts';
import type { Trace } from '../trace/tracer.ts';
import { refuseForeignCaller } from './local-caller.ts';
import type { PartnerSigner } from './mint-token.ts';
import type { SetProviderState } from './provider-state-change.ts';
import { addProviderStateRoute } from './provider-state-route.ts';
import { addTokenRoute, type DefaultClaims } from './token-route.ts';

export type { DefaultClaims, PartnerSigner };

export interface ControlServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  /** The body of GET /health: 503 while its status is `starting`. */
  readonly health: () => { readonly status: string };
  /** The body of GET /traces, newest last. */
  readonly traces: () => readonly Trace[];
  readonly log: Log;
  /** The partner's key, through KMS. Without it every minted token is signed by a key that nobody knows. */
  readonly partnerSigner?: PartnerSigner;
  /** iss, aud and sub of a sound token; where absent, the request has to give them. */
  readonly defaultClaims?: DefaultClaims;
  readonly clock?: Clock;
  /** Answers POST /provider-states; absent: there is no such route. */
  readonly setProviderState?: SetProviderState;
}

export interface ControlServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const bodyBytesMax = 16 * 1_024;
const requestTimeoutMs = 10_000;
const ownKid = 'airlock-control';

/** @throws AirlockError PORT_IN_USE, BAD_OPTION */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { port, host = '127.0.0.1' } = options;
  const app = await buildControlServer(options);
  let boundPort: number;
  try {
    boundPort = await listenOrExplain(app, { host, port, flag: '--control-port' });
  } catch (error) {
    await app.close();
    throw error;
  }
  const close = async () => {
    await app.close();
  };
  return { url: `http://${reachableHost(host)}:${boundPort}`, port: boundPort, close, [Symbol.asyncDispose]: close };
}

/** The server without a port, for tests. */
export async function buildControlServer(options: ControlServerOptions): Promise<FastifyInstance> {
  const { log, health, traces, clock = systemClock } = options;
  const app = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    genReqId: () => randomUUID(),
    // Fastify's own choice is to drop what it does not know and to turn "1" into 1; here both are errors.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  app.addHook('onRequest', refuseForeignCaller);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store').header('X-Content-Type-Options', 'nosniff');
  });
  app.setNotFoundHandler(async (request, reply) => {
    await reply
      .code(404)
      .send(errorBody('NOT_FOUND', 'There is GET /health, GET /traces, POST /tokens and POST /provider-states.', request.id));
  });
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ error, requestId: request.id }, 'control server: request failed');
    const message = status >= 500 ? 'Airlock failed; its log says why.' : error.message;
    await reply.code(status).send(errorBody(status >= 500 ? 'INTERNAL' : 'BAD_REQUEST', message, request.id));
  });
  await registerJwt(app);
  app.get('/health', async (_request, reply) => {
    const body = health();
    return reply.code(body.status === 'starting' ? 503 : 200).send(body);
  });
  app.get('/traces', async () => traces());
  addTokenRoute(app, { ownKid, partner: options.partnerSigner, defaultClaims: options.defaultClaims, clock });
  if (options.setProviderState) addProviderStateRoute(app, options.setProviderState);
  await app.ready();
  return app;
}

/** A key pair of its own, made anew at every start and kept nowhere. */
async function registerJwt(app: FastifyInstance): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  await app.register(fastifyJwt, { secret: { private: privateKey, public: publicKey }, sign: { algorithm: 'ES256' } });
}

function errorBody(code: string, message: string, requestId: string): object {
  return { error: { code, message, requestId } };
}
