// Starts the customer API: compiles the template's API, then listens. The owner of what it returns closes it.
import { listenOrExplain, reachableHost } from '../listen.ts';
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
  /** API Gateway's FlushStageAuthorizersCache, for all stages at once. */
  flushAuthorizerCache(): void;
  /** Requests that are not answered yet lose their connection. */
  close(): Promise<void>;
}

/** @throws AirlockError BAD_TEMPLATE, PORT_IN_USE, BAD_OPTION */
export async function startGateway({ host = '127.0.0.1', port, ...options }: StartGatewayOptions): Promise<StartedGateway> {
  const gateway = createGateway(options);
  const app = createAppFor(gateway);
  let actualPort: number;
  try {
    actualPort = await listenOrExplain(app, { host, port, flag: '--port' });
  } catch (error) {
    await app.close();
    throw error;
  }
  const [firstStage] = options.api.stages;
  return {
    url: `http://${reachableHost(host)}:${actualPort}/${firstStage?.stageName ?? ''}`,
    port: actualPort,
    flushAuthorizerCache: () => gateway.api.flushAuthorizerCache(),
    close: async () => app.close(),
  };
}
