// The temporary directory of one run. Its name carries the process id, so that what a killed run left is removed by the next one.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RunDirectory extends AsyncDisposable {
  readonly path: string;
  /** Creates and names a directory inside. */
  subdirectory(name: string): string;
}

export async function createRunDirectory(): Promise<RunDirectory> {
  await removeLeftovers();
  const path = mkdtempSync(join(tmpdir(), `airlock-${process.pid}-`));
  return {
    path,
    subdirectory(name) {
      const inside = join(path, name);
      mkdirSync(inside, { recursive: true });
      return inside;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^airlock-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
