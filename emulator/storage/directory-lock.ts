// One process a data directory: a lock file that says who. A process that was killed leaves it; the next one takes it over.
import { randomUUID } from 'node:crypto';
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AirlockError } from '../errors.ts';
import { isRunning, ownIdentity, type ProcessIdentity, readIfThere } from '../process-identity.ts';

export interface DirectoryLock {
  release(): void;
}

/** Takes `<directory>/lock`, or throws AirlockError BAD_OPTION naming the process that has it. */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, 'lock');
  const own = join(directory, `lock-${randomUUID()}`);
  const content = JSON.stringify(ownIdentity());
  // Written first and linked after, so that nobody ever reads half a lock.
  writeFileSync(own, content, { flag: 'wx' });
  try {
    if (!linked(own, path)) {
      removeIfStale(directory, path);
      if (!linked(own, path)) throw inUse(directory, readHolder(path));
    }
  } finally {
    rmSync(own, { force: true });
  }
  return { release: () => rmSync(path, { force: true }) };
}

function removeIfStale(directory: string, path: string): void {
  const holder = readHolder(path);
  if (holder === null) return;
  if (isRunning(holder)) throw inUse(directory, holder);
  // Moved away before it is removed: of two that find it stale one moves it, and what the other might move is not stale.
  const aside = join(directory, `lock-${randomUUID()}`);
  if (!moved(path, aside)) return;
  const taken = readHolder(aside);
  if (taken !== null && isRunning(taken)) linked(aside, path);
  rmSync(aside, { force: true });
}

function readHolder(path: string): ProcessIdentity | null {
  const text = readIfThere(path);
  if (text === null) return null;
  // A live holder's lock is always whole; what is not was torn by a loss of power, and its holder is gone.
  const fields = /^\{"pid":(\d+),"startedAt":(null|"[^"]+")\}$/.exec(text);
  return { pid: Number(fields?.[1] ?? 0), startedAt: fields?.[2]?.startsWith('"') ? fields[2].slice(1, -1) : null };
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function inUse(directory: string, holder: ProcessIdentity | null): AirlockError {
  return new AirlockError(
    'BAD_OPTION',
    `The data directory ${directory} is in use by process ${holder?.pid ?? 'unknown'}.`,
    'End that process, or choose another directory.',
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
