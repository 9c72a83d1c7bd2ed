// One process a data directory: a lock file that says who. A process that was killed leaves it; the next one takes it over.
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, futimesSync, linkSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AirlockError } from '../errors.ts';
import { isRunning, ownIdentity, type ProcessIdentity, processSpace, readIfThere } from '../process-identity.ts';

export interface DirectoryLock {
  /** Safe to call twice. */
  release(): void;
}

interface LockHolder extends ProcessIdentity {
  /** See processSpace(). */
  readonly space: string;
}

/** How often a holder shows that it lives, by the time of its file: who cannot see its process can see that. */
const heartbeatMs = 1_000;
/** Ours: a holder elsewhere that did not show itself for so long is gone. */
const staleAfterMs = 10_000;

/**
 * Takes `<directory>/lock`, or rejects with AirlockError BAD_OPTION naming the process that has it. One that it cannot see (in another
 * container, or on another machine with the same volume) it watches: for a second or two while that one lives, until 10 s where it does not.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'lock');
  const own = join(directory, `lock-${randomUUID()}`);
  const content = JSON.stringify({ ...ownIdentity(), space: processSpace() } satisfies LockHolder);
  // Written first and linked after, so that nobody ever reads half a lock.
  const file = openSync(own, 'wx');
  try {
    writeFileSync(file, content);
    if (!linked(own, path)) {
      await removeIfStale(directory, path);
      if (!linked(own, path)) throw inUse(directory, readHolder(path));
    }
  } catch (error) {
    closeSync(file);
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return hold(file, path);
}

/** By its descriptor: whatever lies under the name, it is our own file that is touched. */
function hold(file: number, path: string): DirectoryLock {
  touch(file);
  const heartbeat = setInterval(() => touch(file), heartbeatMs);
  heartbeat.unref();
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      clearInterval(heartbeat);
      const isOwn = statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(file).ino;
      closeSync(file);
      // A process that stood still for too long may have lost it to another.
      if (isOwn) rmSync(path, { force: true });
    },
  };
}

function touch(file: number): void {
  const now = new Date();
  futimesSync(file, now, now);
}

async function removeIfStale(directory: string, path: string): Promise<void> {
  const holder = readHolder(path);
  if (holder === null) return;
  if (await isHolding(holder, path)) throw inUse(directory, holder);
  // Moved away before it is removed: of two that find it stale one moves it, and what the other might move is not stale.
  const aside = join(directory, `lock-${randomUUID()}`);
  if (!moved(path, aside)) return;
  const taken = readHolder(aside);
  if (taken !== null && !isSame(taken, holder)) linked(aside, path);
  rmSync(aside, { force: true });
}

async function isHolding(holder: LockHolder, path: string): Promise<boolean> {
  if (holder.space === processSpace()) return isRunning(holder);
  const beganAtMs = performance.now();
  const first = touchedAtMs(path);
  for (;;) {
    const last = touchedAtMs(path);
    if (last === null || first === null) return false;
    if (last !== first) return true;
    const watchedMs = performance.now() - beganAtMs;
    // A look of some length always: a machine that slept shows an old time although all of them live.
    if (watchedMs > 1.5 * heartbeatMs && Math.max(watchedMs, Date.now() - last) > staleAfterMs) return false;
    await delay(heartbeatMs / 10);
  }
}

function isSame(one: LockHolder, other: LockHolder): boolean {
  return one.pid === other.pid && one.startedAt === other.startedAt && one.space === other.space;
}

function touchedAtMs(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function readHolder(path: string): LockHolder | null {
  const text = readIfThere(path);
  if (text === null) return null;
  const { pid = 0, startedAt = null, space = processSpace() } = parse(text);
  return { pid, startedAt, space };
}

/** A live holder's lock is always whole; what is not was torn by a loss of power, and its holder is gone. An older Airlock wrote no space. */
function parse(text: string): Partial<LockHolder> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
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

function inUse(directory: string, holder: LockHolder | null): AirlockError {
  const where = holder === null || holder.space === processSpace() ? '' : ' in another container or on another machine';
  return new AirlockError(
    'BAD_OPTION',
    `The data directory ${directory} is in use by process ${holder?.pid ?? 'unknown'}${where}.`,
    'End that process, or choose another directory.',
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
