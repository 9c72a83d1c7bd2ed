// npm start and what becomes of us when npm ends: no signal arrives, and nothing of ours may be left.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReadyInfo } from '../../../emulator/airlock.ts';
import { required } from '../../required.ts';
import { descendantsOf, isAlive, survivorsOf } from './processes.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = join(root, 'emulator/main.ts');
const hasNpm = process.platform === 'linux' && required('npm', spawnSync('npm', ['--version']).status === 0, 'npm is not installed');

async function workDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'npm-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function upArguments(directory: string): string[] {
  const ports = ['--port', '0', '--aws-port', '0', '--control-port', '0'];
  return [...ports, '--credentials-file', join(directory, 'credentials'), '--ready-file', join(directory, 'ready.json')];
}

async function until<T>(look: () => T | undefined): Promise<T> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('not within 20 s');
}

/** In a process group of its own, so that a test that fails leaves nothing either. */
async function npmStart(
  shell: string,
  stdout: 'pipe' | number = 'pipe',
): Promise<{ npm: ChildProcess; group: number; text: () => string }> {
  const directory = await workDirectory();
  const npm = spawn('npm', ['start', `--script-shell=${shell}`, '--', ...upArguments(directory)], {
    cwd: root,
    detached: true,
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', stdout, 'pipe'],
  });
  const group = -(npm.pid ?? Number.NaN);
  onTestFinished(() => {
    if (isAlive(group)) process.kill(group, 'SIGKILL');
  });
  let text = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { npm, group, text: () => text };
}

describe.skipIf(!hasNpm).each(['/bin/dash', '/bin/bash'].filter((shell) => existsSync(shell)))('npm start by %s', (shell) => {
  // Dash waits for our node, bash replaces itself by it.
  const generations = shell.endsWith('dash') ? 2 : 1;

  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves nothing when npm gets a %s before our first line runs', async (signal) => {
    const { npm, group } = await npmStart(shell);
    await until(() => (descendantsOf(npm.pid ?? 0).length >= generations ? true : undefined));
    npm.kill(signal);
    expect(await survivorsOf([group])).toEqual([]);
  });

  it('leaves nothing when npm is killed while we serve', async () => {
    const { npm, group, text } = await npmStart(shell);
    await until(() => (text().includes('Ctrl-C ends everything') ? true : undefined));
    npm.kill('SIGKILL');
    expect(await survivorsOf([group])).toEqual([]);
    expect(text()).toContain('stopping …');
  });

  it('leaves nothing when npm ends because it cannot write', async () => {
    const { npm, group } = await npmStart(shell, openSync('/dev/full', 'w'));
    await until(() => npm.exitCode ?? undefined);
    expect(await survivorsOf([group])).toEqual([]);
  });

  it('ends with 130 after Ctrl-C, which the terminal sends to all of them', async () => {
    const { npm, group, text } = await npmStart(shell);
    await until(() => (text().includes('Ctrl-C ends everything') ? true : undefined));
    process.kill(group, 'SIGINT');
    await until(() => npm.exitCode ?? npm.signalCode ?? undefined);
    // What a shell reports as 130: by the code, or by the signal.
    expect(npm.exitCode ?? npm.signalCode).toSatisfy((end) => end === 130 || end === 'SIGINT');
    expect(await survivorsOf([group])).toEqual([]);
  });
});

describe.skipIf(process.platform !== 'linux')('under the environment that npm gives', () => {
  it('a run that was detached on purpose outlives the one that started it', async () => {
    const directory = await workDirectory();
    const program = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ${JSON.stringify([main, 'up', ...upArguments(directory)])}, { detached: true, stdio: 'ignore' });
      child.unref();
      console.log(child.pid);`;
    const env = { ...process.env, npm_lifecycle_event: 'test', npm_lifecycle_script: 'vitest run' };
    const { stdout } = spawnSync(process.execPath, ['-e', program], { env, encoding: 'utf8' });
    const pid = Number(stdout);
    onTestFinished(() => {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    });
    const readyFile = join(directory, 'ready.json');
    const ready = await until(() => (existsSync(readyFile) ? (JSON.parse(readFileSync(readyFile, 'utf8')) as ReadyInfo) : undefined));
    // More than twice the time in which npm's end would be noticed.
    const deadline = Date.now() + 1_200;
    while (Date.now() < deadline) {
      expect((await fetch(`${ready.controlUrl}/health`)).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    process.kill(pid, 'SIGTERM');
    expect(await survivorsOf([pid])).toEqual([]);
  });
});
