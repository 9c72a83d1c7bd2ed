// The ways from a channel to a container's server, each to a server of the test.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { join } from 'node:path';
import { createModelChannel, type ModelChannel } from '../../../emulator/model/model-channel.ts';
import { temporaryDirectory, waysIn } from '../relay/relay-fixture.ts';
import { startFaultContainer } from '../sagemaker/fault-container.ts';

interface Listening {
  /** Null on a Unix socket. */
  readonly port: number | null;
}

export interface Reached<Server> extends AsyncDisposable {
  readonly server: Server;
  readonly channel: ModelChannel;
}

export interface ExchangeWay {
  readonly way: string;
  /** False where a Unix socket is part of it. */
  readonly knowsResets: boolean;
  reach<Server extends Listening & AsyncDisposable>(start: (listen: ListenOptions) => Promise<Server>): Promise<Reached<Server>>;
}

const onPort: ListenOptions = { host: '127.0.0.1', port: 0 };

async function withPort<Server extends Listening & AsyncDisposable>(
  start: (listen: ListenOptions) => Promise<Server>,
  connect: (port: number) => Promise<{ channel: ModelChannel; close(): Promise<void> }>,
): Promise<Reached<Server>> {
  const server = await start(onPort);
  const { channel, close } = await connect(server.port ?? 0);
  const dispose = async () => {
    await close();
    await server[Symbol.asyncDispose]();
  };
  return { server, channel, [Symbol.asyncDispose]: dispose };
}

export const exchangeWays: readonly ExchangeWay[] = [
  {
    way: 'TCP',
    knowsResets: true,
    reach: (start) =>
      withPort(start, async (port) => {
        const channel = createModelChannel({ origin: `http://127.0.0.1:${port}` });
        return { channel, close: () => channel.destroy() };
      }),
  },
  {
    way: 'a Unix socket',
    knowsResets: false,
    async reach(start) {
      const directory = temporaryDirectory();
      const path = join(directory.path, 'model.sock');
      const server = await start({ path });
      const channel = createModelChannel({ origin: 'http://model', socketPath: path });
      const dispose = async () => {
        await channel.destroy();
        await server[Symbol.asyncDispose]();
        directory[Symbol.dispose]();
      };
      return { server, channel, [Symbol.asyncDispose]: dispose };
    },
  },
  ...waysIn.map(({ way, start: startRelay }) => ({
    way: `a relay over ${way}`,
    knowsResets: way !== 'a Unix socket',
    reach: <Server extends Listening & AsyncDisposable>(start: (listen: ListenOptions) => Promise<Server>) =>
      withPort(start, async (port) => {
        const running = await startRelay(port);
        return { channel: running.relay.channel, close: async () => running[Symbol.asyncDispose]() };
      }),
  })),
];

export const faultContainer = (listen: ListenOptions) => startFaultContainer(listen);

/** An ordinary server of node:http; `connections` are open at present. */
export const httpServer = (handle: (request: IncomingMessage, response: ServerResponse) => void) => async (listen: ListenOptions) => {
  const server = createServer(handle).listen(listen);
  await once(server, 'listening');
  const address = server.address() as AddressInfo | string;
  return {
    port: typeof address === 'string' ? null : address.port,
    connections: () =>
      new Promise<number>((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count)))),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
