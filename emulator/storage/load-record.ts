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
    if (!(error instanceof DamagedObjectError) && !(error instanceof SyntaxError)) throw error;
    throw new AirlockError(
      'BAD_OPTION',
      `The object file ${path} is damaged: ${error.message}.`,
      'Remove it, or choose another data directory.',
      { cause: error },
    );
  } finally {
    closeSync(descriptor);
  }
}
