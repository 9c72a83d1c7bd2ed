// A model that is there and takes no more: its queue of connections is full, or as many requests are under way as there may be.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { Model } from '../../../emulator/model/model.ts';
import { createModelChannel } from '../../../emulator/model/model-channel.ts';
import { exchangesMax } from '../../../emulator/model/relay/relay-limits.ts';
import { connectRelayModel } from '../../../emulator/model/relay-model.ts';
import { connectUrlModel } from '../../../emulator/model/url-model.ts';
import { kill, post, serveModel, spawnDirectoryRelay, temporaryDirectory } from '../relay/relay-fixture.ts';
import { silentLog, until } from './model-fixture.ts';

const programs: ChildProcess[] = [];
const waiting: Socket[] = [];
afterEach(async () => {
  for (const socket of waiting.splice(0)) socket.destroy();
  for (const program of programs.splice(0)) await kill(program);
});

/** So many at once are not just being made. */
const connectingMin = 8;

/** Answers until it is asked for /stop: then it accepts nothing any more, and lives. */
const program = `require('http').createServer((request, response) => {
  response.setHeader('connection', 'close').end();
  if (request.url === '/stop') response.once('close', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
}).listen({ host: '127.0.0.1', port: 0, backlog: 1 }, function () { console.log(this.address().port); });`;

async function startServer() {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  programs.push(child);
  const [said] = await once(child.stdout, 'data');
  const port = Number(said);
  return {
    port,
    /** Resolves when nobody else can connect: the kernel keeps one more than the backlog says. */
    async stop() {
      get({ host: '127.0.0.1', port, path: '/stop' }, (response) => response.resume()).on('error', () => {});
      await until(() => {
        const socket = connect({ host: '127.0.0.1', port }).on('error', () => {});
        waiting.push(socket);
        return waiting.filter(({ connecting }) => connecting).length > connectingMin;
      });
    },
  };
}

const ways: readonly { readonly way: string; connect(port: number): Promise<AsyncDisposable & { readonly model: Model }> }[] = [
  {
    way: 'at a URL',
    async connect(port) {
      const model = await connectUrlModel({ url: `http://127.0.0.1:${port}`, log: silentLog });
      return { model, [Symbol.asyncDispose]: () => model.close() };
    },
  },
  {
    way: 'behind a relay',
    async connect(port) {
      const directory = temporaryDirectory();
      programs.push(await spawnDirectoryRelay(directory.path, port));
      const model = await connectRelayModel({ directory: directory.path, startupTimeoutMs: 5_000, log: silentLog });
      const dispose = async () => {
        await model.close();
        directory[Symbol.dispose]();
      };
      return { model, [Symbol.asyncDispose]: dispose };
    },
  },
];

describe.each(ways)('a model $way whose queue of connections is full', ({ connect: connectModel }) => {
  it('fails each request soon, and counts as in service', async () => {
    const server = await startServer();
    await using running = await connectModel(server.port);
    await server.stop();
    for (let index = 0; index < 2; index += 1) {
      const startedAt = performance.now();
      await expect(running.model.request(post({ timeoutMs: 20_000 }))).rejects.toMatchObject({ reason: 'notReady', isBusy: true });
      // 250 ms, and what the machine needs; a request that waits for another run of the model would take 5 s.
      expect(performance.now() - startedAt).toBeLessThan(2_500);
      expect(running.model.state).toBe('inService');
    }
  });
});

describe('as many requests to a model as there may be', () => {
  it('let the next ones wait, which is told once, and which nothing is sent of where its turn never comes', async () => {
    await using model = await serveModel(() => {});
    const lines: string[] = [];
    const log = pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(line) });
    const channel = createModelChannel({ origin: `http://127.0.0.1:${model.port}`, log });
    const first = Array.from({ length: exchangesMax }, () => channel.send(post({ timeoutMs: 10_000 })));
    for (const sent of first) sent.catch(() => {});
    for (let index = 0; index < 2; index += 1) {
      const late = channel.send(post({ timeoutMs: 100, id: 'late' }));
      await expect(late).rejects.toMatchObject({ reason: 'notReady', isBusy: true });
    }
    expect(model.received).not.toContain('late');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 40, exchangesMax: 256, msg: 'model: as many requests are under way as there may be; the next ones wait' },
    ]);
    await channel.destroy();
    await Promise.allSettled(first);
  });
});
