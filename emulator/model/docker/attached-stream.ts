// Standard input and output of a container as one stream: the way to the relay where no socket file can be shared with it.
import { Duplex } from 'node:stream';
import type { Container } from 'dockerode';
import { demultiplex } from './demultiplex.ts';

/** Of a container that was created with OpenStdin and without a terminal, before it is started. `onError` gets what it writes to standard error. */
export async function attachToContainer(container: Container, onError: (text: Buffer) => void): Promise<Duplex> {
  const connection = (await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true })) as Duplex;
  let resume: (() => void) | null = null;
  const stream = new Duplex({
    read() {
      const taken = resume;
      resume = null;
      taken?.();
    },
    write: (chunk: Buffer, _encoding, done) => {
      if (connection.write(chunk)) done();
      else connection.once('drain', () => done());
    },
    final: (done) => connection.end(done),
    destroy: (error, done) => {
      connection.destroy();
      done(error);
    },
  });
  const frames = demultiplex({
    stdout: (chunk, taken) => {
      if (stream.push(chunk)) taken();
      else resume = taken;
    },
    stderr: (chunk, taken) => {
      onError(chunk);
      taken();
    },
  });
  connection.pipe(frames);
  connection.once('error', (error: Error) => stream.destroy(error));
  connection.once('close', () => {
    if (!stream.readableEnded) stream.push(null);
    stream.destroy();
  });
  return stream;
}
