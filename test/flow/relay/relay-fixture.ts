// A model on a port of this machine and the relay in front of it, as the programs they are, over both ways in.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ModelRequest } from '../../../emulator/model/model.ts';
import { connectSocketRelay, connectStreamRelay } from '../../../emulator/model/relay/connect-relay.ts';
import type { Relay } from '../../../emulator/model/relay/relay.ts';
import { relayCommand } from '../../../emulator/model/relay/relay-command.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

export interface TestModel extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  /** Requests whose body arrived whole, by the header x-id. */
  readonly received: string[];
}

/** Answers with the body it was sent, unless told otherwise. */
export async function serveModel(handler: Handler = (_, response, body) => response.end(body), port = 0): Promise<TestModel> {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    try {
      const body = await buffer(request);
      received.push(String(request.headers['x-id']));
      handler(request, response, body);
    } catch (error) {
      if (!(error instanceof Error)) throw error; // the client went away
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    server,
    received,
    [Symbol.asyncDispose]: () => stopServing(server),
  };
}

/** Like the end of a process: no connection is left, nothing listens. */
export async function stopServing(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

export function temporaryDirectory(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'relay-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** With this Node, as a container would with its own. */
export function spawnRelay(listen: string, port: number, ...options: string[]): ChildProcess {
  return spawn(process.execPath, relayCommand(listen, `127.0.0.1:${port}`, ...options).slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Resolves when the relay has said that it is ready. */
export async function spawnDirectoryRelay(directory: string, port: number, ...options: string[]): Promise<ChildProcess> {
  const child = spawnRelay(directory, port, ...options);
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const [first] = await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
  if (!String(first).startsWith('relay ready')) throw new Error(`the relay ended: ${output}`);
  return child;
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

export interface RunningRelay extends AsyncDisposable {
  readonly relay: Relay;
  readonly program: ChildProcess;
}

export const waysIn = [
  {
    way: 'a Unix socket',
    async start(port: number): Promise<RunningRelay> {
      const directory = temporaryDirectory();
      const program = await spawnDirectoryRelay(directory.path, port);
      const relay = connectSocketRelay({ directory: directory.path });
      const dispose = async () => {
        await relay.close();
        await kill(program);
        directory[Symbol.dispose]();
      };
      return { relay, program, [Symbol.asyncDispose]: dispose };
    },
  },
  {
    way: 'a stream',
    async start(port: number): Promise<RunningRelay> {
      const program = spawnRelay('-', port);
      const stream = Duplex.from({ readable: program.stdout, writable: program.stdin });
      const relay = connectStreamRelay({ stream });
      const dispose = async () => {
        await relay.close();
        await kill(program);
      };
      return { relay, program, [Symbol.asyncDispose]: dispose };
    },
  },
] as const;

export function post(options: { body?: Buffer; id?: string; timeoutMs?: number; signal?: AbortSignal } = {}): ModelRequest {
  const { body = Buffer.from('small'), id = '', timeoutMs = 10_000, signal } = options;
  return { method: 'POST', path: '/invocations', headers: { 'x-id': id }, body, timeoutMs, ...(signal && { signal }) };
}

export function countConnections({ server }: TestModel): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
