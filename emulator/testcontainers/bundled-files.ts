// All files that esbuild reads for one function: the emulator in the container bundles it again from these.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type BuildFailure, build, type Loader, type Metafile } from 'esbuild';
import { AirlockError } from '../errors.ts';
import { sdkStaysOutside } from '../functions/sdk-stays-outside.ts';
import type { EsbuildOptions } from '../template/deployment.ts';

/** Decide how a file is read and found. */
const besideCode = ['package.json', 'tsconfig.json'];

/** `path` is the function's code directory. Absolute paths. @throws AirlockError BAD_FUNCTION_CODE */
export async function bundledFiles(functionName: string, path: string, options: EsbuildOptions): Promise<readonly string[]> {
  const { inputs } = await readInputs(functionName, path, options);
  const files = new Set<string>();
  for (const [input, { imports }] of Object.entries(inputs)) {
    const file = resolve(path, input);
    if (!existsSync(file)) continue;
    for (const { path: imported, external } of imports) if (!external) checkIsFoundAgain(functionName, file, resolve(path, imported));
    files.add(file);
    for (let directory = dirname(file); ; directory = dirname(directory)) {
      for (const name of besideCode) if (existsSync(join(directory, name))) files.add(join(directory, name));
      // A package, or the project, ends where its package.json is.
      if (existsSync(join(directory, 'package.json')) || directory === dirname(directory)) break;
    }
  }
  return [...files];
}

async function readInputs(functionName: string, path: string, options: EsbuildOptions): Promise<Metafile> {
  try {
    const { metafile } = await build({
      entryPoints: options.entryPoints.map((entry) => resolve(path, entry)),
      absWorkingDir: path,
      bundle: true,
      metafile: true,
      write: false,
      outdir: join(path, 'never-written'),
      platform: 'node',
      format: options.format,
      external: [...options.external],
      mainFields: [...options.mainFields],
      loader: { ...options.loader } as Record<string, Loader>,
      plugins: [sdkStaysOutside],
      logLevel: 'silent',
    });
    return metafile;
  } catch (error) {
    const messages = (error as Partial<BuildFailure>).errors?.map(({ text, location }) => {
      return location ? `${resolve(path, location.file)}:${location.line}:${location.column + 1}: ${text}` : text;
    });
    throw new AirlockError(
      'BAD_FUNCTION_CODE',
      `Could not bundle function ${functionName}:\n${messages?.join('\n') ?? String(error)}`,
      'Correct the code, or install what it imports.',
      { cause: error },
    );
  }
}

/** Packages that are found by way of a symbolic link (pnpm, workspaces) would not be found in the copy. */
function checkIsFoundAgain(functionName: string, importer: string, imported: string): void {
  const place = imported.lastIndexOf('/node_modules/');
  if (place < 0 || importer.startsWith(imported.slice(0, place + 1))) return;
  throw new AirlockError(
    'BAD_FUNCTION_CODE',
    `Function ${functionName} imports ${imported} by way of a symbolic link, which cannot be copied into the emulator's container.`,
    'Install with plain node_modules (pnpm: node-linker=hoisted), or give the template the built function.',
  );
}
