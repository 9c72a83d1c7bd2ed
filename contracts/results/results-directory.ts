// The folder of the results on disk: read as a whole, changed one file at a time. A file is written beside its place and renamed, so a
// reader sees the old one or the new one; a lock (file-lock.ts) keeps two writers from undoing each other's change.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContractError } from '../contract-error.ts';
import { decodeUtf8 } from '../pact/decode-utf8.ts';
import { readRegularFile } from '../pact/read-regular-file.ts';
import { type FileLock, lockFile } from './file-lock.ts';
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

/** The versions of one consumer with a contract, in the order of publication. @throws ContractError RESULTS_DAMAGED */
export async function readVersions(directory: string, pair: { consumer: string; provider: string }): Promise<VersionsFile['versions']> {
  const file = join(directory, versionsFileName(pair));
  const text = await readBounded(file);
  return text === null ? [] : parseVersions(text, file).versions;
}

/**
 * Reads the file (null where there is none), and puts what `change` makes of it in its place, alone. `change` may throw: nothing is
 * written then. A text that is the same is not written again.
 * @throws ContractError BAD_USAGE where the folder cannot be written to
 */
export async function changeFile(directory: string, name: string, change: (text: string | null) => string): Promise<string> {
  const file = join(directory, name);
  await reported(directory, () => mkdir(directory, { recursive: true }));
  await using lock = await reported(directory, () => lockFile(join(directory, `.${name}.lock`)));
  const before = await readBounded(file);
  const after = change(before);
  if (after !== before) await reported(directory, () => writeWhole(directory, name, after, lock));
  return file;
}

async function writeWhole(directory: string, name: string, text: string, lock: FileLock): Promise<void> {
  const temporary = join(directory, `.${name}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    if (!(await lock.isHeld()))
      throw new ContractError(
        'BAD_USAGE',
        `${name} was changed by another process meanwhile; nothing was written.`,
        'Run the command again.',
      );
    await rename(temporary, join(directory, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
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
  const found = await readRegularFile(file, fileBytesMax).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return null;
    const hint = 'Give read permission, or delete it and verify again.';
    throw new ContractError('RESULTS_DAMAGED', `${file} cannot be read (${codeOf(cause)}).`, hint, { cause });
  });
  if (found === null) return null;
  const text = found.refused === null ? decodeUtf8(found.bytes) : undefined;
  if (text !== undefined) return text;
  const words = found.refused === null ? 'is no UTF-8 text' : found.words;
  throw new ContractError('RESULTS_DAMAGED', `${file} ${words}.`, 'Take the file from git again, or delete it and verify again.');
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
    if (error instanceof ContractError) throw error;
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
