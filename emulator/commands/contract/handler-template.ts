// --handler FILE: partner.yaml with the code of its token function taken from the user's file, as the user would edit it.
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { build } from 'esbuild';
import { ContractError } from '../../../contracts/contract-error.ts';
import type { TemplateOption } from '../../config.ts';
import { packageFile } from '../../package-files.ts';

/** Built with esbuild as SAM does it; the others run where they are, as Lambda runs them. */
const builtExtensions = ['.ts', '.mts', '.cts'];
const plainExtensions = ['.js', '.mjs', '.cjs'];

/** Lambda's limit of a Handler, less `.handler`. */
const moduleCharactersMax = 120;

/** @throws ContractError BAD_USAGE where the file is missing or exports no `handler` */
export async function templatesWithHandler(file: string): Promise<readonly TemplateOption[]> {
  const path = resolve(file);
  const extension = extname(path);
  const module = basename(path, extension);
  if (![...builtExtensions, ...plainExtensions].includes(extension) || /[.\s]/.test(module) || module.length > moduleCharactersMax) {
    const hint = `Lambda finds a module by a name without dots and spaces, of at most ${moduleCharactersMax} characters; the file ends in ${[...plainExtensions, ...builtExtensions].join(', ')}.`;
    throw new ContractError('BAD_USAGE', `${file} (--handler) cannot be the code of a function.`, hint);
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error || !found.isFile())
    throw new ContractError('BAD_USAGE', `${file} (--handler) is not there.`, 'Name the file that exports the function as `handler`.');
  await checkExport(path, file);

  const template = packageFile('infra/partner.yaml');
  const text = await readFile(template, 'utf8');
  const edited = edit(text, { directory: dirname(path), module, entryPoint: builtExtensions.includes(extension) ? basename(path) : null });
  return [{ path: template, text: edited }, packageFile('infra/customer.yaml')];
}

interface HandlerPlace {
  readonly directory: string;
  readonly module: string;
  /** Null: not to be built. */
  readonly entryPoint: string | null;
}

/** The token function is the only function of the template. */
function edit(text: string, { directory, module, entryPoint }: HandlerPlace): string {
  const ofFile = replaceOnce(
    replaceOnce(text, /^( +)Code: .*$/m, `$1Code: ${quoted(directory)}`),
    /^( +)Handler: .*$/m,
    `$1Handler: ${quoted(`${module}.handler`)}`,
  );
  if (entryPoint !== null) return replaceOnce(ofFile, /^( +)EntryPoints: .*$/m, `$1EntryPoints: [${quoted(entryPoint)}]`);
  return replaceOnce(ofFile, /^ {4}Metadata:\n {6}BuildMethod: esbuild\n(?: {6,}.*\n)*/m, '');
}

/** A replacement's `$` has a meaning of its own. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('$', '$$$$');
}

function replaceOnce(text: string, what: RegExp, by: string): string {
  const changed = text.replace(what, by);
  if (changed === text && !what.test(text)) throw new Error(`infra/partner.yaml has no ${what}`);
  return changed;
}

/** Said here with the file's name; in the emulator it would be an error of the function's runtime at every call. */
async function checkExport(path: string, file: string): Promise<void> {
  const built = await build({
    entryPoints: [path],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
    outdir: dirname(path),
  }).catch((cause: Error) => {
    const [, reason = cause.message] = cause.message.split('\n');
    throw new ContractError('BAD_USAGE', `${file} (--handler) cannot be built: ${reason}`, 'Correct the file.', { cause });
  });
  const [output] = Object.values(built.metafile.outputs);
  const isCommonJs = Object.values(built.metafile.inputs).some(({ format }) => format === 'cjs');
  if (output?.exports.includes('handler')) return;
  if (isCommonJs && /\bhandler\b/.test(await readFile(path, 'utf8'))) return;
  throw new ContractError(
    'BAD_USAGE',
    `${file} (--handler) exports no handler.`,
    'Write: export const handler = async (event, context) => { … }',
  );
}
