// Which process, and not a later one with the same number: for locks and for what a killed process left behind.
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Tells a process from a later one with the same number (after a reboot, or pid 1 of a new container); null where it cannot be known. */
  readonly startedAt: string | null;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: startTimeOf(process.pid) };
}

export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
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

/** Null where there is no such file (any more). */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}
