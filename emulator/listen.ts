// Listening, with a failure told to whoever chose the port. Used by every server that Airlock starts.
import { once } from 'node:events';
import { Server } from 'node:net';
import { AirlockError } from './errors.ts';

/** A server that is asked to listen in its own way, as a Fastify instance is. */
export interface ServerInFramework {
  readonly server: Server;
  listen(options: { readonly host: string; readonly port: number }): Promise<unknown>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The option that chooses the port, e.g. --aws-port. */
  readonly flag: string;
}

/**
 * The port that the server has. What did not come to listen has nothing to close but what its owner made beside it.
 * @throws AirlockError PORT_IN_USE; BAD_OPTION for a port that needs a right and a host that is not of this machine
 */
export async function listenOrExplain(target: Server | ServerInFramework, { host, port, flag }: ListenOptions): Promise<number> {
  const server = target instanceof Server ? target : target.server;
  try {
    if (target instanceof Server) {
      target.listen({ host, port });
      await once(target, 'listening');
    } else {
      await target.listen({ host, port });
    }
  } catch (cause) {
    throw explained(cause, { host, port, flag }) ?? cause;
  }
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('A server that listens has no port.');
  return address.port;
}

/** The host of a URL for callers on this machine: what listens on every address is called by the one that is always there. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function explained(cause: unknown, { host, port, flag }: ListenOptions): AirlockError | null {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE': {
      const hint = `Choose another one with ${flag} (0 picks a free one), or stop the program that holds it.`;
      return new AirlockError('PORT_IN_USE', `Port ${port} of ${host} is in use.`, hint, { cause });
    }
    case 'EACCES': {
      const hint = `Choose one from 1024 on with ${flag}; 0 picks a free one.`;
      return new AirlockError('BAD_OPTION', `Port ${port} of ${host} may not be used without a special right.`, hint, { cause });
    }
    case 'EADDRNOTAVAIL': {
      const hint = 'Use 127.0.0.1, or 0.0.0.0 for every address of this machine.';
      return new AirlockError('BAD_OPTION', `${host} is no address of this machine, so nothing can listen on it.`, hint, { cause });
    }
    default:
      return null;
  }
}
