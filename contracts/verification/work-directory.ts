// The temporary directory of one verification. Its name says whose it is, so that the next verification can take away what a killed one left.
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WorkDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Swept at most, at each start. */
const sweptMax = 100;

/** airlock-verify-SPACE-PID-RANDOM */
const namePattern = /^airlock-verify-(\d+)-(\d+)-[A-Za-z0-9]{6}$/;

export async function openWorkDirectory(): Promise<WorkDirectory> {
  const space = await processSpace();
  await sweep(space);
  const path = await mkdtemp(join(tmpdir(), `airlock-verify-${space}-${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function sweep(space: string): Promise<void> {
  const abandoned = (await readdir(tmpdir())).filter((name) => {
    const [, ofSpace, pid] = namePattern.exec(name) ?? [];
    return ofSpace === space && !isRunning(Number(pid));
  });
  for (const name of abandoned.slice(0, sweptMax)) {
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch((error: NodeJS.ErrnoException) => {
      // Another user's, or one that another start is taking away just now.
      if (!['EPERM', 'EACCES', 'ENOTEMPTY', 'EBUSY'].includes(error.code ?? '')) throw error;
    });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Containers that share a temporary directory do not share process ids: each takes away its own only. Linux names the space; elsewhere 0. */
async function processSpace(): Promise<string> {
  const link = await readlink('/proc/self/ns/pid').catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'EACCES', 'EPERM'].includes(error.code ?? '')) return '';
    throw error;
  });
  return /\d+/.exec(link)?.[0] ?? '0';
}
