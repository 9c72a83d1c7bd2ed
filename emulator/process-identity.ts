// Which process, and not a later one with the same number: for locks and for what a killed process left behind.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

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
  // Killed, and nobody has asked yet how it ended: it answers signals and does nothing more. Field 3: the state.
  if (['Z', 'X'].includes(statField(pid, 3) ?? '')) return false;
  return startedAt === null || startTimeOf(pid) === startedAt;
}

/**
 * Where process numbers mean something: a machine, and on it a container (a PID namespace). Of a process in another one nothing can be
 * known by its number.
 */
export function processSpace(): string {
  const machine = process.platform === 'linux' ? (readIfThere('/etc/machine-id')?.trim() ?? '') : '';
  const pids = process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : '';
  return [hostname(), machine, pids].filter(Boolean).join(' ');
}

/** Linux: field 22 of /proc/PID/stat, clock ticks after boot, with the boot's id. Null elsewhere. */
function startTimeOf(pid: number): string | null {
  const ticks = statField(pid, 22);
  const boot = readIfThere('/proc/sys/kernel/random/boot_id');
  return ticks === null || boot === null ? null : `${boot.trim()}/${ticks}`;
}

/** The process that started it, as long as that lives. Linux; null elsewhere. */
export function parentOf(pid: number): string | null {
  return statField(pid, 4);
}

/** The session it belongs to; of a session's leader it is its own number. Linux; null elsewhere. */
export function sessionOf(pid: number): string | null {
  return statField(pid, 6);
}

/** Its program and arguments; empty for one that has ended. Linux; null elsewhere. */
export function commandLineOf(pid: number): readonly string[] | null {
  return readIfThere(`/proc/${pid}/cmdline`)?.split('\0').slice(0, -1) ?? null;
}

/** Fields as proc(5) numbers them, from the third on. */
function statField(pid: number, field: number): string | null {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // The name in parentheses, field 2, may hold blanks: count from behind it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[field - 3] ?? null;
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
