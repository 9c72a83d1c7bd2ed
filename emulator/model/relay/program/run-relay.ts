// The relay: a program in the network namespace of a sealed container, between the emulator and the model's server. It runs in whatever image has
// Node 20 or newer, with nothing copied into it (relay-command.ts): nothing in this folder imports more than Node. Arguments: LISTEN [HOST:PORT] [--leave-stale].
//
// LISTEN is a directory: `model.sock` carries bytes to the model and back. `relay.sock` is HTTP: GET /namespace, and CONNECT, which is answered only when
// the model has accepted the connection. So whoever connects that way knows: no 200, no byte of a request has reached the model.
// LISTEN is `-`: the same two, as HTTP/2 over standard input and output, for an emulator that no socket on a disk can reach.
import { leaveWhenStale } from './leave-when-stale.ts';
import { serveDirectory } from './serve-directory.ts';
import { serveStandardStreams } from './serve-standard-streams.ts';

/** Ends the process with 2 where the arguments or the directory are wrong. */
export async function runRelay(args: readonly string[]): Promise<void> {
  // As the first process of its container it would ignore both.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
  try {
    const leaves = args.includes('--leave-stale');
    const [place, address = '127.0.0.1:8080', ...others] = args.filter((arg) => arg !== '--leave-stale');
    const [, host, port] = /^(.+):(\d+)$/.exec(address) ?? [];
    if (!place || host === undefined || others.length > 0 || (leaves && place === '-')) {
      throw new Error('usage: DIRECTORY [HOST:PORT] [--leave-stale], or - [HOST:PORT]');
    }
    const target = { host, port: Number(port) };
    if (place === '-') return serveStandardStreams(target);
    await serveDirectory(place, target);
    if (leaves) leaveWhenStale(target);
    process.stdout.write(`relay ready in ${place}\n`);
  } catch (error) {
    process.stderr.write(`relay: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}
