// Where a function's code is on this machine: inline, a local path as `aws cloudformation package` takes it, or Metadata.Airlock.LocalCode.
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { didYouMean } from '../../did-you-mean.ts';
import type { EsbuildOptions, FunctionCode } from '../deployment.ts';
import { flagAt, mapAt, textAt, textOf, textsAt, valueAt } from '../node-access.ts';
import type { Problems } from '../problems.ts';
import { any, checkShape, flag, listOf, object, oneOf, quote, text, texts } from '../shape.ts';
import type { MapNode, TemplateNode } from '../template-node.ts';
import { checkBundledHandler, checkHandlerFile, checkInlineHandler } from './function-handler.ts';
import type { ResolvedResource } from './resource-type.ts';

const remoteShape = object(
  {},
  { ImageUri: text, S3Bucket: text, S3Key: text, S3ObjectStorageMode: text, S3ObjectVersion: text, SourceKMSKeyArn: text, ZipFile: text },
);
/** Inline code has a size limit (AWS::Lambda::Function Code, ZipFile). */
const inlineBytesMax = 4_194_304;

/** SAM's names (esbuild BuildProperties). Those of SAM's that are missing here would change the bundle unseen. */
const buildShape = object(
  { EntryPoints: listOf(text) },
  {
    Banner: any,
    Define: any,
    External: texts,
    Format: oneOf('esm', 'cjs'),
    KeepNames: flag,
    Loader: any,
    MainFields: any,
    Minify: flag,
    OutExtension: any,
    Sourcemap: flag,
    SourcesContent: flag,
    Target: text,
  },
);
/** esbuild's own names. */
const loaderNames = [
  ...['base64', 'binary', 'copy', 'css', 'dataurl', 'default', 'empty', 'file', 'global-css', 'js', 'json', 'jsx', 'local-css', 'text'],
  ...['ts', 'tsx'],
];

/** Metadata.Airlock of a function. */
export const localCodeShape = object({}, { LocalCode: text });

/** Null when there is none that can be run; why is reported. */
export function readFunctionCode(resource: ResolvedResource): FunctionCode | null {
  const { metadata, problems, properties, base } = resource;
  const code = valueAt(properties, 'Code');
  const airlock = mapAt(metadata, 'Airlock');
  const localCode = valueAt(airlock, 'LocalCode');
  if (localCode !== null) return localPath(localCode, resource);
  if (code === null || code.kind === 'invalid') return null;
  if (code.kind === 'scalar') return localPath(code, resource);

  checkShape(code, remoteShape, problems);
  const source = textAt(code, 'ZipFile');
  if (source !== null) {
    if (Buffer.byteLength(source) > inlineBytesMax) problems.report(code.at, 'the inline code is larger than 4 MB');
    const method = metadata?.entries.get('BuildMethod');
    if (method !== undefined) problems.report(method.keyAt, 'inline code is not built', 'Give Code a local path, or remove BuildMethod.');
    checkInlineHandler(resource);
    return { kind: 'inline', source, location: code.at };
  }
  if (textAt(code, 'ImageUri') !== null) {
    problems.report(code.at, 'functions from container images are not emulated', 'Give Code a local path.');
    return null;
  }
  const hint = `Name the source on this machine: Metadata: { Airlock: { LocalCode: ../path } } on ${base.logicalId}, or give Code a local path.`;
  problems.report(code.at, 'the code is in S3 and nothing local is named for it', hint);
  return null;
}

function localPath(node: TemplateNode, resource: ResolvedResource): FunctionCode | null {
  const text = textOf(node);
  if (text === null || text === '') {
    if (node.kind !== 'invalid') resource.problems.report(node.at, 'the path of the code must be a text');
    return null;
  }
  // A path stands relative to the template, as for `aws cloudformation package`.
  const path = resolve(dirname(resource.stack.file), text);
  if (!exists(path)) {
    resource.problems.report(node.at, `there is no code at ${path}`, 'Correct the path; it is relative to the template.');
    return null;
  }
  const esbuild = readEsbuild(resource, path);
  if (esbuild === null) checkHandlerFile(resource, path);
  return esbuild === undefined ? null : { kind: 'local', path, esbuild, location: node.at };
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Null without BuildMethod; undefined when it is wrong and reported. */
function readEsbuild(resource: ResolvedResource, codePath: string): EsbuildOptions | null | undefined {
  const { metadata, problems, base } = resource;
  const method = valueAt(metadata, 'BuildMethod');
  if (metadata === null) return null;
  if (method === null) {
    const properties = metadata.entries.get('BuildProperties');
    if (properties !== undefined) problems.report(properties.keyAt, 'BuildProperties needs BuildMethod', 'Add BuildMethod: esbuild.');
    return null;
  }
  if (textOf(method) !== 'esbuild') {
    problems.report(
      method.at,
      `BuildMethod ${quote(textOf(method) ?? '')} is not emulated`,
      'esbuild is; or leave it out and give built code.',
    );
    return undefined;
  }
  const properties = mapAt(metadata, 'BuildProperties');
  if (properties === null) {
    problems.report(method.at, 'BuildMethod esbuild needs BuildProperties', 'Add BuildProperties: { EntryPoints: [file.ts] }.');
    return undefined;
  }
  const before = problems.list.length;
  checkShape(properties, buildShape, problems);
  const entryPoints = textsAt(properties, 'EntryPoints');
  if (entryPoints.length === 0)
    problems.report(properties.at, 'EntryPoints is empty', `Name the file that exports ${base.logicalId}'s handler.`);
  for (const entryPoint of entryPoints) {
    const path = resolve(codePath, entryPoint);
    const found = ['', '.ts', '.mts', '.js', '.mjs'].some((extension) => exists(path + extension));
    if (!found)
      problems.report(valueAt(properties, 'EntryPoints')?.at ?? properties.at, `there is no file ${path}`, 'Correct EntryPoints.');
  }
  const options: EsbuildOptions = {
    entryPoints,
    // The defaults are those of SAM's esbuild workflow.
    format: textAt(properties, 'Format') === 'esm' ? 'esm' : 'cjs',
    target: textAt(properties, 'Target') ?? 'es2020',
    minify: flagAt(properties, 'Minify') ?? true,
    sourcemap: flagAt(properties, 'Sourcemap') ?? false,
    external: textsAt(properties, 'External'),
    mainFields: readMainFields(properties, problems),
    outExtension: readPairs(properties, 'OutExtension', problems),
    banner: readPairs(properties, 'Banner', problems),
    define: readPairs(properties, 'Define', problems),
    loader: readPairs(properties, 'Loader', problems),
    keepNames: flagAt(properties, 'KeepNames') ?? false,
    sourcesContent: flagAt(properties, 'SourcesContent') ?? true,
  };
  for (const [extension, loader] of Object.entries(options.loader ?? {})) {
    const at = valueAt(properties, 'Loader')?.at ?? properties.at;
    if (!extension.startsWith('.')) problems.report(at, `${quote(extension)} is no file extension`, 'e.g. Loader: [.png=file]');
    const hint = didYouMean(loader, loaderNames).trim() || `esbuild has: ${loaderNames.join(', ')}.`;
    if (!loaderNames.includes(loader)) problems.report(at, `esbuild has no loader ${quote(loader)}`, hint);
  }
  if (problems.list.length > before) return undefined;
  checkBundledHandler(resource, codePath, entryPoints);
  return options;
}

/** SAM passes the text to esbuild: `module,main`; a list is taken too. */
function readMainFields(properties: MapNode, problems: Problems): readonly string[] {
  const node = valueAt(properties, 'MainFields');
  if (node === null) return ['main', 'module'];
  if (node.kind === 'map') problems.report(node.at, 'MainFields must be a text such as module,main');
  const single = textOf(node);
  return single === null ? textsAt(properties, 'MainFields') : single.split(',').map((name) => name.trim());
}

/** SAM writes a list of `name=value`; a map is taken too. */
function readPairs(properties: MapNode, name: string, problems: Problems): Readonly<Record<string, string>> {
  const node = valueAt(properties, name);
  if (node === null || node.kind === 'invalid') return {};
  const pairs: (readonly [string, string])[] = [];
  if (node.kind === 'map') {
    for (const [key, entry] of node.entries) pairs.push([key, textOf(entry.value) ?? '']);
    return Object.fromEntries(pairs);
  }
  for (const item of node.kind === 'list' ? node.items : [node]) {
    const [, key, value] = /^([^=]+)=([\s\S]*)$/.exec(textOf(item) ?? '') ?? [];
    if (key === undefined || value === undefined) problems.report(item.at, `${name} must be a list of name=value`);
    else pairs.push([key, value]);
  }
  return Object.fromEntries(pairs);
}
