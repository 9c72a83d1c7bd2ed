// A small program of ours as the command of a container: it goes along as an argument, so any image with Node 20 or newer will do and
// nothing is copied.
import { extname } from 'node:path';
import { buildSync } from 'esbuild';

/** MAX_ARG_STRLEN of Linux, with the final zero: 32 pages. */
const argumentBytesMax = 128 * 1024 - 1;

export interface ContainerProgram {
  /** Folder of the module that names it. */
  readonly directory: string;
  /** Of the program beside it, without its ending: `./program/run-relay`. */
  readonly file: string;
  /** What it exports: called with the arguments. */
  readonly main: string;
}

/** The whole argv. */
export function programCommand({ directory, file, main }: ContainerProgram, args: readonly string[]): readonly string[] {
  // Beside this file it is .ts in the repository and .js in the published package.
  const ending = extname(import.meta.filename);
  const { outputFiles } = buildSync({
    stdin: { contents: `import { ${main} } from '${file}${ending}'; await ${main}(process.argv.slice(1));`, resolveDir: directory },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
    logLevel: 'silent',
  });
  const source = outputFiles[0]?.text ?? '';
  if (source === '') throw new Error(`esbuild made no bundle of ${main}.`);
  if (Buffer.byteLength(source) > argumentBytesMax)
    throw new Error(`${main} is larger than an argument may be (${argumentBytesMax} bytes).`);
  // `--`: what follows is the program's, also `-` and what begins with it.
  return ['node', '--input-type=module', '-e', source, '--', ...args];
}
