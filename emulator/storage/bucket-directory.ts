// One bucket on disk: bucket.json, objects/<SHA-256 of the key> and uploads/<upload id>. A key never becomes a path, so `../x` and `a//b` are just keys.
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
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { createKeyIndex } from './key-index.ts';
import { loadRecord } from './load-record.ts';
import { type BucketUploads, createBucketUploads, loadUploads } from './multipart/bucket-uploads.ts';
import { checksumTypeOf } from './multipart/upload-checksum.ts';
import type { UploadDirectory } from './multipart/upload-directory.ts';
import { DamagedObjectError, decodeRecord, encodeRecord, type ObjectRecord, readRecord } from './object-file.ts';
import type { BucketRecord, ObjectSummary, WritePrecondition } from './object-store.ts';
import { inlineBytesMax, type StagedFile } from './staged-body.ts';
import { writeWhole } from './write-whole.ts';

export interface BucketDirectory {
  readonly bucket: BucketRecord;
  readonly uploads: BucketUploads;
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
export async function loadBucketDirectory(path: string, log: Log): Promise<BucketDirectory> {
  const bucket = JSON.parse(readFileSync(join(path, 'bucket.json'), 'utf8')) as BucketRecord;
  const records: ObjectRecord[] = [];
  for (const name of await readdir(join(path, 'objects'))) {
    records.push(loadRecord<ObjectRecord>(join(path, 'objects', name), ({ key }) => fileNameOf(key) === name));
    if (records.length % filesPerTurn === 0) await setImmediate();
  }
  const completed = new Set(records.map(({ uploadId }) => uploadId));
  return bucketDirectory(path, bucket, records, await loadUploads(join(path, 'uploads'), { completed, log }));
}

function bucketDirectory(
  path: string,
  bucket: BucketRecord,
  records: readonly ObjectRecord[] = [],
  loaded: readonly UploadDirectory[] = [],
): BucketDirectory {
  const uploads = createBucketUploads(join(path, 'uploads'), loaded);
  const index = createKeyIndex<ObjectSummary>();
  for (const record of records) index.set(record.key, summaryOf(record));
  const pathOf = (key: string) => join(path, 'objects', fileNameOf(key));
  let closed = false;

  return {
    bucket,
    uploads,
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
      uploads.noteKeyChange(record.key, 'written');
      return 'stored';
    },
    delete(key) {
      if (!index.get(key)) return;
      unlinkSync(pathOf(key));
      index.delete(key);
      uploads.noteKeyChange(key, 'deleted');
    },
    close() {
      closed = true;
      uploads.close();
    },
    async remove(temporaryPath) {
      closed = true;
      uploads.close();
      renameSync(path, temporaryPath);
      await rm(temporaryPath, { recursive: true });
    },
  };
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

function summaryOf({ etag, sizeBytes, lastModified, checksum }: ObjectRecord): ObjectSummary {
  return { etag, sizeBytes, lastModified, checksumAlgorithm: checksum.algorithm, checksumType: checksumTypeOf(checksum.value) };
}

function fileNameOf(key: string): string {
  return hash('sha256', key, 'hex');
}
