// One process a data directory: a lock file that says who. A process that was killed leaves it; the next one takes it over.
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AirlockError } from '../errors.ts';

export interface DirectoryLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  /** Tells a process from a later one with the same number (after a reboot, or pid 1 of a new container). */
  readonly startedAt: string | null;
}

/** Takes `<directory>/lock`, or throws AirlockError BAD_OPTION naming the process that has it. */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, 'lock');
  const own = join(directory, `lock-${randomUUID()}`);
  const content = JSON.stringify({ pid: process.pid, startedAt: startTimeOf(process.pid) } satisfies Holder);
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

function isRunning({ pid, startedAt }: Holder): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if (codeOf(error) === 'ESRCH') return false;
  }
  return startedAt === null || startTimeOf(pid) === startedAt;
}

/** Linux: field 22 of /proc/PID/stat, clock ticks after boot, with the boot's id. Null elsewhere. */
function startTimeOf(pid: number): string | null {
  const stat = readIfThere(`/proc/${pid}/stat`);
  const boot = readIfThere('/proc/sys/kernel/random/boot_id');
  if (stat === null || boot === null) return null;
  // The name in parentheses may hold blanks: count from behind it.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? null : `${boot.trim()}/${ticks}`;
}

function readHolder(path: string): Holder | null {
  const text = readIfThere(path);
  if (text === null) return null;
  // A live holder's lock is always whole; what is not was torn by a loss of power, and its holder is gone.
  const fields = /^\{"pid":(\d+),"startedAt":(null|"[^"]+")\}$/.exec(text);
  return { pid: Number(fields?.[1] ?? 0), startedAt: fields?.[2]?.startsWith('"') ? fields[2].slice(1, -1) : null };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null;
    throw error;
  }
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

function inUse(directory: string, holder: Holder | null): AirlockError {
  return new AirlockError(
    'BAD_OPTION',
    `The data directory ${directory} is in use by process ${holder?.pid ?? 'unknown'}.`,
    'End that process, or choose another directory.',
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
