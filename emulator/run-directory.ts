// The temporary directory of one run. It names its process, so that what a killed run left behind is removed by the next one.
import { constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { access, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AirlockError } from './errors.ts';
import type { Log } from './log.ts';
import { isRunning, ownIdentity, type ProcessIdentity, readIfThere } from './process-identity.ts';

const ownerFile = 'owner.json';

export interface RunDirectory extends AsyncDisposable {
  readonly path: string;
  /** Creates and names a directory inside. */
  subdirectory(name: string): string;
}

export async function createRunDirectory(log: Log): Promise<RunDirectory> {
  const path = makeDirectory();
  writeFileSync(join(path, ownerFile), JSON.stringify(ownIdentity()));
  const removeAtOnce = () => rmSync(path, { recursive: true, force: true });
  // Also when a second Ctrl-C ends the process before everything is closed.
  process.once('exit', removeAtOnce);
  await removeLeftovers(log);
  return {
    path,
    subdirectory(name) {
      const inside = join(path, name);
      mkdirSync(inside, { recursive: true });
      return inside;
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', removeAtOnce);
      await rm(path, { recursive: true, force: true });
    },
  };
}

function makeDirectory(): string {
  try {
    return mkdtempSync(join(tmpdir(), `airlock-${process.pid}-`));
  } catch (error) {
    const hint = 'Set TMPDIR to a directory that exists and that you may write to.';
    throw new AirlockError('BAD_OPTION', `${tmpdir()} cannot be used for temporary files: ${(error as Error).message}`, hint, {
      cause: error,
    });
  }
}

/** Only this user's, and only those whose process is known to be gone. A failure is no reason not to start. */
async function removeLeftovers(log: Log): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!/^airlock-\d+-/.test(name)) continue;
    const path = join(tmpdir(), name);
    try {
      if ((await lstat(path)).uid === process.getuid?.() && isLeftBehind(path)) await rm(path, { recursive: true, force: true });
    } catch (error) {
      log.debug({ error, path }, 'cannot remove what an earlier run left behind');
    }
  }
}

function isLeftBehind(path: string): boolean {
  const owner = readIfThere(join(path, ownerFile));
  return owner !== null && !isRunning(JSON.parse(owner) as ProcessIdentity);
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
