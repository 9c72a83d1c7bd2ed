// Starts the customer API: compiles the template's API, then listens. The owner of what it returns closes it.
import type { AddressInfo } from 'node:net';
import { AirlockError } from '../errors.ts';
import { createAppFor } from './create-gateway-app.ts';
import { createGateway } from './gateway.ts';
import type { GatewayOptions } from './gateway-options.ts';

export interface StartGatewayOptions extends GatewayOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
}

export interface StartedGateway {
  /** http://127.0.0.1:PORT/<first stage> */
  readonly url: string;
  readonly port: number;
  flushAuthorizerCache(): void;
  /** Requests that are not answered yet lose their connection. */
  close(): Promise<void>;
}

/** @throws AirlockError BAD_TEMPLATE, PORT_IN_USE */
export async function startGateway({ host = '127.0.0.1', port, ...options }: StartGatewayOptions): Promise<StartedGateway> {
  const gateway = createGateway(options);
  const app = createAppFor(gateway);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw listenError(cause, host, port);
  }
  const { port: actualPort } = app.server.address() as AddressInfo;
  const [firstStage] = options.api.stages;
  return {
    url: `http://${reachableHost(host)}:${actualPort}/${firstStage?.stageName ?? ''}`,
    port: actualPort,
    flushAuthorizerCache: () => gateway.api.flushAuthorizerCache(),
    close: async () => app.close(),
  };
}

function listenError(cause: unknown, host: string, port: number): unknown {
  if (!(cause instanceof Error) || !('code' in cause)) return cause;
  const hint = 'Choose another one with --port; 0 picks a free one.';
  if (cause.code === 'EADDRINUSE') return new AirlockError('PORT_IN_USE', `Port ${port} on ${host} is in use.`, hint, { cause });
  if (cause.code === 'EACCES') return new AirlockError('BAD_OPTION', `Port ${port} on ${host} may not be used.`, hint, { cause });
  return cause;
}

/** "All addresses" is nothing a client can call. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
