// How a container runs the relay: the program goes along as an argument, so any image with Node 20 or newer will do and nothing is copied.
import { extname } from 'node:path';
import { buildSync } from 'esbuild';

/** MAX_ARG_STRLEN of Linux, with the final zero: 32 pages. */
const argumentBytesMax = 128 * 1024 - 1;

/** The whole argv. `listen` and `options` as program/run-relay.ts takes them. */
export function relayCommand(listen: string, ...options: readonly string[]): readonly string[] {
  const source = bundleProgram();
  if (Buffer.byteLength(source) > argumentBytesMax)
    throw new Error(`The relay is larger than an argument may be (${argumentBytesMax} bytes).`);
  // `--`: what follows is the program's, also `-` and what begins with it.
  return ['node', '--input-type=module', '-e', source, '--', listen, ...options];
}

function bundleProgram(): string {
  // Beside this file it is .ts in the repository and .js in the published package.
  const contents = `import { runRelay } from './program/run-relay${extname(import.meta.filename)}'; await runRelay(process.argv.slice(1));`;
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
    logLevel: 'silent',
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error('esbuild made no bundle of the relay.');
  return bundle.text;
}
