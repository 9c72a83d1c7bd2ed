// The directory of the model's socket is the model's to write. Whatever it puts there, Airlock is not led to a socket elsewhere on this machine.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelFailure } from '../../../emulator/model/model.ts';
import { createModelChannel } from '../../../emulator/model/model-channel.ts';
import { connectSocket } from '../../../emulator/model/relay/connect-socket.ts';
import { temporaryDirectory } from '../../flow/relay/relay-fixture.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let path: string;
let victimPath: string;
let victim: Server;
let victimConnections: number;

async function serve(at: string): Promise<Server> {
  const server = createServer((_request, response) => response.end('ok'));
  server.listen(at);
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Resolves with `connected`, or with what was thrown or emitted. */
async function tryToConnect(): Promise<'connected' | Error> {
  try {
    const socket = connectSocket(path);
    return await new Promise((resolve) => {
      socket.once('connect', () => {
        socket.destroy();
        resolve('connected');
      });
      socket.once('error', resolve);
    });
  } catch (error) {
    return error as Error;
  }
}

beforeEach(async () => {
  directory = temporaryDirectory();
  mkdirSync(join(directory.path, 'model'));
  path = join(directory.path, 'model/model.sock');
  victimPath = join(directory.path, 'victim.sock');
  victimConnections = 0;
  victim = await serve(victimPath);
  victim.on('connection', () => {
    victimConnections += 1;
  });
});

afterEach(async () => {
  await close(victim);
  directory[Symbol.dispose]();
});

describe.skipIf(process.platform === 'win32')('a connection to the socket of the model', () => {
  it.each([
    ['a symbolic link to a socket', () => symlinkSync(victimPath, path), 'is no socket'],
    ['a symbolic link that leads nowhere', () => symlinkSync('/nowhere', path), 'is no socket'],
    ['a symbolic link to itself', () => symlinkSync(path, path), 'is no socket'],
    ['a second name of a socket', () => linkSync(victimPath, path), 'is a second name'],
    ['a directory', () => mkdirSync(path), 'is no socket'],
    ['a file', () => writeFileSync(path, ''), 'is no socket'],
    ['a pipe, on which open() would wait', () => expect(spawnSync('mkfifo', [path]).status).toBe(0), 'is no socket'],
  ])('is not made where there is %s', async (_, make, message) => {
    make();
    const outcome = await tryToConnect();
    expect(outcome).toBeInstanceOf(ModelFailure);
    expect(outcome).toMatchObject({ reason: 'notReady', message: expect.stringContaining(message) });
    expect(victimConnections).toBe(0);
  });

  it('fails as the system says where there is nothing', async () => {
    expect(await tryToConnect()).toMatchObject({ code: 'ENOENT' });
  });

  it('is looked at anew each time, also in a channel that was let in before', async () => {
    const model = await serve(path);
    const channel = createModelChannel({ origin: 'http://model', socketPath: path });
    const ping = { method: 'GET', path: '/ping', headers: {}, timeoutMs: 5_000 } as const;
    expect((await channel.send(ping)).status).toBe(200);
    await close(model);
    symlinkSync(victimPath, path);
    // Of the kept connection the end may not have been read yet.
    const reasons: unknown[] = [];
    for (let index = 0; index < 3; index += 1) reasons.push(await channel.send(ping).catch((error: ModelFailure) => error.reason));
    expect(reasons.at(-1)).toBe('notReady');
    expect(victimConnections).toBe(0);
    await channel.destroy();
  });

  it('never leads elsewhere while the name goes back and forth between a socket and a link', async () => {
    const model = await serve(path);
    let modelConnections = 0;
    model.on('connection', () => {
      modelConnections += 1;
    });
    const link = join(directory.path, 'model/link');
    const hidden = join(directory.path, 'model/hidden');
    const program = `
      const { renameSync, symlinkSync } = require('node:fs');
      process.stdout.write('swapping');
      for (;;) {
        symlinkSync(${JSON.stringify(victimPath)}, ${JSON.stringify(link)});
        renameSync(${JSON.stringify(path)}, ${JSON.stringify(hidden)});
        renameSync(${JSON.stringify(link)}, ${JSON.stringify(path)});
        renameSync(${JSON.stringify(hidden)}, ${JSON.stringify(path)});
      }`;
    const swapper = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(swapper.stdout, 'data');
    const outcomes = new Set<string>();
    for (let index = 0; index < 2_000; index += 1) {
      const outcome = await tryToConnect();
      outcomes.add(outcome === 'connected' ? outcome : outcome instanceof ModelFailure ? 'refused' : 'missing');
    }
    const exited = once(swapper, 'exit');
    swapper.kill('SIGKILL');
    await exited;
    expect([...outcomes]).toEqual(expect.arrayContaining(['connected', 'refused']));
    expect(modelConnections).toBeGreaterThan(0);
    expect(victimConnections).toBe(0);
    await close(model);
  });
});
