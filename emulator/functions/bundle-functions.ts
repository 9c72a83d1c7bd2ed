// esbuild for functions in TypeScript or with dependencies, with the options the template gives to SAM. One call for all that agree.
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { type BuildFailure, type BuildOptions, build, type Loader, type Message } from 'esbuild';
import { AirlockError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EsbuildOptions, SourceLocation } from '../template/deployment.ts';
import { allEnded } from './all-ended.ts';
import { sdkStaysOutside } from './sdk-stays-outside.ts';

export interface Bundle {
  readonly functionName: string;
  /** Absolute; entry points are relative to it. */
  readonly path: string;
  readonly options: EsbuildOptions;
  readonly location: SourceLocation;
  /** Inside of `directory`. */
  readonly outDirectory: string;
}

/** @throws AirlockError BAD_FUNCTION_CODE */
export async function bundleFunctions(options: {
  readonly bundles: readonly Bundle[];
  readonly directory: string;
  readonly log: Log;
}): Promise<void> {
  const groups = Map.groupBy(options.bundles, ({ options: { entryPoints: _entryPoints, sourcemap: _sourcemap, ...agreed } }) =>
    JSON.stringify(agreed),
  );
  await allEnded([...groups.values()].map((group) => bundleGroup(group, options.directory, options.log)));
}

async function bundleGroup(group: readonly Bundle[], directory: string, log: Log): Promise<void> {
  const [first] = group;
  if (!first) return;
  try {
    const { warnings } = await build({
      ...esbuildOptions(first.options),
      entryPoints: group.flatMap((bundle) => entriesOf(bundle, directory)),
      outdir: directory,
    });
    for (const warning of warnings) log.warn({ functions: group.map((bundle) => bundle.functionName) }, describe(warning, first));
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const names = group.map((bundle) => bundle.functionName).join(', ');
    throw new AirlockError(
      'BAD_FUNCTION_CODE',
      `Could not bundle ${group.length === 1 ? 'function' : 'the functions'} ${names}:\n${error.errors.map((message) => describe(message, first)).join('\n')}`,
      'esbuild ran with the BuildProperties of the template; correct the code, or install what it imports.',
      { cause: error },
    );
  }
}

function esbuildOptions(options: EsbuildOptions) {
  return {
    bundle: true,
    platform: 'node',
    format: options.format,
    target: options.target,
    minify: options.minify,
    external: [...options.external],
    mainFields: [...options.mainFields],
    outExtension: { ...options.outExtension },
    banner: { ...options.banner },
    define: { ...options.define },
    // Its names are checked when the template is loaded.
    loader: { ...options.loader } as Record<string, Loader>,
    keepNames: options.keepNames ?? false,
    sourcesContent: options.sourcesContent ?? true,
    // Always, whatever the template says: a stack trace should name the line that was written.
    sourcemap: 'linked',
    plugins: [sdkStaysOutside],
    logLevel: 'silent',
  } satisfies BuildOptions;
}

/** As esbuild names outputs when it is called for one function alone: relative to what its entry points have in common. */
function entriesOf(bundle: Bundle, directory: string): { in: string; out: string }[] {
  const entries = bundle.options.entryPoints.map((entry) => resolve(bundle.path, entry));
  const base = commonDirectory(entries);
  return entries.map((entry) => {
    const name = relative(base, entry);
    return { in: entry, out: join(relative(directory, bundle.outDirectory), name.slice(0, name.length - extname(name).length)) };
  });
}

function commonDirectory(files: readonly string[]): string {
  const [first = [], ...others] = files.map((file) => dirname(file).split(sep));
  return others
    .reduce<readonly string[]>((common, segments) => {
      const differs = common.findIndex((segment, index) => segment !== segments[index]);
      return differs < 0 ? common : common.slice(0, differs);
    }, first)
    .join(sep);
}

/** file:line:column: text */
function describe({ text, location }: Message, { location: place }: Bundle): string {
  if (!location) return `${place.file}:${place.line}:${place.column}: ${text}`;
  return `${resolve(location.file)}:${location.line}:${location.column + 1}: ${text}`;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}
