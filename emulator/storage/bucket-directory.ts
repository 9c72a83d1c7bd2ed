// One bucket on disk: bucket.json and objects/<SHA-256 of the key>. A key never becomes a path, so `../x` and `a//b` are just keys.
import { hash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AirlockError } from '../errors.ts';
import { createKeyIndex } from './key-index.ts';
import { DamagedObjectError, decodeRecord, encodeRecord, type ObjectRecord, readRecord } from './object-file.ts';
import type { BucketRecord, ObjectSummary, WritePrecondition } from './object-store.ts';
import { inlineBytesMax, type StagedFile } from './staged-body.ts';

export interface BucketDirectory {
  readonly bucket: BucketRecord;
  keys(): readonly string[];
  summary(key: string): ObjectSummary | undefined;
  open(key: string): OpenFile | null;
  /** 'stored' uses the staged file up; any other result leaves it to the caller. */
  commit(input: CommitInput): Promise<'stored' | 'noSuchBucket' | 'noSuchKey' | 'exists' | 'changed'>;
  delete(key: string): void;
  /** A commit that is under way finds no bucket. */
  close(): void;
  /** Gone at once for everybody, by one rename; the bytes follow. */
  remove(temporaryPath: string): Promise<void>;
}

interface OpenFile {
  readonly record: ObjectRecord;
  /** The file in memory, when it is small; then `descriptor` is closed already. */
  readonly whole: Buffer | null;
  readonly descriptor: number;
  close(): void;
}

interface CommitInput {
  readonly record: ObjectRecord;
  readonly content: Buffer | StagedFile;
  readonly precondition: WritePrecondition;
  readonly temporaryPath: () => string;
}

/** A small object and its record fit; one read brings both. */
const wholeFileBytesMax = inlineBytesMax + 32 * 1024;
/** Between this many files the event loop gets a turn while a store is opened. */
const filesPerTurn = 500;

/** Made whole beside its place, then renamed into it. */
export function createBucketDirectory({
  path,
  temporaryPath,
  bucket,
}: {
  path: string;
  temporaryPath: string;
  bucket: BucketRecord;
}): BucketDirectory {
  mkdirSync(join(temporaryPath, 'objects'), { recursive: true });
  writeFileSync(join(temporaryPath, 'bucket.json'), JSON.stringify(bucket));
  renameSync(temporaryPath, path);
  return bucketDirectory(path, bucket);
}

/** Reads the record of every object in it: the index is never on disk, so it cannot be stale. */
export async function loadBucketDirectory(path: string): Promise<BucketDirectory> {
  const bucket = JSON.parse(readFileSync(join(path, 'bucket.json'), 'utf8')) as BucketRecord;
  const records: ObjectRecord[] = [];
  for (const name of await readdir(join(path, 'objects'))) {
    records.push(loadRecord(join(path, 'objects', name), name));
    if (records.length % filesPerTurn === 0) await setImmediate();
  }
  return bucketDirectory(path, bucket, records);
}

function bucketDirectory(path: string, bucket: BucketRecord, records: readonly ObjectRecord[] = []): BucketDirectory {
  const index = createKeyIndex<ObjectSummary>();
  for (const record of records) index.set(record.key, summaryOf(record));
  const pathOf = (key: string) => join(path, 'objects', fileNameOf(key));
  let closed = false;

  return {
    bucket,
    keys: () => index.sorted(),
    summary: (key) => index.get(key),
    open: (key) => (index.get(key) ? openFile(pathOf(key)) : null),
    async commit({ record, content, precondition, temporaryPath }) {
      const tail = encodeRecord(record);
      if (!Buffer.isBuffer(content)) {
        await content.handle.writeFile(tail);
        await content.handle.close();
      }
      // From here to the index no await: nobody can come between.
      if (closed) return 'noSuchBucket';
      const existing = index.get(record.key);
      if (precondition.kind === 'mustNotExist' && existing) return 'exists';
      if (precondition.kind === 'mustMatch' && !existing) return 'noSuchKey';
      if (precondition.kind === 'mustMatch' && existing?.etag !== precondition.etag) return 'changed';
      const source = Buffer.isBuffer(content) ? writeWhole(temporaryPath(), content, tail) : content.path;
      if (!publish(source, pathOf(record.key), precondition)) return 'exists';
      index.set(record.key, summaryOf(record));
      return 'stored';
    },
    delete(key) {
      if (!index.get(key)) return;
      unlinkSync(pathOf(key));
      index.delete(key);
    },
    close() {
      closed = true;
    },
    async remove(temporaryPath) {
      closed = true;
      renameSync(path, temporaryPath);
      await rm(temporaryPath, { recursive: true });
    },
  };
}

function writeWhole(path: string, body: Buffer, tail: Buffer): string {
  try {
    writeFileSync(path, Buffer.concat([body, tail]), { flag: 'wx' });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
  return path;
}

/** link(2) fails where the name exists: `If-None-Match: *` holds even against a writer this process does not know of. */
function publish(source: string, target: string, precondition: WritePrecondition): boolean {
  if (precondition.kind !== 'mustNotExist') {
    renameSync(source, target);
    return true;
  }
  try {
    linkSync(source, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(source);
  }
}

function openFile(path: string): OpenFile {
  const descriptor = openSync(path, 'r');
  try {
    const fileBytes = fstatSync(descriptor).size;
    if (fileBytes > wholeFileBytesMax) {
      const record = readRecord(descriptor);
      return { record, whole: null, descriptor, close: () => closeSync(descriptor) };
    }
    const file = Buffer.allocUnsafe(fileBytes);
    if (readSync(descriptor, file, 0, fileBytes, 0) !== fileBytes) throw new DamagedObjectError('it ended while it was read');
    const record = decodeRecord(file);
    closeSync(descriptor);
    return { record, whole: file.subarray(0, record.sizeBytes), descriptor, close: () => undefined };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function loadRecord(path: string, name: string): ObjectRecord {
  const descriptor = openSync(path, 'r');
  try {
    const record = readRecord(descriptor);
    if (fileNameOf(record.key) !== name) throw new DamagedObjectError('it is the file of another key');
    return record;
  } catch (error) {
    if (!(error instanceof DamagedObjectError) && !(error instanceof SyntaxError)) throw error;
    throw new AirlockError(
      'BAD_OPTION',
      `The object file ${path} is damaged: ${error.message}.`,
      'Remove it, or choose another data directory.',
      {
        cause: error,
      },
    );
  } finally {
    closeSync(descriptor);
  }
}

function summaryOf({ etag, sizeBytes, lastModified, checksum }: ObjectRecord): ObjectSummary {
  return { etag, sizeBytes, lastModified, checksumAlgorithm: checksum.algorithm };
}

function fileNameOf(key: string): string {
  return hash('sha256', key, 'hex');
}
