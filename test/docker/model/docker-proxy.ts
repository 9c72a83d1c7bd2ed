// Stands between Airlock and the Docker daemon: on another kind of address, with other requests than were sent, or away for a while.
import { once } from 'node:events';
import { connect, createServer, type ListenOptions, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface DockerProxy extends AsyncDisposable {
  /** Of TCP; 0 for a socket file. */
  readonly port: number;
  /** Breaks all connections, and takes no more. */
  cut(): Promise<void>;
  /** Behind a cut. */
  mend(): Promise<void>;
}

/** A copy of `text` with `from` replaced by `to`, and the blanks that JSON allows behind it; as it is where it holds no `from`. */
export function replacePadded(text: string, from: string, to: string): string {
  if (to.length > from.length) throw new Error(`${to} is longer than ${from}`);
  return text.replace(from, () => to.padEnd(from.length));
}

/** `rewrite` gets what was sent, in pieces of any length, and returns as many characters. */
export async function startDockerProxy(place: ListenOptions, rewrite: (sent: string) => string = (sent) => sent): Promise<DockerProxy> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    const daemon = connect('/var/run/docker.sock');
    const rewriting = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        const rewritten = Buffer.from(rewrite(chunk.toString('latin1')), 'latin1');
        // The header has said how long it is.
        done(rewritten.length === chunk.length ? null : new Error('the request became longer or shorter'), rewritten);
      },
    });
    client.pipe(rewriting).pipe(daemon).pipe(client);
    const end = () => {
      client.destroy();
      daemon.destroy();
    };
    for (const stream of [client, rewriting, daemon]) stream.on('error', end).on('close', end);
  });
  const listen = async (at: ListenOptions) => {
    server.listen(at);
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const port = await listen(place);
  return {
    port,
    async cut() {
      const closed = once(server, 'close');
      server.close();
      for (const client of clients) client.destroy();
      await closed;
    },
    async mend() {
      await listen({ ...place, ...(port !== 0 && { port }) });
    },
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

const dockerHostBefore = process.env.DOCKER_HOST;

/** What DOCKER_HOST was when the test file was loaded. */
export function restoreDockerHost(): void {
  if (dockerHostBefore === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = dockerHostBefore;
}
