// A pact from disk: its text, for the fingerprint, the verifier and the broker, and what it says. Every command reads pacts through here.
import { ContractError } from '../contract-error.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import type { Pact } from './pact.ts';
import { pactBytesMax, readPact } from './read-pact.ts';
import { readRegularFile } from './read-regular-file.ts';

export interface PactFile {
  readonly file: string;
  /** Without a byte order mark. */
  readonly text: string;
  readonly pact: Pact;
}

/** @throws ContractError BAD_USAGE where no file can be read, PACT_DAMAGED or PACT_NOT_SUPPORTED for what is in it */
export async function readPactFile(file: string): Promise<PactFile> {
  const text = decodeUtf8(await readBytes(file));
  if (text === undefined) throw new ContractError('PACT_DAMAGED', `${file} is no UTF-8 text.`, 'Generate the pact again.');
  const unmarked = text.replace(/^\uFEFF/, '');
  return { file, text: unmarked, pact: readPact(unmarked, file) };
}

const hint = 'Name the JSON file of a pact; a relative path starts at the working directory.';

async function readBytes(file: string): Promise<Buffer> {
  const found = await readRegularFile(file, pactBytesMax).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new ContractError('BAD_USAGE', `${file} ${code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`}.`, hint, { cause });
  });
  if (found.refused === null) return found.bytes;
  throw new ContractError(found.refused === 'too large' ? 'PACT_DAMAGED' : 'BAD_USAGE', `${file} ${found.words}.`, hint);
}
