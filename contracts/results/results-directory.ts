// The folder of the results on disk: read as a whole, changed one file at a time. A file is written beside its place and renamed, so a
// reader sees the old one or the new one; a lock file keeps two writers from undoing each other's change.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ContractError } from '../contract-error.ts';
import { parseVerifications, parseVersions } from './parse-record.ts';
import {
  kindOfFile,
  type PairRecords,
  type VerificationsFile,
  type VersionsFile,
  verificationsFileName,
  versionsFileName,
} from './result-records.ts';

/** Relative to where the command runs, where `--results` says nothing. */
export const resultsDirectoryDefault = 'contracts/verifications';

const fileBytesMax = 8 * 1024 * 1024;
const filesMax = 10_000;

/**
 * All that is recorded, by pair; none where the folder is not there. Files of other kinds in it are left alone.
 * @throws ContractError RESULTS_DAMAGED naming the file, BAD_USAGE where the folder cannot be read
 */
export async function readResults(directory: string): Promise<readonly PairRecords[]> {
  const names = await listDirectory(directory);
  const pairs = new Map<
    string,
    { consumer: string; provider: string; versions: VersionsFile['versions']; verifications: VerificationsFile[] }
  >();
  const pairOf = ({ consumer, provider }: { consumer: string; provider: string }) => {
    const key = versionsFileName({ consumer, provider });
    const pair = pairs.get(key) ?? { consumer, provider, versions: [], verifications: [] };
    pairs.set(key, pair);
    return pair;
  };
  for (const name of names) {
    const kind = kindOfFile(name);
    if (kind === null) continue;
    const file = join(directory, name);
    const text = (await readBounded(file)) ?? '';
    if (kind === 'verifications') {
      const record = parseVerifications(text, file);
      refuseOtherName(file, name, verificationsFileName(record, record.providerVersion));
      pairOf(record).verifications.push(record);
    } else {
      const record = parseVersions(text, file);
      refuseOtherName(file, name, versionsFileName(record));
      pairOf(record).versions = record.versions;
    }
  }
  return [...pairs.values()];
}

/**
 * Reads the file (null where there is none), and puts what `change` makes of it in its place, alone. `change` may throw: nothing is
 * written then. A text that is the same is not written again.
 * @throws ContractError BAD_USAGE where the folder cannot be written to
 */
export async function changeFile(directory: string, name: string, change: (text: string | null) => string): Promise<string> {
  const file = join(directory, name);
  await reported(directory, () => mkdir(directory, { recursive: true }));
  const unlock = await lock(directory, join(directory, `.${name}.lock`));
  try {
    const before = await readBounded(file);
    const after = change(before);
    if (after !== before) await reported(directory, () => writeWhole(directory, name, after));
  } finally {
    await unlock();
  }
  return file;
}

async function writeWhole(directory: string, name: string, text: string): Promise<void> {
  const temporary = join(directory, `.${name}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await rename(temporary, join(directory, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A change takes milliseconds: a lock of this age is of a process that was killed. */
const lockAgeMsMax = 10_000;
const lockWaitMs = 20_000;
const lockPollMs = 20;

async function lock(directory: string, file: string): Promise<() => Promise<void>> {
  const end = Date.now() + lockWaitMs;
  for (;;) {
    try {
      await (await open(file, 'wx')).close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw notWritable(directory, error);
    }
    const age = await stat(file).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > lockAgeMsMax) await removeAbandoned(file);
    else if (Date.now() > end)
      throw new ContractError('BAD_USAGE', `Another process keeps ${file}.`, 'Delete the file if no other airlock runs.');
    else await pause(lockPollMs);
  }
}

/** Renamed first: of two that find it abandoned one takes it away, and neither takes away the other's new one. */
async function removeAbandoned(file: string): Promise<void> {
  const aside = `${file}.${randomUUID().slice(0, 8)}`;
  try {
    await rename(file, aside);
    await rm(aside, { force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

async function listDirectory(directory: string): Promise<readonly string[]> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return [];
    throw new ContractError(
      'BAD_USAGE',
      `The results in ${directory} cannot be read (${codeOf(cause)}).`,
      'Name their folder with --results.',
      { cause },
    );
  }
  if (names.length > filesMax)
    throw new ContractError(
      'BAD_USAGE',
      `${directory} holds more than ${filesMax} files.`,
      'Delete the results of versions that nobody deploys any more.',
    );
  return names.sort();
}

async function readBounded(file: string): Promise<string | null> {
  try {
    const { size } = await stat(file);
    if (size > fileBytesMax)
      throw new ContractError(
        'RESULTS_DAMAGED',
        `${file} has ${size} bytes; at most ${fileBytesMax} are read.`,
        'Delete it and verify again.',
      );
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof ContractError) throw cause;
    if (codeOf(cause) === 'ENOENT') return null;
    throw new ContractError(
      'RESULTS_DAMAGED',
      `${file} cannot be read (${codeOf(cause)}).`,
      'Give read permission, or delete it and verify again.',
      { cause },
    );
  }
}

/** A copied file, or two versions that differ by case alone on a file system that does not see it. */
function refuseOtherName(file: string, name: string, expected: string): void {
  if (name === expected) return;
  throw new ContractError(
    'RESULTS_DAMAGED',
    `${file}: by its content it would be called ${expected}.`,
    'Take the file from git again, or delete it and verify again.',
  );
}

async function reported<T>(directory: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw notWritable(directory, error);
  }
}

function notWritable(directory: string, cause: unknown): ContractError {
  const hint = 'Give write permission, or name another folder with --results.';
  return new ContractError('BAD_USAGE', `Nothing can be recorded in ${directory} (${codeOf(cause)}).`, hint, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
