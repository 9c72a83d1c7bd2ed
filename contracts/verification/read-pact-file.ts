// A pact's file -> its text. What is in it, readPact() says.
import { readFile } from 'node:fs/promises';
import { ContractError } from '../contract-error.ts';

/** @throws ContractError BAD_USAGE where there is no such file, PACT_DAMAGED where it is no text */
export async function readPactFile(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'is not there' : code === 'EISDIR' ? 'is a directory' : `cannot be read: ${message}`;
    throw new ContractError('BAD_USAGE', `The pact ${file} ${reason}.`, 'Name a file that a consumer test has written.', { cause });
  }
  try {
    // Without the byte order mark that some editors write.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ContractError('PACT_DAMAGED', `The pact ${file} is no UTF-8 text.`, 'Generate it again.', { cause });
  }
}
