// A program for the model's place that tries to get out, and the ways that it is told to try.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../../../emulator/model/model.ts';

export type Attempt =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'udp'; readonly host: string; readonly port: number }
  /** getaddrinfo, as most programs do it. */
  | { readonly kind: 'lookup'; readonly name: string }
  /** A DNS query over UDP to a given server. */
  | { readonly kind: 'dns'; readonly server: string; readonly name: string }
  /** A path, or a name with a leading zero byte: an abstract socket. */
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'readable'; readonly path: string }
  /** Asks only, so that nothing is broken where it could. */
  | { readonly kind: 'writable'; readonly path: string }
  | { readonly kind: 'signal'; readonly pid: number }
  /** renice */
  | { readonly kind: 'priority'; readonly pid: number }
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] };

/** `reached`, or why not. */
export type AttemptResult = 'reached' | string;

const source = `
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup, Resolver } from 'node:dns';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { getPriority, setPriority } from 'node:os';

const waitMs = 1000;
const settle = (start) => new Promise((resolve) => {
  const timer = setTimeout(() => resolve('no answer'), waitMs);
  start((result) => { clearTimeout(timer); resolve(result instanceof Error ? result.code ?? result.message : result); });
});
const overStream = (options) => settle((done) => {
  const socket = connect(options);
  socket.on('error', done).on('connect', () => { socket.destroy(); done('reached'); });
});
const ways = {
  tcp: ({ host, port }) => overStream({ host, port }),
  unix: ({ path }) => overStream({ path }),
  udp: ({ host, port }) => settle((done) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.on('error', done).on('message', () => { socket.close(); done('reached'); });
    socket.send('x', port, host, (error) => error && done(error));
  }),
  lookup: ({ name }) => settle((done) => lookup(name, (error) => done(error ?? 'reached'))),
  dns: ({ server, name }) => settle((done) => {
    const resolver = new Resolver({ timeout: waitMs, tries: 1 });
    resolver.setServers([server]);
    resolver.resolve4(name, (error) => done(error ?? 'reached'));
  }),
  readable: async ({ path }) => { try { accessSync(path); return 'reached'; } catch (error) { return error.code; } },
  writable: async ({ path }) => { try { accessSync(path, constants.W_OK); return 'reached'; } catch (error) { return error.code; } },
  signal: async ({ pid }) => { try { process.kill(pid, 0); return 'reached'; } catch (error) { return error.code; } },
  priority: async ({ pid }) => { try { setPriority(pid, getPriority(pid)); return 'reached'; } catch (error) { return error.code; } },
  command: async ({ command, args }) => {
    const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    return status === 0 ? 'reached' : error?.code ?? stderr.trim();
  },
};
createServer(async (request, response) => {
  if (request.url === '/ping') return response.end();
  let body = '';
  for await (const chunk of request) body += chunk;
  const results = [];
  for (const attempt of JSON.parse(body)) results.push(await ways[attempt.kind](attempt));
  response.end(JSON.stringify(results));
}).listen(process.env.MODEL_STUB_LISTEN.slice('unix:'.length));
`;

/** Writes the program into a directory and returns its path. */
export function writeEscapeProgram(directory: string): string {
  const path = join(directory, 'escape.mjs');
  writeFileSync(path, source);
  return path;
}

export async function attempt(model: Pick<Model, 'request'>, attempts: readonly Attempt[]): Promise<AttemptResult[]> {
  const body = Buffer.from(JSON.stringify(attempts));
  const answer = await model.request({ method: 'POST', path: '/invocations', headers: {}, body, timeoutMs: 20_000 });
  return JSON.parse(answer.body.toString());
}
