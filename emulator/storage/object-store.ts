// Buckets and objects on disk. An object is there whole or not at all, also for a reader in the middle of an overwrite
// and after kill -9: its file is complete before one rename (or link) gives it its name.
// Nothing calls fsync: a killed process leaves the kernel's page cache intact, and a loss of power is out of scope for an
// emulator; it would cost every request several milliseconds.
// A small object is written with blocking calls on purpose: four short system calls take less time than one turn through
// Node's thread pool. And because a commit does not yield, "check the precondition, rename, update the index" is atomic.
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ChecksumAlgorithm } from '../aws/checksum.ts';
import type { Clock } from '../clock.ts';
import { AirlockError } from '../errors.ts';
import { objectBytesMax } from '../limits.ts';
import { createLog, type Log } from '../log.ts';
import { type BucketDirectory, createBucketDirectory, loadBucketDirectory } from './bucket-directory.ts';
import { isBucketName } from './bucket-name.ts';
import { lockDirectory } from './directory-lock.ts';
import { createMultipartStore, type MultipartStore } from './multipart/multipart-store.ts';
import type { ChecksumType } from './multipart/upload-checksum.ts';
import type { Encryption, ObjectRecord } from './object-file.ts';
import type { StagedBody } from './staged-body.ts';
import { type BodyStaging, createStagingArea } from './staging-area.ts';

export interface BucketRecord {
  readonly name: string;
  readonly ownerAccountId: string;
  /** Milliseconds since 1970, a whole second. */
  readonly createdAt: number;
}

/** What a listing and a precondition need, from memory. */
export interface ObjectSummary {
  readonly etag: string;
  readonly sizeBytes: number;
  readonly lastModified: number;
  readonly checksumAlgorithm: ChecksumAlgorithm;
  readonly checksumType: ChecksumType;
}

/** One version of an object; a later overwrite or deletion does not disturb it. Read it once or close it. */
export interface OpenObject {
  readonly record: ObjectRecord;
  /** Bytes `start` to `end`, both inclusive; a stream for what does not fit in memory. */
  read(start: number, end: number): Buffer | Readable;
  close(): void;
}

export type WritePrecondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'mustNotExist' }
  | { readonly kind: 'mustMatch'; readonly etag: string };

export interface CommitTarget {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
  readonly precondition: WritePrecondition;
  /** In place of the body's own: a composite one. */
  readonly checksum?: ObjectRecord['checksum'];
  readonly uploadId?: string;
}

export type CommitResult =
  | { readonly kind: 'stored'; readonly record: ObjectRecord }
  | { readonly kind: 'noSuchBucket' | 'noSuchKey' | 'exists' | 'changed' };

export interface PutObjectInput {
  readonly bucket: string;
  readonly key: string;
  readonly body: Buffer | Readable;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Refused unless the bucket belongs to this account. (An object always belongs to its bucket's owner.) */
  readonly ownerAccountId?: string;
}

/** What an operation on a bucket itself needs. */
export interface BucketStore {
  createBucket(name: string, ownerAccountId: string): Promise<'created' | 'alreadyYours' | 'alreadyTaken'>;
  deleteBucket(name: string): Promise<'deleted' | 'noSuchBucket' | 'notEmpty'>;
  bucket(name: string): BucketRecord | null;
  /** In order of their names. */
  buckets(): readonly BucketRecord[];
}

export interface ObjectStore extends BucketStore, BodyStaging {
  readonly multipart: MultipartStore;
  /** In the order of their UTF-8 bytes; valid until the next change. */
  keys(bucket: string): readonly string[];
  summary(bucket: string, key: string): ObjectSummary | null;
  open(bucket: string, key: string): OpenObject | null;
  /** Makes a staged body the object, if the precondition holds at that moment; discards it otherwise. */
  commit(staged: StagedBody, target: CommitTarget): Promise<CommitResult>;
  /** For seeding: an object as a plain PUT would make it. AirlockError when the bucket is not there. */
  putObject(input: PutObjectInput): Promise<ObjectRecord>;
  deleteObject(bucket: string, key: string): void;
  /** Lets go of the directory. Bodies that are still coming in are lost. */
  close(): Promise<void>;
}

export interface ObjectStoreOptions {
  readonly directory: string;
  readonly clock: Clock;
  /** None where absent. */
  readonly log?: Log;
}

/** Opens (or makes) the store under `directory`. AirlockError BAD_OPTION when another process has it or a file is damaged. */
export async function openObjectStore({ directory, clock, log = createLog('silent') }: ObjectStoreOptions): Promise<ObjectStore> {
  // A folder of its own: what is removed below must never be somebody else's.
  const root = join(directory, 'object-store');
  const incoming = join(root, 'incoming');
  const bucketsRoot = join(root, 'buckets');
  await mkdir(root, { recursive: true });
  const lock = await lockDirectory(root);
  const buckets = new Map<string, BucketDirectory>();
  try {
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming);
    await mkdir(bucketsRoot, { recursive: true });
    for (const name of (await readdir(bucketsRoot)).sort()) buckets.set(name, await loadBucketDirectory(join(bucketsRoot, name), log));
  } catch (error) {
    lock.release();
    throw error;
  }

  const staging = createStagingArea(incoming);
  const { temporaryPath, discard } = staging;
  let closed = false;
  const now = () => Math.floor(clock.now() / 1000) * 1000;
  const assertOpen = () => {
    if (closed) throw new Error('The object store is closed.');
  };

  const store: ObjectStore = {
    multipart: createMultipartStore({ uploadsOf: (bucket) => buckets.get(bucket)?.uploads ?? null, staging, clock }),
    async createBucket(name, ownerAccountId) {
      assertOpen();
      const existing = buckets.get(name);
      if (existing) return existing.bucket.ownerAccountId === ownerAccountId ? 'alreadyYours' : 'alreadyTaken';
      if (!isBucketName(name)) {
        throw new AirlockError(
          'BAD_OPTION',
          `"${name}" is not a valid bucket name.`,
          'Use 3 to 63 lower-case letters, digits, dots and hyphens.',
        );
      }
      const bucket = { name, ownerAccountId, createdAt: now() };
      buckets.set(name, createBucketDirectory({ path: join(bucketsRoot, name), temporaryPath: temporaryPath(), bucket }));
      return 'created';
    },
    async deleteBucket(name) {
      assertOpen();
      const found = buckets.get(name);
      if (!found) return 'noSuchBucket';
      if (found.keys().length > 0) return 'notEmpty';
      buckets.delete(name);
      await found.remove(temporaryPath());
      return 'deleted';
    },
    bucket: (name) => buckets.get(name)?.bucket ?? null,
    buckets: () => [...buckets.values()].map(({ bucket }) => bucket).sort((a, b) => (a.name < b.name ? -1 : 1)),
    keys: (bucket) => buckets.get(bucket)?.keys() ?? [],
    summary: (bucket, key) => buckets.get(bucket)?.summary(key) ?? null,
    open(bucket, key) {
      assertOpen();
      const opened = buckets.get(bucket)?.open(key);
      if (!opened) return null;
      const { record, whole, descriptor, close } = opened;
      return {
        record,
        read: (start, end) =>
          whole ? whole.subarray(start, end + 1) : createReadStream('', { fd: descriptor, start, end, highWaterMark: 256 * 1024 }),
        close,
      };
    },
    async stage(body, options) {
      assertOpen();
      return staging.stage(body, options);
    },
    async commit(staged, { bucket, precondition, ...attributes }) {
      assertOpen();
      const found = buckets.get(bucket);
      if (!found) {
        await discard(staged);
        return { kind: 'noSuchBucket' };
      }
      try {
        const { sizeBytes, checksum, content } = staged;
        const record: ObjectRecord = { checksum, ...attributes, sizeBytes, lastModified: now() };
        const result = await found.commit({ record, content, precondition, temporaryPath });
        if (result === 'stored') staging.release(staged);
        return result === 'stored' ? { kind: 'stored', record } : { kind: result };
      } finally {
        await discard(staged);
      }
    },
    discard,
    async putObject({ bucket, key, body, contentType = 'binary/octet-stream', metadata = {}, ownerAccountId }) {
      const owner = buckets.get(bucket)?.bucket.ownerAccountId;
      if (owner === undefined || (ownerAccountId !== undefined && owner !== ownerAccountId)) {
        throw new AirlockError(
          'BAD_OPTION',
          `Account ${ownerAccountId ?? 'any'} has no bucket "${bucket}" to put an object into.`,
          'Create it first.',
        );
      }
      const staged = await store.stage(body, { checksumAlgorithm: 'CRC64NVME', bytesMax: objectBytesMax });
      const result = await store.commit(staged, {
        bucket,
        key,
        etag: staged.md5.toString('hex'),
        headers: { 'content-type': contentType },
        metadata,
        encryption: { algorithm: 'AES256' },
        precondition: { kind: 'none' },
      });
      if (result.kind !== 'stored') throw new AirlockError('BAD_OPTION', `The bucket "${bucket}" is gone.`, 'Create it first.');
      return result.record;
    },
    deleteObject(bucket, key) {
      assertOpen();
      buckets.get(bucket)?.delete(key);
    },
    async close() {
      if (closed) return;
      closed = true;
      for (const directory of buckets.values()) directory.close();
      await staging.close();
      lock.release();
    },
  };
  return store;
}
