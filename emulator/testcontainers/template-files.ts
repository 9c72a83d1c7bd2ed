// What has to go along with templates of this machine: the code of their functions, and what that imports, in the same places around them.
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { AirlockError } from '../errors.ts';
import type { Deployment, FunctionDefinition } from '../template/deployment.ts';
import { bundledFiles } from './bundled-files.ts';

export interface TemplateFiles {
  /** For withCopyFilesToContainer(). */
  readonly copies: { readonly source: string; readonly target: string; readonly mode: number }[];
  /** The templates, in the container. */
  readonly paths: readonly string[];
}

/** Where no package of the emulator's own would be found by Node's search up the directories. */
const directoryInside = '/srv/templates';
/** Everything that is copied. Lambda's own limit for one function's unzipped code is 250 MB. */
const limits = { files: 20_000, bytes: 500_000_000 } as const;

/** None where there are no templates: those of the image are used. @throws AirlockError BAD_FUNCTION_CODE for what cannot go along */
export async function templateFiles(templates: readonly string[], deployment: Deployment): Promise<TemplateFiles> {
  if (templates.length === 0) return { copies: [], paths: [] };
  const roots = templates.map((path) => resolve(path));
  const files = new Set([...roots, ...(await Promise.all(deployment.functions.map(codeFiles))).flat()]);
  const modes = await readModes(files);
  const base = commonDirectory([...files]);
  const inside = (file: string) => posix.join(directoryInside, relative(base, file).split(sep).join('/'));
  return {
    // The emulator may be another user than the owner here.
    copies: [...modes].map(([source, mode]) => ({ source, target: inside(source), mode })),
    paths: roots.map(inside),
  };
}

async function codeFiles({ functionName, code }: FunctionDefinition): Promise<readonly string[]> {
  if (code.kind === 'inline') return [];
  if (code.esbuild !== null) return bundledFiles(functionName, code.path, code.esbuild);
  if ((await stat(code.path)).isDirectory()) return filesBelow(code.path);
  // A file that is no archive stands for its directory, as /var/task.
  return code.path.endsWith('.zip') ? [code.path] : filesBelow(dirname(code.path));
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const link = entries.find((entry) => entry.isSymbolicLink() && entry.parentPath.split(sep).at(-1) !== '.bin');
  if (link !== undefined) {
    throw new AirlockError(
      'BAD_FUNCTION_CODE',
      `${join(link.parentPath, link.name)} is a symbolic link, which cannot be copied into the emulator's container.`,
      'Replace it by the file itself, or give the function a bundle: Metadata: { BuildMethod: esbuild } in the template.',
    );
  }
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Readable for all, and what can be executed stays so. */
async function readModes(files: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  let bytes = 0;
  const modes = new Map<string, number>();
  for (const file of files) {
    if (files.size > limits.files || bytes > limits.bytes) break;
    const { size, mode } = await stat(file);
    bytes += size;
    modes.set(file, mode & 0o100 ? 0o755 : 0o644);
  }
  if (files.size <= limits.files && bytes <= limits.bytes) return modes;
  throw new AirlockError(
    'BAD_FUNCTION_CODE',
    `The functions of the templates are ${files.size} files${bytes > 0 ? ` with more than ${limits.bytes} bytes` : ''}, too much to copy into a container.`,
    `Up to ${limits.files} files and ${limits.bytes} bytes go along. Name a directory that holds only the code, or use BuildMethod: esbuild.`,
  );
}

function commonDirectory(files: readonly string[]): string {
  const [first = [], ...others] = files.map((file) => dirname(file).split(sep));
  const common = others.reduce((prefix, segments) => {
    const differs = prefix.findIndex((segment, index) => segment !== segments[index]);
    return differs < 0 ? prefix : prefix.slice(0, differs);
  }, first);
  return common.join(sep) || sep;
}
