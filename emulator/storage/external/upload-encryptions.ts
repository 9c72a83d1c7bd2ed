// How the object of each multipart upload in the other S3 will be encrypted: nothing there can be asked that later.
import type { Encryption } from '../object-file.ts';

export interface UploadEncryptions {
  /** As the upload was created, whoever names it with which key; null for one that this process does not know (any more). */
  of(uploadId: string): Encryption | null;
  note(uploadId: string, encryption: Encryption): void;
  /** The upload has become an object. Not for an abort: an S3 may say yes to that of an upload which it has under another key. */
  forget(uploadId: string): void;
}

/** Ours: uploads that are remembered; the oldest goes first. */
const uploadsMax = 10_000;

export function createUploadEncryptions(): UploadEncryptions {
  const known = new Map<string, Encryption>();
  return {
    of: (uploadId) => known.get(uploadId) ?? null,
    note(uploadId, encryption) {
      known.delete(uploadId);
      known.set(uploadId, encryption);
      const [oldest] = known.keys();
      if (known.size > uploadsMax && oldest !== undefined) known.delete(oldest);
    },
    forget: (uploadId) => void known.delete(uploadId),
  };
}
