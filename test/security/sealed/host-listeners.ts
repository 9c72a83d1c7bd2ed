// What a model must not reach: listeners of this machine, each kind once, that answer whoever gets to them.
import { createSocket } from 'node:dgram';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Attempt } from './escape-program.ts';

export interface HostListeners extends AsyncDisposable {
  /** Ways out that lead somewhere where nothing is sealed. */
  readonly attempts: readonly Attempt[];
  /** False where the address has gone meanwhile: the bridges of containers come and go with them. */
  isThere(attempt: Attempt): boolean;
}

/** `socketDirectories`: places in the file system for a Unix socket each; one that is not ours to write is left out. */
export async function listenOnHost(socketDirectories: readonly string[]): Promise<HostListeners> {
  const opened = new AsyncDisposableStack();
  const attempts: Attempt[] = [];
  for (const host of ['127.0.0.1', ...externalAddresses()]) {
    const tcpPort = await listen(opened, { host, port: 0 });
    const udpPort = await answerDatagrams(opened, host);
    attempts.push(
      { kind: 'tcp', host, port: tcpPort },
      { kind: 'udp', host, port: udpPort },
      { kind: 'dns', server: `${host}:${udpPort}`, name: 'airlock.test' },
    );
  }
  const name = `airlock-seal-test-${process.pid}.sock`;
  for (const path of [...socketDirectories.map((directory) => join(directory, name)), `\0${name}`]) {
    try {
      await listen(opened, { path });
      opened.defer(() => {
        if (!path.startsWith('\0')) rmSync(path, { force: true });
      });
      attempts.push({ kind: 'unix', path });
    } catch (error) {
      if (!['EACCES', 'ENOENT', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      process.stderr.write(`not tried: a socket at ${path} (${(error as Error).message})\n`);
    }
  }
  return { attempts, isThere, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function isThere(attempt: Attempt): boolean {
  const host = attempt.kind === 'dns' ? attempt.server.replace(/:\d+$/, '') : 'host' in attempt ? attempt.host : '127.0.0.1';
  return host === '127.0.0.1' || externalAddresses().includes(host);
}

function externalAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).filter((one) => one.family === 'IPv4' && !one.internal).map((one) => one.address),
  );
}

async function listen(opened: AsyncDisposableStack, options: { host: string; port: number } | { path: string }): Promise<number> {
  const server: Server = createServer((socket) => socket.end());
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options, resolve));
  opened.defer(() => new Promise((resolve) => server.close(() => resolve())));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/**
 * Answers a DNS query with 192.0.2.1, and any other datagram with itself. Bound to one address: Docker rewrites the source of what goes from a
 * bridge's address to itself, and a socket bound to all would answer that from another address than the one asked, which a resolver ignores.
 */
async function answerDatagrams(opened: AsyncDisposableStack, host: string): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const answer = query.length > 12 ? dnsAnswer(query) : query;
    socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  opened.defer(() => new Promise((resolve) => socket.close(() => resolve())));
  return socket.address().port;
}

/** RFC 1035: the query with the response flags, one answer, and an A record that points back at the question's name. */
function dnsAnswer(query: Buffer): Buffer {
  const questionEnd = query.indexOf(0, 12) + 5;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 6);
  header.writeUInt32BE(0, 8);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 192, 0, 2, 1]);
  return Buffer.concat([header, query.subarray(12, questionEnd), record]);
}
