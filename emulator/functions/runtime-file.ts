// Compiles Lambda's runtime for the workers once a host: a worker that loads one plain file starts faster than one that strips types.
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Writes it into `directory`; the path of the file. */
export async function writeRuntimeFile(directory: string): Promise<string> {
  const outfile = join(directory, 'runtime.mjs');
  // Beside this file it is .ts in the repository and .js in the published package.
  const source = new URL(`./runtime/main${extname(import.meta.url)}`, import.meta.url);
  await build({
    entryPoints: [fileURLToPath(source)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    outfile,
    logLevel: 'silent',
  });
  return outfile;
}
