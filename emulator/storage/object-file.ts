// One object is one file: its bytes, then its record, then a footer. One rename makes both visible, or neither.
// A part of a multipart upload is a file of the same form.
import { fstatSync, readSync } from 'node:fs';
import type { ChecksumAlgorithm } from '../aws/checksum.ts';

/** Everything about an object but its bytes. */
export interface ObjectRecord {
  readonly key: string;
  readonly sizeBytes: number;
  /** Hex, without quotes. */
  readonly etag: string;
  /** Milliseconds since 1970, always a whole second as on S3. */
  readonly lastModified: number;
  /** A composite one ends with `-N`, the number of its parts. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  /** Of the multipart upload that it was put together from. */
  readonly uploadId?: string;
  /** Content-Type and the like; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata: lower-case names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
}

export type Encryption =
  | { readonly algorithm: 'AES256' }
  | { readonly algorithm: 'aws:kms'; readonly keyArn: string; readonly bucketKeyEnabled: boolean };

/** What a record at the end of a file has to say at least. */
export interface SizedRecord {
  readonly sizeBytes: number;
}

/** The file is not one that a commit could have left: cut off, changed or foreign. */
export class DamagedObjectError extends Error {
  override readonly name = 'DamagedObjectError';
}

const magic = Buffer.from('AIRLOCK1');
const footerBytes = 4 + magic.length;
/** Nearly every record fits; a longer one costs a second read. */
const tailBytes = 4_096;

/** What follows the object's bytes in its file: JSON, its length (4 bytes, big endian), a mark. */
export function encodeRecord(record: SizedRecord): Buffer {
  const json = Buffer.from(JSON.stringify(record));
  const footer = Buffer.alloc(footerBytes);
  footer.writeUInt32BE(json.length);
  magic.copy(footer, 4);
  return Buffer.concat([json, footer]);
}

/** The record of an open file, or DamagedObjectError. The descriptor stays open. */
export function readRecord<FileRecord extends SizedRecord = ObjectRecord>(descriptor: number): FileRecord {
  const fileBytes = fstatSync(descriptor).size;
  let tail = readAt(descriptor, Math.max(0, fileBytes - tailBytes), Math.min(fileBytes, tailBytes));
  const needed = recordBytes(tail) + footerBytes;
  if (needed > fileBytes) throw new DamagedObjectError('its record is longer than the file');
  if (needed > tail.length) tail = readAt(descriptor, fileBytes - needed, needed);
  return parseRecord<FileRecord>(tail, fileBytes);
}

/** The record at the end of a file that is in memory as a whole. */
export function decodeRecord(file: Buffer): ObjectRecord {
  return parseRecord<ObjectRecord>(file, file.length);
}

function parseRecord<FileRecord extends SizedRecord>(tail: Buffer, fileBytes: number): FileRecord {
  const bytes = recordBytes(tail);
  const end = tail.length - footerBytes;
  if (bytes > end) throw new DamagedObjectError('its record is longer than the file');
  const record = JSON.parse(tail.toString('utf8', end - bytes, end)) as FileRecord;
  if (record.sizeBytes + bytes + footerBytes !== fileBytes) throw new DamagedObjectError('its size is not what its record says');
  return record;
}

function recordBytes(tail: Buffer): number {
  if (tail.length < footerBytes || !tail.subarray(-magic.length).equals(magic)) throw new DamagedObjectError('it has no record');
  return tail.readUInt32BE(tail.length - footerBytes);
}

function readAt(descriptor: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(descriptor, buffer, filled, length - filled, position + filled);
    if (count === 0) throw new DamagedObjectError('it ended while it was read');
    filled += count;
  }
  return buffer;
}
