// The multipart uploads of one bucket that are neither completed nor aborted.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import { compareKeys } from '../key-order.ts';
import { createUploadDirectory, type KeyChange, loadUploadDirectory, type UploadDirectory } from './upload-directory.ts';
import { isUploadId } from './upload-id.ts';
import type { UploadRecord } from './upload-record.ts';

export interface BucketUploads {
  create(record: UploadRecord, temporaryPath: string): UploadDirectory;
  /** An id is one of its key only. */
  find(key: string, uploadId: string): UploadDirectory | null;
  /** By key, and of a key in the order they began. */
  list(): readonly UploadRecord[];
  noteKeyChange(key: string, change: KeyChange): void;
  /** All are gone for whoever still has one in hand; nothing is removed. */
  close(): void;
}

/**
 * Those of a bucket that is opened again. One that became an object just before a kill is removed: `completed` are the ids of such.
 * @throws AirlockError BAD_OPTION for a damaged one
 */
export async function loadUploads(
  root: string,
  { completed, log }: { completed: ReadonlySet<string | undefined>; log: Log },
): Promise<readonly UploadDirectory[]> {
  const uploads: UploadDirectory[] = [];
  for (const uploadId of await namesIn(root)) {
    if (!isUploadId(uploadId)) log.warn({ path: join(root, uploadId) }, 'this file is not of a multipart upload; it is left alone');
    else if (completed.has(uploadId)) await rm(join(root, uploadId), { recursive: true });
    else uploads.push(loadUploadDirectory(join(root, uploadId)));
    await setImmediate();
  }
  return uploads;
}

export function createBucketUploads(root: string, loaded: readonly UploadDirectory[]): BucketUploads {
  const uploads = new Map(loaded.map((upload) => [upload.record.uploadId, upload]));
  const open = () => {
    for (const [uploadId, upload] of uploads) if (upload.isGone()) uploads.delete(uploadId);
    return [...uploads.values()];
  };
  return {
    create(record, temporaryPath) {
      const upload = createUploadDirectory(root, temporaryPath, record);
      uploads.set(record.uploadId, upload);
      return upload;
    },
    find(key, uploadId) {
      const upload = uploads.get(uploadId);
      return upload && !upload.isGone() && upload.record.key === key ? upload : null;
    },
    list: () =>
      open()
        .map(({ record }) => record)
        .sort((a, b) => compareKeys(a.key, b.key) || (a.uploadId < b.uploadId ? -1 : 1)),
    noteKeyChange(key, change) {
      for (const upload of open()) if (upload.record.key === key) upload.noteKeyChange(change);
    },
    close() {
      for (const upload of uploads.values()) upload.close();
      uploads.clear();
    },
  };
}

/** A data directory of an earlier version has no such folder, and neither has a bucket without uploads. */
async function namesIn(root: string): Promise<readonly string[]> {
  try {
    return await readdir(root);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
