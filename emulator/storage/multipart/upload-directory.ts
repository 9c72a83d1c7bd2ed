// One multipart upload on disk: upload.json and a file for each part. It is there whole before a rename gives it its name, and goes by one.
import { createReadStream, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { loadRecord } from '../load-record.ts';
import { encodeRecord } from '../object-file.ts';
import type { StagedBody } from '../staged-body.ts';
import { writeWhole } from '../write-whole.ts';
import { loadUploadRecord } from './load-upload-record.ts';
import type { PartRecord, UploadRecord } from './upload-record.ts';

/** What became of the key since the upload began. */
export type KeyChange = 'none' | 'written' | 'deleted';

export interface UploadDirectory {
  readonly record: UploadRecord;
  /** In the order of their numbers. */
  parts(): readonly PartRecord[];
  part(partNumber: number): PartRecord | undefined;
  /** Known to this process only: after a restart it is 'none'. */
  keyChange(): KeyChange;
  noteKeyChange(change: KeyChange): void;
  /** One at a time: of a completion, an abort and a part that comes in, each sees what the one before it has left. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
  isGone(): boolean;
  /** Uses the staged body up, unless the bucket went away meanwhile: false. Within `exclusively`. */
  keep(part: PartRecord, content: StagedBody['content'], temporaryPath: () => string): Promise<boolean>;
  /** The bytes of these parts, one after the other. Within `exclusively`. */
  read(parts: readonly PartRecord[]): Readable;
  /** Gone at once, by one rename; the bytes follow. Within `exclusively`. */
  remove(temporaryPath: string): Promise<void>;
  /** The bucket or the store is gone. */
  close(): void;
}

/** Under `root`, which is made if need be. */
export function createUploadDirectory(root: string, temporaryPath: string, record: UploadRecord): UploadDirectory {
  mkdirSync(root, { recursive: true });
  mkdirSync(temporaryPath);
  writeFileSync(join(temporaryPath, 'upload.json'), JSON.stringify(record));
  const path = join(root, record.uploadId);
  renameSync(temporaryPath, path);
  return uploadDirectory(path, record, []);
}

/** @throws AirlockError BAD_OPTION where the upload or a part of it is damaged */
export function loadUploadDirectory(path: string): UploadDirectory {
  const record = loadUploadRecord(join(path, 'upload.json'), basename(path));
  const names = readdirSync(path).filter((name) => name !== 'upload.json');
  const parts = names.map((name) => loadRecord<PartRecord>(join(path, name), ({ partNumber }) => fileNameOf(partNumber) === name));
  return uploadDirectory(path, record, parts);
}

function uploadDirectory(path: string, record: UploadRecord, loaded: readonly PartRecord[]): UploadDirectory {
  const parts = new Map(loaded.map((part) => [part.partNumber, part]));
  const pathOf = ({ partNumber }: PartRecord) => join(path, fileNameOf(partNumber));
  let change: KeyChange = 'none';
  let gone = false;
  let last: Promise<unknown> = Promise.resolve();
  return {
    record,
    parts: () => [...parts.values()].sort((a, b) => a.partNumber - b.partNumber),
    part: (partNumber) => parts.get(partNumber),
    keyChange: () => change,
    noteKeyChange(next) {
      change = next;
    },
    exclusively(work) {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    },
    isGone: () => gone,
    async keep(part, content, temporaryPath) {
      const tail = encodeRecord(part);
      if (!Buffer.isBuffer(content)) {
        await content.handle.writeFile(tail);
        await content.handle.close();
      }
      if (gone) return false;
      renameSync(Buffer.isBuffer(content) ? writeWhole(temporaryPath(), content, tail) : content.path, pathOf(part));
      parts.set(part.partNumber, part);
      return true;
    },
    read: (chosen) => Readable.from(bytesOf(chosen, pathOf), { objectMode: false }),
    async remove(temporaryPath) {
      if (gone) return;
      gone = true;
      renameSync(path, temporaryPath);
      await rm(temporaryPath, { recursive: true });
    },
    close() {
      gone = true;
    },
  };
}

async function* bytesOf(parts: readonly PartRecord[], pathOf: (part: PartRecord) => string): AsyncGenerator<Buffer> {
  for (const part of parts) {
    // Behind the bytes is the part's record.
    if (part.sizeBytes > 0) yield* createReadStream(pathOf(part), { end: part.sizeBytes - 1, highWaterMark: 256 * 1024 });
  }
}

function fileNameOf(partNumber: number): string {
  return `part-${partNumber}`;
}
