// What a test cannot see from inside one process: Airlock killed, and Airlock where the system refuses to seal.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { required } from '../../required.ts';

const directory = mkdtempSync(join(tmpdir(), 'lifetime-'));
afterAll(() => {
  for (const pid of process.platform === 'linux' ? pidsOf(grandchild) : []) process.kill(pid, 'SIGKILL');
  rmSync(directory, { recursive: true });
});

/** How the child of the program is found among all processes. */
const grandchild = `600.${process.pid}`;

/** Ignores SIGTERM and the end of standard input, as does its child: only the kernel ends them. */
const program = join(directory, 'program');
mkdirSync(program);
const stubborn = join(program, 'stubborn.mjs');
writeFileSync(
  stubborn,
  `import { spawn } from 'node:child_process';
   import { createServer } from 'node:http';
   process.on('SIGTERM', () => {});
   if (process.env.GRANDCHILD) spawn('/bin/sleep', [process.env.GRANDCHILD], { detached: true, stdio: 'inherit' });
   createServer((request, response) => response.end()).listen(process.env.MODEL_STUB_LISTEN.slice(5));`,
);

/** Starts a model with that program, prints what it is, then does `then`. */
const owner = join(directory, 'owner.mjs');
const source = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
writeFileSync(
  owner,
  `import { startProcessModel } from ${source('../../../emulator/model/process-model.ts')};
   import { createLog } from ${source('../../../emulator/log.ts')};
   const model = await startProcessModel({ environment: { GRANDCHILD: process.env.GRANDCHILD ?? '' }, log: createLog('silent'), entryPoint: ${JSON.stringify(stubborn)}, stopTimeoutMs: 100 });
   process.stdout.write(JSON.stringify({ sealed: model.sealed, description: model.description }) + '\\n');
   if (process.argv[2] === 'close') await model.close();`,
);

interface Report {
  readonly sealed: boolean;
  readonly description: string;
}

const refuseNamespaces =
  'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set -all --inh-caps -all --ambient-caps -all --no-new-privs "$0" "$@"';
const asSomeone = ['--user', '--map-user=4711', '--map-group=4711', '--keep-caps', 'sh', '-c', refuseNamespaces];
const asRoot = ['--user', '--map-root-user', '--mount', 'sh', '-c'];
const canUnshare = (args: readonly string[]) => process.platform === 'linux' && spawnSync('unshare', [...args, 'true']).status === 0;
const canRefuse = canUnshare(asSomeone);
const canBeRoot = canUnshare([...asRoot, 'exec "$0"']);

const canMount = process.getuid?.() === 0 && canUnshare(['--mount']);

/** What Airlock says in there. */
function reportOf(args: readonly string[]): Report {
  const { stdout, status } = spawnSync('unshare', [...args, process.execPath, owner, 'close'], { encoding: 'utf8' });
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

describe('a model and its Airlock', () => {
  it.skipIf(process.platform !== 'linux')('end together, by the kernel, when Airlock is killed', async ({ skip }) => {
    const airlock = spawn(process.execPath, [owner], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { TMPDIR: directory, GRANDCHILD: grandchild },
    });
    let pid: number | null = null;
    try {
      const report: Report = JSON.parse(
        await new Promise<string>((resolve) => airlock.stdout.once('data', (data) => resolve(String(data)))),
      );
      pid = Number(/process (\d+)/.exec(report.description)?.[1]);
      expect(isAlive(pid)).toBe(true);
      expect(isRunning(grandchild)).toBe(true);
      airlock.kill('SIGKILL');
      if (!required('seal', report.sealed, report.description)) skip(report.description);
      const deadline = performance.now() + 5_000;
      while ((isAlive(pid) || isRunning(grandchild)) && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 10));
      expect(isAlive(pid)).toBe(false);
      expect(isRunning(grandchild)).toBe(false);
    } finally {
      airlock.kill('SIGKILL');
      if (pid !== null && isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
  });

  it.skipIf(process.platform !== 'linux')('leave no process when the model is closed, whatever it started and ignores', ({ skip }) => {
    const { stdout } = spawnSync(process.execPath, [owner, 'close'], {
      encoding: 'utf8',
      env: { TMPDIR: directory, GRANDCHILD: grandchild },
    });
    const report: Report = JSON.parse(stdout);
    if (!required('seal', report.sealed, report.description)) skip(report.description);
    expect(isAlive(Number(/process (\d+)/.exec(report.description)?.[1]))).toBe(false);
    expect(isRunning(grandchild)).toBe(false);
  });

  it.skipIf(!canRefuse)('run unsealed, and say so and why, where the system refuses namespaces', () => {
    const report = reportOf(asSomeone);
    expect(report.sealed).toBe(false);
    expect(report.description).toMatch(/NOT sealed: unshare: .+/);
  });

  it.skipIf(!canBeRoot)('run unsealed where Airlock is root and there is nobody else that the model could be', () => {
    expect(reportOf([...asRoot, 'exec "$0" "$@"'])).toEqual({
      sealed: false,
      description: expect.stringContaining('NOT sealed: Airlock runs as root of'),
    });
  });

  it.skipIf(!canMount)('run unsealed, and say which tool ended how, where one fails without a word', () => {
    const silent = join(program, 'silent');
    writeFileSync(silent, '#!/bin/sh\nexit 7\n');
    chmodSync(silent, 0o755);
    const report = reportOf(['--mount', 'sh', '-c', `mount --bind ${silent} "$(command -v unshare)" && exec "$0" "$@"`]);
    expect(report).toEqual({ sealed: false, description: expect.stringMatching(/NOT sealed: unshare ended with exit code 7$/) });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Whether a process has that argument. */
function isRunning(argument: string): boolean {
  return pidsOf(argument).length > 0;
}

function pidsOf(argument: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readCommand(name).split('\0').includes(argument))
    .map(Number);
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
