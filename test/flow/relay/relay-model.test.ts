import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { relayCommand } from '../../../emulator/model/relay/relay-command.ts';
import { connectRelayModel } from '../../../emulator/model/relay-model.ts';
import { required } from '../../required.ts';
import { closing, silentLog, until } from '../model/model-fixture.ts';
import { kill, post, serveModel, spawnDirectoryRelay, stopServing, temporaryDirectory } from './relay-fixture.ts';

const programs: ChildProcess[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) await kill(program);
});

async function startRelay(directory: string, port: number): Promise<ChildProcess> {
  const program = await spawnDirectoryRelay(directory, port);
  programs.push(program);
  return program;
}

const connect = (directory: string, startupTimeoutMs = 5_000) => connectRelayModel({ directory, startupTimeoutMs, log: silentLog });

describe('a model behind the relay in a directory', () => {
  it('answers, and does not count as sealed in a network namespace with a way out', async () => {
    using directory = temporaryDirectory();
    await using model = await serveModel();
    await startRelay(directory.path, model.port);
    await using running = closing(await connect(directory.path));
    expect((await running.model.request(post())).status).toBe(200);
    expect(running.model).toMatchObject({ sealed: false, state: 'inService' });
    expect(running.model.description).toContain('NOT sealed: its network namespace has');
  });

  it('waits for a relay that comes a little later', async () => {
    using directory = temporaryDirectory();
    await using model = await serveModel();
    const connected = connect(directory.path);
    await startRelay(directory.path, model.port);
    await using running = closing(await connected);
    expect(running.model.state).toBe('inService');
  });

  it('is not available without the directory, or without a relay in it', async () => {
    using directory = temporaryDirectory();
    await expect(connect(join(directory.path, 'nowhere'))).rejects.toMatchObject({ code: 'NOT_AVAILABLE', message: /ENOENT/ });
    mkdirSync(join(directory.path, 'empty'));
    const empty = connect(join(directory.path, 'empty'), 200);
    await expect(empty).rejects.toMatchObject({ code: 'NOT_AVAILABLE', message: /There is no relay in .*: it has no relay\.sock/ });
  });

  it('is not available where the relay has ended, which is said with the path of the socket and what to do', async () => {
    using directory = temporaryDirectory();
    await using model = await serveModel();
    await kill(await startRelay(directory.path, model.port));
    const failure = connect(directory.path, 200);
    await expect(failure).rejects.toMatchObject({
      code: 'NOT_AVAILABLE',
      message: `No relay answers in ${directory.path}: the relay has ended (connect ECONNREFUSED ${join(directory.path, 'relay.sock')})`,
      hint: expect.stringContaining('docker compose up -d'),
    });
  });

  it('is told of while it is slow to start, with what the relay sees, until it serves', async () => {
    using directory = temporaryDirectory();
    let status = 503;
    await using model = await serveModel((_, response) => response.writeHead(status).end());
    await startRelay(directory.path, model.port);
    const lines: { msg: string; why?: string }[] = [];
    const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
    const waiting = () => lines.filter(({ msg }) => msg === 'waiting for the model');
    const connected = connectRelayModel({ directory: directory.path, slowStartEveryMs: 200, startupTimeoutMs: 10_000, log });
    await until(() => waiting().length >= 2);
    status = 200;
    await using running = closing(await connected);
    expect(running.model.state).toBe('inService');
    const told = waiting();
    expect(told.at(-1)).toMatchObject({
      seconds: expect.any(Number),
      why: '/ping answers 503',
      whatToDo: expect.stringContaining('logs model'),
    });
    await new Promise((resolve) => setTimeout(resolve, 300)); // time for another line, if there were one to come
    expect(waiting()).toEqual(told);
  });

  it('is not ready where /ping gives no 200', async () => {
    using directory = temporaryDirectory();
    await using model = await serveModel((_, response) => response.writeHead(503).end());
    await startRelay(directory.path, model.port);
    await expect(connect(directory.path, 300)).rejects.toMatchObject({
      code: 'MODEL_NOT_READY',
      message: /gave no 200 on \/ping within 0\.3 s: /,
    });
  });

  it('holds a request while the model is started again, and sends it once', async () => {
    using directory = temporaryDirectory();
    await using model = await serveModel();
    await startRelay(directory.path, model.port);
    await using running = closing(await connect(directory.path));
    await stopServing(model.server);
    await until(() => running.model.state === 'starting');
    const held = running.model.request(post({ id: 'held' }));
    await using again = await serveModel(undefined, model.port);
    expect((await held).status).toBe(200);
    expect(again.received.filter((id) => id === 'held')).toHaveLength(1);
    expect(running.model.state).toBe('inService');
  });

  it('goes on when the relay was started again', async () => {
    using directory = temporaryDirectory();
    await using model = await serveModel();
    const first = await startRelay(directory.path, model.port);
    await using running = closing(await connect(directory.path));
    await running.model.request(post());
    await kill(first);
    await startRelay(directory.path, model.port);
    await until(() =>
      running.model.request(post()).then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  });

  it('tells those who ask while the model is down for long', async () => {
    using directory = temporaryDirectory();
    const model = await serveModel();
    await startRelay(directory.path, model.port);
    await using running = closing(await connect(directory.path));
    await stopServing(model.server);
    await until(() => running.model.state === 'starting');
    await expect(running.model.request(post({ timeoutMs: 100 }))).rejects.toMatchObject({ reason: 'notReady' });
  });

  it('is stopped once closed', async () => {
    using directory = temporaryDirectory();
    await using model = await serveModel();
    await startRelay(directory.path, model.port);
    const running = await connect(directory.path);
    await Promise.all([running.close(), running.close()]);
    expect(running.state).toBe('stopped');
    await expect(running.request(post())).rejects.toMatchObject({ reason: 'notReady' });
  });

  const canSeal =
    process.platform === 'linux' &&
    spawnSync('unshare', ['--user', '--map-root-user', '--net', 'ip', 'link', 'set', 'lo', 'up']).status === 0;
  it.skipIf(!required('namespaces', canSeal, 'no network namespace with lo can be made here (unshare, ip)'))(
    'counts as sealed in a namespace without a way out, and is never sent anything in one that has, after that',
    async () => {
      using directory = temporaryDirectory();
      const serve = "require('http').createServer((_, response) => response.end()).listen(8080)";
      const both = 'ip link set lo up; "$0" -e "$1" & shift; exec "$0" "$@"';
      const inside = ['sh', '-c', both, process.execPath, serve, ...relayCommand(directory.path).slice(1)];
      const sealed = spawn('unshare', ['--user', '--map-root-user', '--net', ...inside], { detached: true });
      const end = () => process.kill(-(sealed.pid ?? 0), 'SIGKILL');
      onTestFinished(() => void (sealed.signalCode ?? end()));
      await once(sealed.stdout, 'data');
      await using running = closing(await connect(directory.path));
      expect(running.model.description).toContain('sealed: no network interface but lo');
      expect(running.model.sealed).toBe(true);
      expect((await running.model.request(post())).status).toBe(200);
      end();
      await once(sealed, 'exit');
      await using open = await serveModel();
      await startRelay(directory.path, open.port);
      await expect(running.model.request(post({ id: 'secret', timeoutMs: 3_000 }))).rejects.toMatchObject({ name: 'ModelFailure' });
      await expect(running.model.request(post({ id: 'secret', timeoutMs: 1_000 }))).rejects.toMatchObject({ reason: 'notReady' });
      expect(open.received).not.toContain('secret');
    },
  );
});
