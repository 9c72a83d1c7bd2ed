// The temporary directory of one run. It names its process, so that what a killed run left behind is removed by the next one.
import { constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { access, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AirlockError } from './errors.ts';
import type { Log } from './log.ts';
import { isRunning, ownIdentity, type ProcessIdentity, processSpace, readIfThere } from './process-identity.ts';

const ownerFile = 'owner.json';
/** A directory is there a moment before its owner's file. */
const ownerlessMsMax = 60_000;

/** Of a directory's owner. */
interface Owner extends ProcessIdentity {
  /** Where the number means something: a directory may be shared between containers. */
  readonly space: string;
}

export interface RunDirectory extends AsyncDisposable {
  readonly path: string;
  /** Creates and names a directory inside. */
  subdirectory(name: string): string;
}

export async function createRunDirectory(log: Log): Promise<RunDirectory> {
  const path = inTemporaryFiles(() => mkdtempSync(join(tmpdir(), `airlock-${process.pid}-`)));
  const removeAtOnce = () => rmSync(path, { recursive: true, force: true });
  // Also when a second Ctrl-C ends the process before everything is closed.
  process.once('exit', removeAtOnce);
  const owner: Owner = { ...ownIdentity(), space: processSpace() };
  try {
    inTemporaryFiles(() => writeFileSync(join(path, ownerFile), JSON.stringify(owner)));
  } catch (error) {
    process.off('exit', removeAtOnce);
    removeAtOnce();
    throw error;
  }
  await removeLeftovers(log);
  return {
    path,
    subdirectory(name) {
      const inside = join(path, name);
      inTemporaryFiles(() => mkdirSync(inside, { recursive: true }));
      return inside;
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', removeAtOnce);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** @throws AirlockError BAD_OPTION */
function inTemporaryFiles<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    const hint = 'Set TMPDIR to a directory that exists, that you may write to and that has room.';
    throw new AirlockError('BAD_OPTION', `${tmpdir()} cannot be used for temporary files: ${(error as Error).message}`, hint, {
      cause: error,
    });
  }
}

/** Only this user's, and only those whose process is known to be gone. A failure is no reason not to start. */
async function removeLeftovers(log: Log): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = /^airlock-(\d+)-/.exec(name) ?? [];
    if (pid === undefined) continue;
    const path = join(tmpdir(), name);
    try {
      const { uid, mtimeMs } = await lstat(path);
      if (uid === process.getuid?.() && isLeftBehind(path, { pid: Number(pid), mtimeMs })) await rm(path, { recursive: true, force: true });
    } catch (error) {
      log.debug({ error, path }, 'cannot remove what an earlier run left behind');
    }
  }
}

/** `named`: what is known without its owner's file, which a full disk leaves empty. */
function isLeftBehind(path: string, named: { readonly pid: number; readonly mtimeMs: number }): boolean {
  const owner = ownerOf(path);
  if (owner === null) return Date.now() - named.mtimeMs > ownerlessMsMax && !isRunning({ pid: named.pid, startedAt: null });
  return (owner.space === undefined || owner.space === processSpace()) && !isRunning(owner);
}

/** Null where none is named. Of older versions without its space. */
function ownerOf(path: string): (ProcessIdentity & { readonly space?: unknown }) | null {
  try {
    const owner: unknown = JSON.parse(readIfThere(join(path, ownerFile)) ?? 'null');
    return typeof owner === 'object' && owner !== null && 'pid' in owner ? (owner as ProcessIdentity) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The user's own directory for objects. @throws AirlockError BAD_OPTION */
export async function createDataDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
    return path;
  } catch (error) {
    const hint = 'Name a directory that you may write to.';
    throw new AirlockError('BAD_OPTION', `${path} (--data-dir) cannot be used: ${(error as Error).message}`, hint, { cause: error });
  }
}
