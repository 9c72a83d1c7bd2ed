// A copy of a shipped folder with one thing changed in it, as a developer might change it without thinking of the other side.
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

export interface Edit {
  /** Below the folder. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface MutatedSource extends AsyncDisposable {
  /** The changed copy of the folder. */
  readonly directory: string;
}

/** @throws where `from` is not in the file exactly once: a mutation that misses would prove nothing */
export async function mutatedSource(folder: 'lambdas' | 'model-stub', { file, from, to }: Edit): Promise<MutatedSource> {
  const root = await mkdtemp(join(tmpdir(), 'airlock-mutation-'));
  const directory = join(root, folder);
  await cp(join(repository, folder), directory, { recursive: true });
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction');
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  const path = join(directory, file);
  const text = await readFile(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${folder}/${file} has ${text.split(from).length - 1} times: ${from}`);
  await writeFile(
    path,
    text.replace(from, () => to),
  );
  return { directory, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}
