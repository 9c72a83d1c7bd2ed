import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRunning, ownIdentity } from '../../emulator/process-identity.ts';

test('this process runs, and one with its number and another start does not', () => {
  expect(isRunning(ownIdentity())).toBe(true);
  expect(isRunning({ pid: process.pid, startedAt: 'another boot/1' })).toBe(process.platform !== 'linux');
});

test.skipIf(process.platform !== 'linux')('one that was killed and that nobody has asked about does not run', async () => {
  // The shell starts a child and becomes a program that never asks for it: the child stays a zombie.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [output] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(output);
    expect(isRunning({ pid, startedAt: null })).toBe(true);
    process.kill(pid, 'SIGKILL');
    const isZombie = () => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const endsAt = performance.now() + 5_000;
    while (!isZombie() && performance.now() < endsAt) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isZombie()).toBe(true);
    expect(isRunning({ pid, startedAt: null })).toBe(false);
  } finally {
    parent.kill('SIGKILL');
  }
});
