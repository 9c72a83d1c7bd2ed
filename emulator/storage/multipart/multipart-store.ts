// Multipart uploads of a store: begun, found, given parts, ended. What each operation checks is in operations/.
import type { Clock } from '../../clock.ts';
import type { StagedBody } from '../staged-body.ts';
import type { StagingArea } from '../staging-area.ts';
import type { BucketUploads } from './bucket-uploads.ts';
import type { UploadDirectory } from './upload-directory.ts';
import { newUploadId } from './upload-id.ts';
import type { PartRecord, UploadRecord } from './upload-record.ts';

export interface MultipartStore {
  /** Null when the bucket is not there. */
  create(bucket: string, upload: Omit<UploadRecord, 'uploadId' | 'initiatedAt'>): UploadRecord | null;
  find(bucket: string, key: string, uploadId: string): UploadDirectory | null;
  /** By key, and of a key in the order they began. */
  list(bucket: string): readonly UploadRecord[];
  /** Uses the staged body up in any case; null when the upload has ended meanwhile. A part of that number is replaced. */
  keepPart(upload: UploadDirectory, staged: StagedBody, part: Omit<PartRecord, 'sizeBytes' | 'lastModified'>): Promise<PartRecord | null>;
  /** Whether there was still something to end. A completion that is under way comes first. */
  abort(upload: UploadDirectory): Promise<boolean>;
  /** Takes away what is left of an upload that has become an object. Within the upload's `exclusively`. */
  finish(upload: UploadDirectory): Promise<void>;
}

export interface MultipartStoreOptions {
  readonly uploadsOf: (bucket: string) => BucketUploads | null;
  readonly staging: StagingArea;
  readonly clock: Clock;
}

export function createMultipartStore({ uploadsOf, staging, clock }: MultipartStoreOptions): MultipartStore {
  let begun = 0;
  const now = () => Math.floor(clock.now() / 1000) * 1000;
  return {
    create(bucket, upload) {
      const uploads = uploadsOf(bucket);
      if (!uploads) return null;
      return uploads.create({ ...upload, uploadId: newUploadId(clock.now(), begun++), initiatedAt: now() }, staging.temporaryPath()).record;
    },
    find: (bucket, key, uploadId) => uploadsOf(bucket)?.find(key, uploadId) ?? null,
    list: (bucket) => uploadsOf(bucket)?.list() ?? [],
    async keepPart(upload, staged, part) {
      try {
        return await upload.exclusively(async () => {
          if (upload.isGone()) return null;
          const record = { ...part, sizeBytes: staged.sizeBytes, lastModified: now() };
          if (!(await upload.keep(record, staged.content, staging.temporaryPath))) return null;
          staging.release(staged);
          return record;
        });
      } finally {
        await staging.discard(staged);
      }
    },
    abort: (upload) =>
      upload.exclusively(async () => {
        if (upload.isGone()) return false;
        await upload.remove(staging.temporaryPath());
        return true;
      }),
    finish: (upload) => upload.remove(staging.temporaryPath()),
  };
}
