// How a container runs the relay: the program goes along as an argument, so any image with Node 20 or newer will do and nothing is copied.
import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

/** MAX_ARG_STRLEN of Linux, with the final zero: 32 pages. */
const argumentBytesMax = 128 * 1024 - 1;

/** The whole argv. `listen` and `options` as relay-program.ts takes them. */
export function relayCommand(listen: string, ...options: readonly string[]): readonly string[] {
  const source = `${readProgram()}\nawait runRelay(process.argv.slice(1));\n`;
  if (Buffer.byteLength(source) > argumentBytesMax)
    throw new Error(`The relay is larger than an argument may be (${argumentBytesMax} bytes).`);
  // `--`: what follows is the program's, also `-` and what begins with it.
  return ['node', '--input-type=module', '-e', source, '--', listen, ...options];
}

/** Compiled in the package, TypeScript in the repository. */
function readProgram(): string {
  const compiled = join(import.meta.dirname, 'relay-program.js');
  if (existsSync(compiled)) return readFileSync(compiled, 'utf8');
  return withoutTypes(readFileSync(join(import.meta.dirname, 'relay-program.ts'), 'utf8'));
}

/** Node calls the function experimental, on standard error; only a developer of Airlock would ever read it, and has pinned Node. */
function withoutTypes(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
