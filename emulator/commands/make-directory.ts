// A directory that a command writes to, made where it is not there, with what it takes to unmake it.
import { rmdirSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Resolves to the directories that were made, the outermost first. Not `mkdir({ recursive: true })`: Node 24's never ends where
 * the system answers ENOENT to a directory whose parent is there (/proc).
 * @throws Error with the `code` of the operating system
 */
export async function makeDirectory(directory: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let path = resolve(directory); !(await isThere(path)); path = dirname(path)) missing.unshift(path);
  const made: string[] = [];
  try {
    for (const path of missing) {
      await mkdir(path);
      made.push(path);
    }
  } catch (error) {
    removeEmpty(made);
    throw error;
  }
  return made;
}

/** Something that is no directory is there, too: what is made in it fails with ENOTDIR. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** The innermost first; one that something has been put into stays, and what is around it. */
export function removeEmpty(made: readonly string[]): void {
  for (const path of made.toReversed()) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
      throw error;
    }
  }
}
