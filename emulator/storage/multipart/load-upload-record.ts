// Reads upload.json when a store is opened; what no creation could have left stops the start, as with a damaged object.
import { readFileSync } from 'node:fs';
import { checksumAlgorithms } from '../../aws/checksum.ts';
import { damagedFile } from '../load-record.ts';
import { DamagedObjectError } from '../object-file.ts';
import type { UploadRecord } from './upload-record.ts';

/** @throws AirlockError BAD_OPTION where it is missing, or no record of the upload with this id */
export function loadUploadRecord(path: string, uploadId: string): UploadRecord {
  const record = readJson(path);
  if (!isUploadRecord(record)) throw damagedFile(path, new DamagedObjectError('it is no record of a multipart upload'));
  if (record.uploadId !== uploadId) throw damagedFile(path, new DamagedObjectError('it is the record of another upload'));
  return record;
}

/** Not there, no file, or no folder to look into. */
const damages: ReadonlySet<string | undefined> = new Set(['ENOENT', 'EISDIR', 'ENOTDIR']);

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // The parser's own message quotes what it has read.
    if (error instanceof SyntaxError) throw damagedFile(path, new DamagedObjectError('it is no JSON', { cause: error }));
    if (error instanceof Error && damages.has((error as NodeJS.ErrnoException).code)) throw damagedFile(path, error);
    throw error;
  }
}

function isUploadRecord(value: unknown): value is UploadRecord {
  if (!isMap(value)) return false;
  const { uploadId, key, initiatedAt, initiatorArn, headers, metadata, encryption, checksum } = value;
  return (
    typeof uploadId === 'string' &&
    typeof key === 'string' &&
    Number.isSafeInteger(initiatedAt) &&
    (initiatorArn === null || typeof initiatorArn === 'string') &&
    isTextMap(headers) &&
    isTextMap(metadata) &&
    isEncryption(encryption) &&
    (checksum === null || isChecksum(checksum))
  );
}

function isEncryption(value: unknown): boolean {
  if (!isMap(value)) return false;
  const { algorithm, keyArn, bucketKeyEnabled } = value;
  return algorithm === 'AES256' || (algorithm === 'aws:kms' && typeof keyArn === 'string' && typeof bucketKeyEnabled === 'boolean');
}

function isChecksum(value: unknown): boolean {
  if (!isMap(value)) return false;
  return checksumAlgorithms.some((name) => name === value.algorithm) && ['COMPOSITE', 'FULL_OBJECT'].includes(String(value.type));
}

function isTextMap(value: unknown): boolean {
  return isMap(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
