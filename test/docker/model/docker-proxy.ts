// Stands between Airlock and the Docker daemon: on another kind of address, and with other names for the directories of a bind mount.
import { once } from 'node:events';
import { connect, createServer, type ListenOptions } from 'node:net';
import { Transform } from 'node:stream';

export interface DockerProxy extends AsyncDisposable {
  /** Of TCP; 0 for a socket file. */
  readonly port: number;
}

/** `rename` gets the source of each bind mount and returns one of the same length. */
export async function startDockerProxy(
  place: ListenOptions,
  rename: (source: string) => string = (source) => source,
): Promise<DockerProxy> {
  const server = createServer((client) => {
    const daemon = connect('/var/run/docker.sock');
    const renaming = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        // Byte for byte: it must stay as long as the header says.
        const text = chunk.toString('latin1');
        done(
          null,
          Buffer.from(
            text.replace(/("Type":"bind","Source":")([^"]+)/g, (_, before, source) => before + rename(source)),
            'latin1',
          ),
        );
      },
    });
    client.pipe(renaming).pipe(daemon).pipe(client);
    const end = () => {
      client.destroy();
      daemon.destroy();
    };
    for (const stream of [client, daemon]) stream.on('error', end).on('close', end);
  });
  server.listen(place);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}
