// One writer of a file at a time, between processes: whoever creates the lock file writes; the others wait.
//
// A lock holds the id of its owner, and is removed, by its owner or by who finds it abandoned, only while `<lock>.<id>` is created beside
// it, which one process alone can: so nobody removes a lock that took the place of the one they looked at. A process that slept longer
// than lockAgeMsMax has lost its lock; it learns so from `isHeld`, right before it writes. What stays possible is that it sleeps that
// long between this question and the rename that follows.
import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { ContractError } from '../contract-error.ts';
import { readRegularFile } from '../pact/read-regular-file.ts';

export interface FileLock extends AsyncDisposable {
  /** False where another process took it over meanwhile. */
  isHeld(): Promise<boolean>;
}

/** A change takes milliseconds: a lock of this age is of a process that was killed. */
const lockAgeMsMax = 10_000;
const lockWaitMs = 20_000;
const lockPollMs = 20;

/** @throws ContractError BAD_USAGE where another process keeps it; errors of the file system other than that it is there */
export async function lockFile(file: string): Promise<FileLock> {
  const id = randomUUID();
  const end = Date.now() + lockWaitMs;
  while (!(await created(file, id))) {
    const found = await look(file);
    if (found !== null && found.ageMs > lockAgeMsMax && (await removeLock(file, found.id, lockAgeMsMax))) continue;
    if (Date.now() > end)
      throw new ContractError('BAD_USAGE', `Another process keeps ${file}.`, `Delete ${file}* if no other airlock runs.`);
    await pause(lockPollMs);
  }
  return {
    isHeld: async () => (await look(file))?.id === id,
    async [Symbol.asyncDispose]() {
      await removeLock(file, id, 0);
    },
  };
}

async function look(file: string): Promise<{ id: string; ageMs: number } | null> {
  try {
    const [{ bytes }, { mtimeMs }] = await Promise.all([readRegularFile(file, 100), stat(file)]);
    const text = bytes?.toString('utf8') ?? '';
    // A lock of another make is known by nothing but its place.
    return { id: /^[0-9a-f-]{36}$/.test(text) ? text : 'unknown', ageMs: Date.now() - mtimeMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** False where it is not this lock any more, is younger, or somebody else removes it at this moment. */
async function removeLock(file: string, id: string, ageMsMin: number): Promise<boolean> {
  const claim = `${file}.${id}`;
  if (!(await created(claim, ''))) return false;
  try {
    const found = await look(file);
    // Looked at again: what was seen before may have been the id of one lock and the age of another.
    if (found === null || found.id !== id || found.ageMs < ageMsMin) return false;
    await rm(file, { force: true });
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

async function created(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
