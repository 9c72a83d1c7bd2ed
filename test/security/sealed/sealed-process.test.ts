// The promise of the whole project: what runs inside reaches nothing. Each attempt is first shown to succeed without the seal.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../../emulator/log.ts';
import { createModelChannel } from '../../../emulator/model/model-channel.ts';
import { type LaunchWay, launchModel } from '../../../emulator/model/model-process.ts';
import { startProcessModel } from '../../../emulator/model/process-model.ts';
import { waitForPing } from '../../../emulator/model/readiness.ts';
import { findLeak, hasVsock } from '../../../emulator/model/seal-check.ts';
import { createSocketDirectory } from '../../../emulator/model/socket-directory.ts';
import { required } from '../../required.ts';
import { type Attempt, attempt, writeEscapeProgram } from './escape-program.ts';
import { type HostListeners, listenOnHost } from './host-listeners.ts';
import { makeVictims } from './host-victims.ts';

const log = createLog('silent');
const directory = mkdtempSync(join(tmpdir(), 'sealed-'));
const entryPoint = writeEscapeProgram(directory);

/** The program, started one way and no other. */
async function launch(way: LaunchWay) {
  const socketDirectory = createSocketDirectory();
  const { socketPath } = socketDirectory;
  const launched = launchModel({
    way,
    entryPoint,
    modelDirectory: directory,
    environment: {},
    directory: socketDirectory,
    socketPath,
    log,
  });
  const channel = createModelChannel({ origin: 'http://model', socketPath });
  const ended = new AbortController();
  void launched.exited.then(() => ended.abort());
  const ready = await waitForPing(channel, { timeoutMs: 20_000, signal: ended.signal });
  return {
    ready,
    pid: launched.pid() ?? 0,
    leak: () => findLeak(launched.pid() ?? 0, launched.innerSocketPath),
    refusal: () => launched.lastErrorLine() ?? 'no reason given',
    request: channel.send,
    async [Symbol.asyncDispose]() {
      await channel.destroy();
      await launched.stop(500);
      socketDirectory.remove();
    },
  };
}

/** The ways to seal that this machine allows, and why not for the others. */
async function waysToSeal(): Promise<{ readonly ways: readonly LaunchWay[]; readonly refusals: readonly string[] }> {
  if (process.platform !== 'linux') return { ways: [], refusals: [`this is ${process.platform}, not Linux`] };
  const ways: LaunchWay[] = [];
  const refusals: string[] = [];
  for (const way of process.getuid?.() === 0 ? (['root', 'user'] as const) : (['user'] as const)) {
    await using launched = await launch(way);
    if (launched.ready) ways.push(way);
    else refusals.push(`as ${way}: ${launched.refusal()}`);
  }
  return { ways, refusals };
}

/** Nothing of this machine's own listens there, but a cloud's metadata service or a resolver might. */
const elsewhere: readonly Attempt[] = [
  { kind: 'tcp', host: '169.254.169.254', port: 80 },
  { kind: 'tcp', host: 'fd00:ec2::254', port: 80 },
  { kind: 'udp', host: '192.0.2.1', port: 53 },
  { kind: 'lookup', name: 'example.com' },
  { kind: 'dns', server: '192.0.2.53', name: 'example.com' },
];

const hostFiles: readonly Attempt[] = ['/etc/passwd', '/proc/self/status', '/run', '/var', '/home', homedir(), process.cwd()].map(
  (path) => ({ kind: 'readable', path }),
);

/** Of this machine, seen from inside. */
const sharedFiles: readonly Attempt[] = [
  '/usr',
  '/usr/bin',
  '/bin',
  '/lib',
  '/usr/bin/env',
  '/opt/node',
  '/opt/program',
  '/opt/ml/model',
  '/',
].map((path) => ({ kind: 'writable', path }));

/** Ways back for a process with privileges. /usr/bin/true shows that commands run at all. */
const privileged: readonly Attempt[] = [
  { kind: 'command', command: '/usr/bin/unshare', args: ['--user', '--map-root-user', '/usr/bin/true'] },
  { kind: 'command', command: '/usr/bin/unshare', args: ['--net', '/usr/bin/true'] },
  { kind: 'command', command: '/usr/bin/mount', args: ['-t', 'proc', 'proc', '/tmp'] },
  { kind: 'command', command: '/usr/sbin/chroot', args: ['/tmp', '/usr/bin/true'] },
];

const { ways: sealedWays, refusals } = await waysToSeal();
required('seal', sealedWays.length > 0, `sealing is refused here (${refusals.join('; ')})`);

let listeners: HostListeners;
beforeAll(async () => {
  listeners = await listenOnHost(['/run', process.env.XDG_RUNTIME_DIR ?? '/run/lock', tmpdir(), directory]);
});
afterAll(async () => {
  await listeners[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** The socket beside the program goes along with it: the directory of the entry point is what a model brings. */
const outside = (all: readonly Attempt[]) => all.filter((one) => !(one.kind === 'unix' && one.path.startsWith(directory)));

describe.skipIf(process.platform === 'win32')('without a seal', () => {
  it('the same program reaches every listener of this machine, so the attempts can succeed', async () => {
    await using unsealed = await launch('unsealed');
    const results = await attempt(unsealed, listeners.attempts);
    const outcomes = listeners.attempts.map((one, index) => ({ ...one, result: results[index] })).filter(listeners.isThere);
    expect(outcomes.filter(({ result }) => result !== 'reached')).toEqual([]);
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['tcp', 'udp', 'dns', 'unix']));
    expect(await attempt(unsealed, [{ kind: 'readable', path: '/etc/passwd' }])).toEqual(['reached']);
    expect(await attempt(unsealed, [{ kind: 'writable', path: directory }])).toEqual(['reached']);
    using victims = makeVictims();
    expect(await attempt(unsealed, victims.attempts)).toEqual(victims.attempts.map(() => 'reached'));
    expect(unsealed.leak()).toBe('it shares our network namespace');
  });
});

describe.skipIf(sealedWays.length === 0).each(sealedWays)('sealed as %s', (way) => {
  it('reaches no listener of this machine: TCP, UDP, DNS, Unix sockets in the file system, abstract ones', async () => {
    await using sealed = await launch(way);
    const attempts = outside(listeners.attempts);
    expect(attempts.length).toBeGreaterThan(4);
    expect(await attempt(sealed, attempts)).not.toContain('reached');
  });

  it('reaches no metadata service and no resolver, and learns so at once', async () => {
    await using sealed = await launch(way);
    const startedAt = performance.now();
    expect(await attempt(sealed, elsewhere)).not.toContain('reached');
    expect((await attempt(sealed, elsewhere.slice(0, 1)))[0]).toBe('ENETUNREACH');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('sees no file of this machine but the system libraries', async () => {
    await using sealed = await launch(way);
    expect(await attempt(sealed, hostFiles)).toEqual(hostFiles.map(() => 'ENOENT'));
  });

  it('writes to no file of this machine', async () => {
    await using sealed = await launch(way);
    expect(await attempt(sealed, [{ kind: 'writable', path: '/tmp' }])).toEqual(['reached']);
    expect(await attempt(sealed, sharedFiles)).toEqual(sharedFiles.map(() => expect.stringMatching(/^(EROFS|EACCES)$/)));
  });

  it('reaches no process and no message queue of this machine', async () => {
    await using sealed = await launch(way);
    using victims = makeVictims();
    expect(await attempt(sealed, victims.attempts)).not.toContain('reached');
    expect(victims.areUnharmed()).toBe(true);
  });

  it('cannot get its privileges back', async () => {
    await using sealed = await launch(way);
    expect(await attempt(sealed, [{ kind: 'command', command: '/usr/bin/true', args: [] }])).toEqual(['reached']);
    expect(await attempt(sealed, privileged)).not.toContain('reached');
  });

  it('is found sealed by what the kernel says', async () => {
    await using sealed = await launch(way);
    expect(sealed.leak()).toBeNull();
  });

  it('is not found sealed where another process answers', async () => {
    await using sealed = await launch(way);
    expect(findLeak(sealed.pid, '/socket/other.sock')).toBe('another process answers for it');
  });
});

describe.skipIf(sealedWays.length === 0)('the model of --model process', () => {
  it('says that it is sealed, and is', async () => {
    const model = await startProcessModel({ environment: {}, log, entryPoint, modelDirectory: directory, stopTimeoutMs: 500 });
    try {
      expect(model.sealed, model.description).toBe(true);
      expect(model.description.includes('vsock is not covered')).toBe(hasVsock());
      expect(await attempt(model, outside(listeners.attempts))).not.toContain('reached');
    } finally {
      await model.close();
    }
  });

  it.each([
    ['lie in a directory that only its owner can read', 0o755, 0o644],
    ['can be read by their owner only', 0o700, 0o600],
  ])('is sealed where program and artifact %s', async (_, directoryMode, fileMode) => {
    const own = join(directory, `own-${fileMode}`);
    mkdirSync(own);
    const program = writeEscapeProgram(own);
    writeFileSync(join(own, 'artifact'), 'x');
    for (const name of [program, join(own, 'artifact')]) chmodSync(name, fileMode);
    chmodSync(own, directoryMode);
    const model = await startProcessModel({ environment: {}, log, entryPoint: program, modelDirectory: own, stopTimeoutMs: 500 });
    try {
      expect(model.sealed, model.description).toBe(true);
      const readable: Attempt[] = [{ kind: 'readable', path: '/opt/ml/model/artifact' }];
      expect(await attempt(model, readable)).toEqual(['reached']);
    } finally {
      await model.close();
    }
  });

  it('is not sealed, and says so, where the template does not ask for isolation', async () => {
    const model = await startProcessModel({ environment: {}, log, isolated: false });
    try {
      expect(model.sealed).toBe(false);
      expect(model.description).toContain('EnableNetworkIsolation');
    } finally {
      await model.close();
    }
  });

  it('is sealed again after a crash', async () => {
    const model = await startProcessModel({ environment: { MODEL_STUB_FAULTS: 'by-request' }, log });
    try {
      const headers = { 'content-type': 'application/json', 'x-amzn-sagemaker-custom-attributes': 'fault=crash' };
      const crash = model.request({ method: 'POST', path: '/invocations', headers, body: Buffer.from('{}'), timeoutMs: 5_000 });
      await expect(crash).rejects.toMatchObject({ reason: 'connectionLost' });
      await model.request({ method: 'GET', path: '/ping', headers: {}, timeoutMs: 5_000 });
      expect(model.sealed, model.description).toBe(true);
    } finally {
      await model.close();
    }
  });
});
