// A directory of its own for a test, gone with its block.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'airlock-external-s3-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
