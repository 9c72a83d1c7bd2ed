// Handler and Runtime of a function: what would end in an error at the first call is said when the template is loaded.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { didYouMean } from '../../did-you-mean.ts';
import { textAt, textOf, valueAt } from '../node-access.ts';
import { quote } from '../shape.ts';
import type { ResolvedResource } from './resource-type.ts';

/** AWS "Lambda runtimes": those of Node.js that are not blocked for new functions, and the one before. */
const runtimes = ['nodejs24.x', 'nodejs22.x', 'nodejs20.x', 'nodejs18.x'];

export function checkRuntime({ properties, problems }: ResolvedResource): void {
  const runtime = valueAt(properties, 'Runtime');
  const name = textOf(runtime);
  if (runtime === null || name === null || runtimes.includes(name)) return;
  const hint = name.startsWith('nodejs') ? didYouMean(name, runtimes).trim() : '';
  problems.report(runtime.at, `the runtime ${quote(name)} is not emulated`, hint || `Emulated are ${runtimes.join(', ')}.`);
}

/** `dir/module.name`; the first dot of the last segment ends the module's name. */
export function checkHandler({ properties, problems }: ResolvedResource): void {
  const handler = valueAt(properties, 'Handler');
  const text = textOf(handler);
  if (handler === null || text === null) return;
  if (/^[^.]+\../.test(basename(text)) && !text.includes('..')) return;
  problems.report(handler.at, `${quote(text)} is no handler`, 'Write file.export, e.g. index.handler for exports.handler of index.js.');
}

/** CloudFormation names the file of inline code index. */
export function checkInlineHandler({ properties, problems }: ResolvedResource): void {
  const text = textAt(properties, 'Handler');
  if (text === null || !text.includes('.') || moduleOf(text) === 'index') return;
  const at = valueAt(properties, 'Handler')?.at ?? properties.at;
  problems.report(at, `inline code is the file index, but Handler names ${quote(moduleOf(text))}`, 'Write Handler: index.handler.');
}

/** Only for a directory or a file: an archive is not opened here. */
export function checkHandlerFile({ properties, problems }: ResolvedResource, codePath: string): void {
  const text = textAt(properties, 'Handler');
  if (text === null || !text.includes('.') || text.includes('..') || codePath.endsWith('.zip')) return;
  const directory = statSync(codePath).isDirectory() ? codePath : dirname(codePath);
  const module = resolve(directory, moduleOf(text));
  // As Lambda's runtime looks for it; what has none of these may still be a package.
  const places = ['', '.js', '.mjs', '.cjs'].map((extension) => module + extension);
  if ([...places, join(directory, 'node_modules', moduleOf(text))].some((place) => existsSync(place))) return;
  const source = ['.ts', '.mts', '.cts', '.tsx'].map((extension) => module + extension).find((place) => existsSync(place));
  const at = valueAt(properties, 'Handler')?.at ?? properties.at;
  const message = `Handler names the module ${quote(moduleOf(text))}, but there is no ${module}.js, .mjs or .cjs`;
  const build = 'Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [FILE] } }';
  problems.report(at, message, source === undefined ? 'Correct Handler or Code.' : `${basename(source)} must be built: ${build}`);
}

/** A bundle has one module for each entry point, named from the directory that all of them are in. */
export function checkBundledHandler({ properties, problems }: ResolvedResource, codePath: string, entryPoints: readonly string[]): void {
  const text = textAt(properties, 'Handler');
  if (text === null || !text.includes('.') || text.includes('..')) return;
  const entries = entryPoints.map((entry) => resolve(codePath, entry));
  const directories = entries.map((entry) => dirname(entry));
  let base = directories[0] ?? codePath;
  while (!directories.every((directory) => directory === base || directory.startsWith(base.endsWith(sep) ? base : base + sep)))
    base = dirname(base);
  const modules = entries.map((entry) => relative(base, entry.slice(0, entry.length - extname(entry).length)));
  if (modules.includes(moduleOf(text))) return;
  const at = valueAt(properties, 'Handler')?.at ?? properties.at;
  const hint = didYouMean(moduleOf(text), modules).trim() || `The bundle has: ${modules.join(', ')}.`;
  problems.report(at, `Handler names the module ${quote(moduleOf(text))}, which is none of the EntryPoints`, hint);
}

function moduleOf(handler: string): string {
  const name = basename(handler);
  return join(dirname(handler), name.slice(0, name.indexOf('.')));
}
