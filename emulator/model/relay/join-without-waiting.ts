// Two pipes as the one stream that a session of HTTP/2 runs over, at both ends of a relay.
import { Duplex, type Readable, type Writable } from 'node:stream';

/**
 * A session of node:http2 reads nothing while a write of its own waits: two of them, both with much to say, wait for each other for ever once the pipes
 * between them are full. So no write waits here; the windows of HTTP/2 bound what is held.
 */
export function joinWithoutWaiting(input: Readable, output: Writable): Duplex {
  const transport = new Duplex({
    read: () => void input.resume(),
    write(chunk: Buffer, _encoding, done) {
      output.write(chunk);
      done();
    },
    final: (done) => void output.end(done),
    destroy(error, done) {
      input.destroy();
      output.destroy();
      done(error);
    },
  });
  input.on('data', (chunk) => void (transport.push(chunk) || input.pause()));
  input.on('end', () => transport.push(null)).on('close', () => transport.destroy());
  for (const stream of [input, output]) stream.on('error', (error) => transport.destroy(error));
  return transport;
}
