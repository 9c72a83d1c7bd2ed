// What is kept of a multipart upload and of each of its parts.
import type { ChecksumAlgorithm } from '../../aws/checksum.ts';
import type { Encryption, ObjectRecord } from '../object-file.ts';
import type { ChecksumType } from './upload-checksum.ts';

export interface UploadRecord {
  readonly uploadId: string;
  readonly key: string;
  /** Milliseconds since 1970, a whole second. */
  readonly initiatedAt: number;
  /** Null for a caller without one. */
  readonly initiatorArn: string | null;
  /** For the object: see ObjectRecord. */
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
  /** Null where the client named none: then the object gets CRC64NVME over its bytes, and no part keeps a checksum [V]. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | null;
}

export interface PartRecord {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** 32 hex digits, without quotes. */
  readonly etag: string;
  /** Milliseconds since 1970, a whole second. */
  readonly lastModified: number;
  readonly checksum: ObjectRecord['checksum'] | null;
}
