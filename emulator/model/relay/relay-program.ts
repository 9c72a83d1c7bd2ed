// The relay: a program in the network namespace of a sealed container, between the emulator and the model's server. It runs in whatever image has
// Node 20 or newer, with nothing copied into it (relay-command.ts), hence one file that imports nothing but Node. Arguments: LISTEN [HOST:PORT] [--leave-stale].
//
// LISTEN is a directory: `model.sock` carries bytes to the model and back. `relay.sock` is HTTP: GET /namespace, and CONNECT, which is answered only when
// the model has accepted the connection. So whoever connects that way knows: no 200, no byte of a request has reached the model.
// LISTEN is `-`: the same two, as HTTP/2 over standard input and output, for an emulator that no socket on a disk can reach.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { connect, createServer, type Server, Socket } from 'node:net';
import { join } from 'node:path';
import { Duplex, type Readable, type Writable } from 'node:stream';

/** Connections to the model at the same time; more are refused. */
const connectionsMax = 256;
const connectTimeoutMs = 2_000;
/** Flow control of HTTP/2: what may be under way per stream, and for all: a model that does not read its request must not stop the others. */
const streamWindowBytes = 1024 * 1024;
const sessionWindowBytes = connectionsMax * streamWindowBytes;
/** A model could listen on every port; the report names no more than these. */
const listeningPortsMax = 100;

type Target = Readonly<{ host: string; port: number }>;
type Outcome = Record<'accepted' | 'refused', () => void>;

let connections = 0;

/** Reads nothing of `client` before the model has accepted. */
function carry(client: Duplex, { host, port }: Target, { accepted, refused }: Outcome): void {
  client.on('error', () => {}); // 'close' follows
  if (connections >= connectionsMax) {
    refused();
    return;
  }
  connections += 1;
  let isAccepted = false;
  const model = connect({ host, port, noDelay: true, allowHalfOpen: true });
  const timer = setTimeout(() => model.destroy(), connectTimeoutMs);
  model.on('error', () => {});
  model.once('connect', () => {
    isAccepted = true;
    clearTimeout(timer);
    // Gone, though its 'close' is still to come: HTTP/2 throws at an answer to it.
    if (client.destroyed || client.closed) return void model.destroy();
    accepted();
    // pipe() ends the other side when this one ends: half-close is kept.
    client.pipe(model).pipe(client);
  });
  model.once('close', () => {
    clearTimeout(timer);
    connections -= 1;
    if (!isAccepted) refused();
    // An error, as HTTP/2 would say of a mere destroy() that the stream has ended in order.
    else if (!isComplete(model)) client.destroy(new Error('The connection to the model broke.'));
  });
  client.once('close', () => {
    if (!isComplete(client)) model.destroy();
  });
}

/** Closed because both directions ended, not because it broke. */
function isComplete(connection: Duplex): boolean {
  return connection.readableEnded && connection.writableFinished;
}

/** Identifies this run of the relay, and with it the namespace that it reports on. */
const run = `${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** JSON of NetworkNamespace (relay.ts), with the run. */
function reportNamespace(): string {
  const read = (name: string) => readFileSync(`/proc/net/${name}`, 'utf8');
  const names = interfaceNames(read('dev'));
  return JSON.stringify({
    run,
    interfaces: names.filter((name) => isUp(name, names)),
    routesOut: countRoutesOut(read('route'), readIfThere('/proc/net/ipv6_route')),
    listening: listeningPorts(read('tcp'), readIfThere('/proc/net/tcp6')).slice(0, listeningPortsMax),
  });
}

/** Not there: the kernel has no IPv6, or there is no file yet. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** /proc/net/dev: two lines of header, then `name: counters`. */
export function interfaceNames(netDev: string): string[] {
  return netDev
    .split('\n')
    .slice(2)
    .flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
}

/**
 * IFF_UP. A kernel with the modules of tunnels (Docker Desktop's) puts tunl0, sit0 and others into every new namespace, all down; where they lead to
 * goes through the namespace's own routes. What cannot be told counts as up: /sys may be another namespace's.
 */
function isUp(name: string, names: readonly string[]): boolean {
  try {
    const isOurs = [...names].sort().join() === readdirSync('/sys/class/net').sort().join();
    return !isOurs || (Number(readFileSync(`/sys/class/net/${name}/flags`, 'utf8')) & 1) !== 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return true;
    throw error;
  }
}

/** /proc/net/route: a line of header, the interface first. /proc/net/ipv6_route: no header, the interface last. */
export function countRoutesOut(route: string, ipv6Route: string): number {
  const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
  const interfaces = [
    ...lines(route)
      .slice(1)
      .map((line) => line.trim().split(/\s+/)[0]),
    ...lines(ipv6Route).map((line) => line.trim().split(/\s+/).at(-1)),
  ];
  return interfaces.filter((name) => name !== 'lo').length;
}

/** Both tables: `sl local_address rem_address st …`; 0A is LISTEN, the address in words of the machine's (little-endian) order. `::` takes IPv4, too. */
export function listeningPorts(tcp: string, tcp6: string): { port: number; onLoopback: boolean }[] {
  const onLoopback = new Map<number, boolean>();
  const reachable = new Set([
    '00000000',
    '0100007F',
    '0'.repeat(32),
    '0000000000000000FFFF00000100007F',
    '0000000000000000FFFF000000000000',
  ]);
  for (const line of `${tcp}\n${tcp6}`.split('\n')) {
    const [, local, , state] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local?.split(':') ?? [];
    if (state !== '0A') continue;
    const number = Number.parseInt(port, 16);
    onLoopback.set(number, onLoopback.get(number) || reachable.has(address));
  }
  return [...onLoopback].map(([port, reached]) => ({ port, onLoopback: reached })).sort((a, b) => a.port - b.port);
}

export interface Watch {
  /** Something has listened at the target since the relay started. */
  readonly reached: boolean;
  /** Since nothing does, in milliseconds. */
  readonly refusingMs: number;
  /** Runs in succession that left without the target having been up for `stableMs`. */
  readonly fruitlessRuns: number;
}

const stableMs = 10_000;
const leaveWaitMs = { first: 1_000, max: 70_000 } as const;

/**
 * Compose: when the container of the model has died, Docker starts it again in a new namespace, and the relay sits in the old one for ever. The relay then
 * ends, so that Docker starts it again, too, in the new one. Docker would give that up for good if the model's container were not running at that
 * moment. It starts it again after 100 ms, and after twice the time with each run under 10 s, up to 60 s: ours waits ten times that, up to 70 s.
 * A first run that never reached the model waits the longest: the model may be loading, for minutes. Leaving is then still right. Either this is its
 * namespace: then it runs, and the relay comes back to the same one. Or it is not: then nothing would ever come of waiting here.
 */
export function shouldLeave({ reached, refusingMs, fruitlessRuns }: Watch): boolean {
  const waitMs = reached || fruitlessRuns > 0 ? leaveWaitMs.first * 2 ** fruitlessRuns : leaveWaitMs.max;
  return refusingMs > Math.min(waitMs, leaveWaitMs.max);
}

/** Looks at the kernel's table instead of connecting: the model does not notice. */
function leaveWhenStale(directory: string, { port }: Target): void {
  const file = join(directory, '.fruitless-runs');
  let fruitlessRuns = Number.parseInt(readIfThere(file), 10) || 0;
  let reached = false;
  let upSince: number | null = null;
  let refusingSince = performance.now();
  setInterval(() => {
    const now = performance.now();
    const ports = listeningPorts(readFileSync('/proc/net/tcp', 'utf8'), readIfThere('/proc/net/tcp6'));
    if (ports.some((listening) => listening.port === port && listening.onLoopback)) {
      reached = true;
      upSince ??= now;
      refusingSince = now;
      if (fruitlessRuns > 0 && now - upSince > stableMs) {
        fruitlessRuns = 0;
        rmSync(file, { force: true });
      }
      return;
    }
    upSince = null;
    if (!shouldLeave({ reached, refusingMs: now - refusingSince, fruitlessRuns })) return;
    writeFileSync(file, `${fruitlessRuns + 1}\n`);
    process.stderr.write('relay: nothing listens at the model any more; ending, to be started again in its new namespace\n');
    process.exit(1);
  }, 200);
}

/** Whatever name an earlier run left is replaced, with no moment in between at which there is none. */
function listen(server: Server, path: string): Promise<void> {
  const newPath = `${path}.new`;
  rmSync(newPath, { force: true });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(newPath, () => {
      renameSync(newPath, path);
      resolve();
    });
  });
}

async function serveDirectory(directory: string, target: Target): Promise<void> {
  // Sockets get 0666: who may come near them is for the directory to say, and the emulator may be another user.
  process.umask(0o111);
  const model = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
    // Closed unread: a client that has already written sees ECONNRESET.
    carry(client, target, { accepted: () => {}, refused: () => client.destroy() });
  });
  const relay = createHttpServer((request, response) => {
    const { status, body } = answer(request.method, request.url);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  relay.on('connect', (_request, client, head) => {
    carry(client, target, {
      accepted: () => {
        client.write(`HTTP/1.1 200 OK\r\nrelay-run: ${run}\r\n\r\n`);
        if (head.length > 0) client.unshift(head);
      },
      refused: () => client.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n', () => client.destroy()),
    });
  });
  await listen(model, join(directory, 'model.sock'));
  await listen(relay, join(directory, 'relay.sock'));
}

function serveStandardStreams(target: Target): void {
  // Not process.stdout: its writes to a pipe block.
  const input = new Socket({ fd: 0, readable: true, writable: false });
  const output = new Socket({ fd: 1, readable: false, writable: true });
  const server = createHttp2Server({ settings: { initialWindowSize: streamWindowBytes }, maxSessionMemory: 1_024 });
  server.on('session', (session) => {
    session.setLocalWindowSize(sessionWindowBytes);
    session.once('close', () => process.exit(0));
    session.on('error', (error: NodeJS.ErrnoException) => {
      // The emulator has gone, as it does.
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') process.stderr.write(`relay: ${error.message}\n`);
    });
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {}); // 'close' follows
    if (headers[':method'] === 'CONNECT') {
      carry(stream, target, {
        accepted: () => stream.respond({ ':status': 200, 'relay-run': run }),
        refused: () => {
          if (!stream.closed && !stream.destroyed) stream.respond({ ':status': 503 }, { endStream: true });
        },
      });
    } else {
      const { status, body } = answer(headers[':method'], headers[':path']);
      stream.respond({ ':status': status, 'content-type': 'application/json' });
      stream.end(body);
    }
  });
  const transport = joinWithoutWaiting(input, output);
  transport.once('end', () => process.exit(0)).once('close', () => process.exit(0));
  server.emit('connection', transport);
}

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

function answer(method: string | undefined, path: string | undefined): { status: number; body: string } {
  if (method !== 'GET' || path !== '/namespace') return { status: 404, body: '{}' };
  try {
    return { status: 200, body: reportNamespace() };
  } catch (error) {
    return { status: 500, body: JSON.stringify({ error: String(error) }) };
  }
}

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
    if (leaves) leaveWhenStale(place, target);
    process.stdout.write(`relay ready in ${place}\n`);
  } catch (error) {
    process.stderr.write(`relay: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}

// As a file of its own; relay-command.ts appends a call instead.
if (import.meta.filename === process.argv[1]) await runRelay(process.argv.slice(2));
