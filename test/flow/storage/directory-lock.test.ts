// Two containers with one volume: each is process 1 or 7 of its own, and neither sees the other's processes.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { lockDirectory } from '../../../emulator/storage/directory-lock.ts';
import { required } from '../../required.ts';

const script = join(import.meta.dirname, 'hold-directory.ts');
const ownNamespaces = ['--pid', '--fork', '--mount-proc', '--kill-child'];
const hasNamespaces = required(
  'namespaces',
  process.platform === 'linux' && spawnSync('unshare', [...ownNamespaces, 'true']).status === 0,
  'unshare cannot make PID namespaces here',
);

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-lock-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** What it says first; it keeps the directory, if it got it, until it is killed. */
async function startElsewhere(directory: string) {
  const child = spawn('unshare', [...ownNamespaces, process.execPath, script, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  const [said] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { said, kill };
}

/** As if it had been killed so long ago. */
function age(path: string, seconds: number): void {
  const then = new Date(Date.now() - seconds * 1_000);
  utimesSync(path, then, then);
}

test.skipIf(!hasNamespaces)(
  'a directory that a process in another container has is not taken, and is when that one was killed',
  async () => {
    const directory = temporaryDirectory();
    const first = await startElsewhere(directory);
    expect(first.said).toBe('held');
    const second = await startElsewhere(directory);
    expect(second.said).toContain('is in use by process 1 in another container');
    await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'BAD_OPTION' });
    // Its time alone proves nothing while it goes on.
    age(join(directory, 'lock'), 60);
    await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await first.kill();
    age(join(directory, 'lock'), 60);
    expect((await startElsewhere(directory)).said).toBe('held');
  },
  60_000,
);

test('a holder elsewhere that has just been killed is waited for', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'lock');
  writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: null, space: 'another machine' }));
  age(path, 7);
  const beganAtMs = performance.now();
  const lock = await lockDirectory(directory);
  expect(performance.now() - beganAtMs).toBeGreaterThan(2_000);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
  lock.release();
  expect(existsSync(path)).toBe(false);
}, 20_000);

test('who lost its directory to another does not take it away from that one', async () => {
  const directory = temporaryDirectory();
  const lock = await lockDirectory(directory);
  const path = join(directory, 'lock');
  rmSync(path);
  const other = await lockDirectory(directory);
  lock.release();
  lock.release();
  expect(existsSync(path)).toBe(true);
  other.release();
  expect(existsSync(path)).toBe(false);
});
