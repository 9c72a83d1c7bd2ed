// From a function's code as the template gives it to a directory that a worker can run: bundled, unpacked, written out, or in place.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AirlockError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { FunctionCode, FunctionDefinition } from '../template/deployment.ts';
import { allEnded } from './all-ended.ts';
import { type Bundle, bundleFunctions } from './bundle-functions.ts';
import { unzip } from './unzip.ts';

type LocalCode = FunctionCode & { kind: 'local' };

export interface BuiltCode {
  /** Stands for /var/task. */
  readonly taskRoot: string;
  /** A bundle has the paths of the SDK written in; other code finds it when it runs. */
  readonly bringsSdk: boolean;
}

/**
 * Prepares all functions at once, in new directories under `directory`. By function ARN.
 * @throws AirlockError BAD_FUNCTION_CODE, with file, line and column where there are any
 */
export async function buildFunctionCode(options: {
  readonly functions: readonly FunctionDefinition[];
  readonly directory: string;
  readonly log: Log;
}): Promise<ReadonlyMap<string, BuiltCode>> {
  const { functions, directory, log } = options;
  const built = new Map<string, BuiltCode>();
  const bundles: Bundle[] = [];
  const others: Promise<void>[] = [];
  for (const definition of functions) {
    const { code, arn, functionName } = definition;
    const outDirectory = join(directory, directoryNameOf(definition));
    if (code.kind === 'local' && code.esbuild) {
      bundles.push({ functionName, path: code.path, options: code.esbuild, location: code.location, outDirectory });
      built.set(arn, { taskRoot: outDirectory, bringsSdk: true });
    } else {
      const opened = code.kind === 'inline' ? writeInline(code.source, outDirectory) : openLocal(functionName, code, outDirectory);
      others.push(
        opened.then((taskRoot) => {
          built.set(arn, { taskRoot, bringsSdk: false });
        }),
      );
    }
  }
  await allEnded([...others, bundleFunctions({ bundles, directory, log })]);
  return built;
}

/** Two accounts may have functions of the same name. */
export function directoryNameOf({ accountId, functionName }: FunctionDefinition): string {
  return `${accountId}-${functionName}`;
}

/** CloudFormation calls inline code `index`; here it is a module when it is written as one. */
async function writeInline(source: string, outDirectory: string): Promise<string> {
  const isModule = /^\s*(?:import\b(?!\s*\()|export\b)/m.test(source);
  await mkdir(outDirectory, { recursive: true });
  await writeFile(join(outDirectory, isModule ? 'index.mjs' : 'index.js'), source);
  return outDirectory;
}

async function openLocal(functionName: string, code: LocalCode, outDirectory: string): Promise<string> {
  const { file, line, column } = code.location;
  const refuse = (reason: string, cause: unknown) =>
    new AirlockError(
      'BAD_FUNCTION_CODE',
      `${file}:${line}:${column}: the code of function ${functionName} cannot be used: ${code.path}: ${reason}`,
      'Code is a directory, a file or a zip archive; its path is relative to the template.',
      { cause },
    );
  try {
    const found = await stat(code.path);
    if (found.isDirectory()) return code.path;
    if (!code.path.endsWith('.zip')) return dirname(code.path);
    await unzip(await readFile(code.path), outDirectory);
    return outDirectory;
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
}
