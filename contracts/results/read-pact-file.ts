// A pact from disk: its text, for the fingerprint and the broker, and what it says.
import { open } from 'node:fs/promises';
import { ContractError } from '../contract-error.ts';
import type { Pact } from '../pact/pact.ts';
import { pactBytesMax, readPact } from '../pact/read-pact.ts';

export interface PactFile {
  readonly file: string;
  /** Without a byte order mark. */
  readonly text: string;
  readonly pact: Pact;
}

/** @throws ContractError BAD_USAGE where it cannot be read, PACT_DAMAGED or PACT_NOT_SUPPORTED for what is in it */
export async function readPactFile(file: string): Promise<PactFile> {
  const text = (await readText(file)).replace(/^\uFEFF/, '');
  return { file, text, pact: readPact(text, file) };
}

async function readText(file: string): Promise<string> {
  const hint = 'Name the JSON file of a pact; a relative path starts here.';
  try {
    await using handle = await open(file, 'r');
    const stat = await handle.stat();
    // A device or a pipe would never end.
    if (!stat.isFile()) throw new ContractError('BAD_USAGE', `${file} is no file.`, hint);
    if (stat.size > pactBytesMax)
      throw new ContractError('PACT_DAMAGED', `${file} has ${stat.size} bytes; a pact has ${pactBytesMax} at most.`, hint);
    return await handle.readFile('utf8');
  } catch (cause) {
    if (cause instanceof ContractError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new ContractError('BAD_USAGE', `${file} ${code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`}.`, hint, { cause });
  }
}
