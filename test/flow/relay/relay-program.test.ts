import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createModelChannel } from '../../../emulator/model/model-channel.ts';
import { connectSocketRelay, connectStreamRelay } from '../../../emulator/model/relay/connect-relay.ts';
import { findWayOut } from '../../../emulator/model/relay/relay.ts';
import { relayCommand } from '../../../emulator/model/relay/relay-command.ts';
import { required } from '../../required.ts';
import { until } from '../model/model-fixture.ts';
import {
  countConnections,
  kill,
  post,
  serveModel,
  spawnDirectoryRelay,
  spawnRelay,
  stopServing,
  temporaryDirectory,
} from './relay-fixture.ts';

const programs: ChildProcess[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) await kill(program);
});

async function startRelay(directory: string, port: number, ...options: string[]): Promise<ChildProcess> {
  const program = await spawnDirectoryRelay(directory, port, ...options);
  programs.push(program);
  return program;
}

/** Answers what it was sent in upper case, once the other side has ended. */
async function serveAfterEnd(): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer({ allowHalfOpen: true }, async (socket) => {
    socket.end((await text(socket)).toUpperCase());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { port, [Symbol.asyncDispose]: async () => void server.close() };
}

describe('the relay in a directory', () => {
  it('carries any protocol over model.sock, and keeps a half-closed connection', async () => {
    using directory = temporaryDirectory();
    await using model = await serveAfterEnd();
    await startRelay(directory.path, model.port);
    const socket = connect({ path: join(directory.path, 'model.sock'), allowHalfOpen: true });
    socket.end('not http');
    expect(await text(socket)).toBe('NOT HTTP');
  });

  it('is the same where the program runs as a file', async () => {
    using directory = temporaryDirectory();
    await using model = await serveModel();
    const file = fileURLToPath(new URL('../../../emulator/model/relay/relay-program.ts', import.meta.url));
    const program = spawn(process.execPath, [file, '--leave-stale', directory.path, `127.0.0.1:${model.port}`]);
    programs.push(program);
    expect(String((await once(program.stdout, 'data'))[0])).toBe(`relay ready in ${directory.path}\n`);
    const relay = connectSocketRelay({ directory: directory.path });
    expect((await relay.channel.send(post())).status).toBe(200);
    await relay.close();
  });

  it('replaces the sockets of an earlier run, and lets every user connect', async () => {
    using directory = temporaryDirectory();
    await using model = await serveModel();
    await kill(await startRelay(directory.path, model.port));
    writeFileSync(join(directory.path, 'relay.sock.new'), '');
    await startRelay(directory.path, model.port);
    for (const name of ['model.sock', 'relay.sock']) expect(lstatSync(join(directory.path, name)).mode & 0o777).toBe(0o666);
    const relay = connectSocketRelay({ directory: directory.path });
    expect((await relay.channel.send(post())).status).toBe(200);
    await relay.close();
  });

  it('closes model.sock unread where nothing listens at the model', async () => {
    using directory = temporaryDirectory();
    const model = await serveModel();
    await stopServing(model.server);
    await startRelay(directory.path, model.port);
    const socket = connect(join(directory.path, 'model.sock'));
    socket.write('anybody?');
    await expect(text(socket)).rejects.toMatchObject({ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) });
  });

  it('refuses the 513th connection, and takes it when another has ended', async () => {
    using directory = temporaryDirectory();
    await using model = await serveModel();
    await startRelay(directory.path, model.port);
    const held: Socket[] = [];
    for (let index = 0; index < 512; index += 1) {
      const socket = connect(join(directory.path, 'model.sock')).on('error', () => {});
      await once(socket, 'connect');
      held.push(socket);
    }
    await until(async () => (await countConnections(model)) === 512);
    const relay = connectSocketRelay({ directory: directory.path });
    await expect(relay.channel.send(post())).rejects.toMatchObject({ reason: 'notReady' });
    held[0]?.destroy();
    await until(() =>
      relay.channel.send(post()).then(
        () => true,
        () => false,
      ),
    );
    for (const socket of held) socket.destroy();
    await relay.close();
  });

  it.each(['model', 'relay'])('is not spoken to where %s.sock is a link to another socket', async (name) => {
    using directory = temporaryDirectory();
    const path = join(directory.path, `${name}.sock`);
    let connections = 0;
    const other = createServer(() => {
      connections += 1;
    });
    other.listen(join(directory.path, 'other.sock'));
    await once(other, 'listening');
    symlinkSync(join(directory.path, 'other.sock'), path);
    const channel =
      name === 'model'
        ? createModelChannel({ origin: 'http://model:8080', socketPath: path })
        : connectSocketRelay({ directory: directory.path }).channel;
    const sent = channel.send(post({ timeoutMs: 1_000 }));
    await expect(sent).rejects.toMatchObject({ reason: 'notReady', message: `${path} is no socket.` });
    expect(connections).toBe(0);
    await channel.destroy();
    other.close();
  });

  it('ends with one line and 2 where it cannot be', () => {
    using directory = temporaryDirectory();
    for (const args of [[], [join(directory.path, 'nowhere')], ['-', 'nonsense'], ['-', '--leave-stale'], ['a', 'b:1', 'c']]) {
      const [, ...command] = relayCommand(args[0] ?? '', ...args.slice(1));
      const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
      expect(stderr).toMatch(/^relay: .*\n$/);
      expect(status).toBe(2);
    }
  });

  const hasUnshare = process.platform === 'linux' && spawnSync('unshare', ['--user', '--map-root-user', '--net', 'true']).status === 0;
  it.skipIf(!required('namespaces', hasUnshare, 'no network namespace can be made here'))(
    'reports that no way leads out of an empty network namespace, and that one leads out of this one',
    async () => {
      using directory = temporaryDirectory();
      const sealed = spawn('unshare', ['--user', '--map-root-user', '--net', process.execPath, ...relayCommand(directory.path).slice(1)]);
      programs.push(sealed);
      await once(sealed.stdout, 'data');
      const relay = connectSocketRelay({ directory: directory.path });
      const namespace = await relay.networkNamespace(2_000);
      expect(findWayOut(namespace)).toBeNull();
      expect(namespace).toMatchObject({ routesOut: 0, listening: [] });
      await relay.close();
      using openDirectory = temporaryDirectory();
      await startRelay(openDirectory.path, 1);
      const open = connectSocketRelay({ directory: openDirectory.path });
      const others = execFileSync('cat', ['/proc/net/dev'], { encoding: 'utf8' }).split('\n').length - 4;
      if (others > 0) expect(findWayOut(await open.networkNamespace(2_000))).not.toBeNull();
      await open.close();
    },
  );
});

// Docker mounts the two files of the model's container into the relay's; here a directory of the test stands for them.
const canMount = process.platform === 'linux' && spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0;
describe.skipIf(!required('namespaces', canMount, 'no mount namespace can be made here (unshare)'))(
  'a relay that leaves a stale namespace',
  () => {
    async function startWithFiles(directory: string, port: number): Promise<ChildProcess> {
      for (const name of ['hosts', 'hostname']) writeFileSync(join(directory, name), '');
      const mounted = 'for name in hosts hostname; do mount --bind "$1/$name" "/etc/$name" || exit 9; done; shift; exec "$@"';
      const inside = ['sh', '-c', mounted, 'sh', directory, process.execPath];
      const relay = relayCommand(directory, `127.0.0.1:${port}`, '--leave-stale').slice(1);
      const program = spawn('unshare', ['--user', '--map-root-user', '--mount', ...inside, ...relay]);
      programs.push(program);
      await once(program.stdout, 'data');
      return program;
    }

    it('ends with 1 when the model was there, has gone, and was started again elsewhere; not before', async () => {
      using directory = temporaryDirectory();
      const model = await serveModel();
      const program = await startWithFiles(directory.path, model.port);
      const lines = text(program.stderr ?? new PassThrough());
      const relay = connectSocketRelay({ directory: directory.path });
      await until(async () => (await relay.channel.send(post())).status === 200);
      await new Promise((resolve) => setTimeout(resolve, 2_600)); // a run long enough to be followed at once
      await stopServing(model.server);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(program.exitCode).toBeNull();
      expect(await relay.networkNamespace(1_000)).toMatchObject({ modelRestarts: 0 });
      writeFileSync(join(directory.path, 'hosts'), '127.0.0.1 localhost\n');
      await until(async () => (await relay.networkNamespace(1_000)).modelRestarts === 1);
      expect(await once(program, 'exit')).toEqual([1, null]);
      expect(await lines).toBe('relay: the model was started again, in a new network namespace; ending, to be started again there\n');
      await relay.close();
    });

    it('stays in a crash loop, and tells how often the model was started', async () => {
      using directory = temporaryDirectory();
      const program = await startWithFiles(directory.path, 1);
      const relay = connectSocketRelay({ directory: directory.path });
      for (let start = 1; start <= 4; start += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** start));
        writeFileSync(join(directory.path, 'hostname'), `${start}\n`);
        await until(async () => (await relay.networkNamespace(1_000)).modelRestarts === start);
      }
      expect(program.exitCode).toBeNull();
      expect(await once(program, 'exit')).toEqual([1, null]);
      await relay.close();
    });
  },
);

describe('the relay on standard input and output', () => {
  it('keeps a half-closed connection', async () => {
    await using model = await serveAfterEnd();
    const program = spawnRelay('-', model.port);
    programs.push(program);
    const session = connectHttp2('http://relay', {
      createConnection: () => Duplex.from({ readable: program.stdout, writable: program.stdin }),
    });
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'model' });
    stream.end('not http');
    expect(await text(stream)).toBe('NOT HTTP');
    session.on('error', () => {});
    program.kill();
  });

  it('ends when its input does', async () => {
    const program = spawnRelay('-', 1);
    programs.push(program);
    const exited = once(program, 'exit');
    program.stdin?.end();
    expect(await exited).toEqual([0, null]);
  });

  it('is a lost connection where the stream breaks under an answer that has no length', async () => {
    await using model = await serveModel((request) => {
      request.socket.write('HTTP/1.1 200 OK\r\n\r\nhalf');
    });
    const program = spawnRelay('-', model.port);
    programs.push(program);
    const { relay, sent } = send(program);
    await until(() => model.received.length === 1);
    await kill(program);
    await expect(sent).rejects.toMatchObject({ reason: 'connectionLost' });
    await relay.close();
  });

  it('was sent nothing where what is on the other end is no relay', async () => {
    const stream = Duplex.from({
      readable: new PassThrough().end('exec: "node": executable file not found\n'),
      writable: new PassThrough(),
    });
    const relay = connectStreamRelay({ stream });
    await expect(relay.channel.send(post())).rejects.toMatchObject({ reason: 'notReady' });
    await relay.close();
  });
});

function send(program: ChildProcess) {
  const stream = Duplex.from({ readable: program.stdout, writable: program.stdin });
  const relay = connectStreamRelay({ stream });
  const sent = relay.channel.send(post());
  sent.catch(() => {});
  return { relay, sent };
}
