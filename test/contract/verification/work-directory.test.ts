import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openWorkDirectory } from '../../../contracts/verification/work-directory.ts';

const module = fileURLToPath(new URL('../../../contracts/verification/work-directory.ts', import.meta.url));

test("what a killed verification left goes at the next start; a running one's stays, and so does what is not ours", async () => {
  const program = `const { openWorkDirectory } = await import(${JSON.stringify(module)});
    process.stdout.write((await openWorkDirectory()).path); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [path] = (await once(child.stdout, 'data')).map(String);
  if (path === undefined) expect.fail('no path');
  const others = ['airlock-verify-abcdef', `airlock-verify-1-${child.pid}-abcdef`].map((name) => join(dirname(path), name));
  try {
    for (const other of others) await mkdir(other);
    await using during = await openWorkDirectory();
    expect([path, during.path].map(existsSync)).toEqual([true, true]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using after = await openWorkDirectory();
    expect([path, during.path, after.path, ...others].map(existsSync)).toEqual([false, true, true, true, true]);
  } finally {
    child.kill('SIGKILL');
    for (const each of [path, ...others]) await rm(each, { recursive: true, force: true });
  }
});
