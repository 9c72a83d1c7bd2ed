// --out: the directory that reports are written to, all of them or none. Looked at before the first container starts.
import { rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AirlockError } from '../errors.ts';
import { makeDirectory, removeEmpty } from './make-directory.ts';

export interface ReportDirectory extends AsyncDisposable {
  /** File name -> text, for the names it was opened with. @throws AirlockError BAD_OPTION where the disk is full or gone */
  write(texts: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * Makes it where it is not there, and removes an earlier run's files of these names: what is there afterwards is of this run.
 * Disposed without write(): nothing is left, nor a directory that was made for it.
 * @throws AirlockError BAD_OPTION where nothing can be written
 */
export async function openReportDirectory(directory: string, fileNames: readonly string[]): Promise<ReportDirectory> {
  const path = resolve(directory);
  let made: readonly string[] = [];
  let isWritten = false;
  const parts: string[] = [];
  const partOf = (name: string) => join(path, `.${name}.${process.pid}.part`);
  const removeParts = () => {
    if (isWritten) return;
    for (const part of parts) rmSync(part, { force: true });
    removeEmpty(made);
  };
  // Also when a second Ctrl-C ends the process.
  process.once('exit', removeParts);
  const close = () => {
    process.off('exit', removeParts);
    removeParts();
  };
  try {
    made = await makeDirectory(path);
    for (const name of fileNames) {
      await writeFile(partOf(name), '');
      parts.push(partOf(name));
      await rm(join(path, name), { force: true });
    }
  } catch (error) {
    close();
    throw cannotWrite(directory, error);
  }
  return {
    async write(texts) {
      const entries = Object.entries(texts);
      const renamed: string[] = [];
      try {
        for (const [name, text] of entries) await writeFile(partOf(name), text, { flush: true });
        for (const [name] of entries) {
          await rename(partOf(name), join(path, name));
          renamed.push(join(path, name));
        }
        isWritten = true;
      } catch (error) {
        await Promise.all(renamed.map((file) => rm(file, { force: true })));
        throw cannotWrite(directory, error);
      }
    },
    async [Symbol.asyncDispose]() {
      close();
    },
  };
}

function cannotWrite(directory: string, error: unknown): AirlockError {
  const hint = 'Name a directory that you may write to and that has room.';
  return new AirlockError('BAD_OPTION', `--out ${directory} cannot be written: ${(error as Error).message}`, hint, { cause: error });
}
