// Reads the record of an object or part when a store is opened; a file that no commit could have left stops the start.
import { closeSync, openSync } from 'node:fs';
import { AirlockError } from '../errors.ts';
import { DamagedObjectError, readRecord, type SizedRecord } from './object-file.ts';

/** `isNamedSo`: whether the file's name is the one of such a record. @throws AirlockError BAD_OPTION */
export function loadRecord<FileRecord extends SizedRecord>(path: string, isNamedSo: (record: FileRecord) => boolean): FileRecord {
  const descriptor = openSync(path, 'r');
  try {
    const record = readRecord<FileRecord>(descriptor);
    if (!isNamedSo(record)) throw new DamagedObjectError('it is the file of another key');
    return record;
  } catch (error) {
    if (error instanceof SyntaxError) throw damagedFile(path, error);
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') throw damagedFile(path, error as Error);
    throw error instanceof DamagedObjectError ? damagedFile(path, error) : error;
  } finally {
    closeSync(descriptor);
  }
}

export function damagedFile(path: string, cause: Error): AirlockError {
  return new AirlockError(
    'BAD_OPTION',
    `The object file ${path} is damaged: ${cause.message}.`,
    'Remove it, or choose another data directory.',
    { cause },
  );
}
