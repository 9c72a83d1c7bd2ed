// The temporary directory of a run, and those that earlier runs left behind.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../../emulator/log.ts';
import { createRunDirectory } from '../../emulator/run-directory.ts';

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'run-directory-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

/** Of a process that has ended. */
function endedPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

/** Left by it, with what is in its owner's file; null writes none. */
function leave(pid: number, owner: string | null, { ageSeconds }: { readonly ageSeconds: number }): string {
  const path = join(temporary, `airlock-${pid}-left`);
  mkdirSync(path);
  if (owner !== null) writeFileSync(join(path, 'owner.json'), owner);
  const at = Date.now() / 1_000 - ageSeconds;
  utimesSync(path, at, at);
  return path;
}

test.each([
  ['an empty owner', ''],
  ['half an owner', '{"pid":'],
  ['an owner that names nobody', '{}'],
  ['no owner', null],
])('one with %s is removed when the process in its name is gone, and not before it can have an owner', async (_, owner) => {
  const log = createLog('silent');
  const left = leave(endedPid(), owner, { ageSeconds: 3_600 });
  const ours = leave(process.pid, owner, { ageSeconds: 3_600 });
  await (await createRunDirectory(log))[Symbol.asyncDispose]();
  expect([existsSync(left), existsSync(ours)]).toEqual([false, true]);
  const young = leave(endedPid(), owner, { ageSeconds: 0 });
  await (await createRunDirectory(log))[Symbol.asyncDispose]();
  expect(existsSync(young)).toBe(true);
});

test('one of another container is left alone: its process may run there', async () => {
  const log = createLog('silent');
  const directory = await createRunDirectory(log);
  const owner = JSON.parse(readFileSync(join(directory.path, 'owner.json'), 'utf8'));
  await directory[Symbol.asyncDispose]();
  const gone = { ...owner, pid: endedPid(), startedAt: null };
  const here = leave(endedPid(), JSON.stringify(gone), { ageSeconds: 3_600 });
  const there = leave(endedPid(), JSON.stringify({ ...gone, space: 'elsewhere pid:[1]' }), { ageSeconds: 3_600 });
  await (await createRunDirectory(log))[Symbol.asyncDispose]();
  expect([existsSync(here), existsSync(there)]).toEqual([false, true]);
});

test('where there is no room for it the command says so, and leaves nothing', () => {
  writeFileSync(join(temporary, 'in.jsonl'), '{}\n');
  const main = fileURLToPath(new URL('../../emulator/main.ts', import.meta.url));
  const files = join(temporary, 'files');
  mkdirSync(files);
  // No file may have a byte, as on a disk that is full.
  const command = `ulimit -f 0; exec "${process.execPath}" "${main}" transform --input in.jsonl --output out`;
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TMPDIR: files };
  const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: temporary, encoding: 'utf8', env });
  expect(stderr).toContain(`${files} cannot be used for temporary files: EFBIG`);
  expect(status).toBe(2);
  expect(readdirSync(files)).toEqual([]);
});
