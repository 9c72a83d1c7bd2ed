// Templates and parameters -> the Deployment that the emulator boots from. The only entry of this folder.
import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { nearest } from '../did-you-mean.ts';
import { AirlockError } from '../errors.ts';
import { checkLinks } from './check-links.ts';
import { checkReferences } from './check-references.ts';
import type { Deployment, Stack } from './deployment.ts';
import { joinParts } from './join-parts.ts';
import { loadTemplate } from './load-template.ts';
import type { Part } from './parts.ts';
import { createProblems } from './problems.ts';
import { readYaml } from './read-yaml.ts';
import { createStackContext } from './stack-context.ts';
import { readTemplate, type Template } from './template.ts';

export interface TemplateSource {
  /** The template's file. */
  readonly path: string;
  /** Used instead of the file's text; relative code paths still start from `path`. */
  readonly text?: string;
}

export interface LoadOptions {
  /** In the order in which they would be deployed. */
  readonly templates: readonly TemplateSource[];
  /** Apply to every template that declares the name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** e.g. us-east-1 */
  readonly region: string;
  /** 12 digits each. */
  readonly accounts: { readonly partner: string; readonly customer: string };
  /** A value for a parameter that nothing else but its Default gives, computed from what was loaded before. */
  readonly provideParameter?: (name: string, loadedSoFar: Deployment) => string | undefined | Promise<string | undefined>;
}

/**
 * Resolves parameters, conditions and functions, and joins what the templates say into plain data.
 *
 * A parameter's value comes from `parameters`, else the template's Metadata.Airlock.LocalParameters, else an Output of
 * the same name of an earlier template, else `provideParameter`, else its Default.
 *
 * Throws AirlockError: BAD_TEMPLATE or BAD_PARAMETER, with `file:line:column`, the path and what to do for everything
 * that is wrong with one template.
 */
export async function loadDeployment(options: LoadOptions): Promise<Deployment> {
  const templates = await readTemplates(options.templates);
  checkParameterNames(options.parameters, templates);

  const parts: Part[] = [];
  const stacks: Stack[] = [];
  const outputs = new Map<string, string>();
  const exportsByAccount = new Map<string, Map<string, string>>();
  for (const template of templates) {
    const stack = createStackContext({
      name: stackName(template.file, stacks),
      accountId: accountOf(template, options),
      region: options.region,
      file: template.file,
    });
    const exports = exportsByAccount.get(stack.accountId) ?? new Map<string, string>();
    const provide = async (name: string) => {
      if (options.provideParameter === undefined) return undefined;
      // What does not fit together yet may do so with a later template.
      return options.provideParameter(name, joinParts(options.region, stacks, parts, createProblems()));
    };
    const sources = { explicit: options.parameters, earlierOutputs: outputs, provide };
    const loaded = await loadTemplate(template, { stack, sources, exports, earlierParts: parts });
    parts.push(...loaded.parts);
    stacks.push(loaded.stack);
    for (const [name, value] of Object.entries(loaded.stack.outputs)) outputs.set(name, value);
    for (const [name, value] of loaded.exports) exports.set(name, value);
    exportsByAccount.set(stack.accountId, exports);
  }

  const problems = createProblems();
  const deployment = joinParts(options.region, stacks, parts, problems);
  problems.throwIfAny();
  checkLinks(deployment, problems);
  problems.throwIfAny();
  return deployment;
}

async function readTemplates(sources: readonly TemplateSource[]): Promise<readonly Template[]> {
  const problems = createProblems();
  const templates: Template[] = [];
  for (const source of sources) {
    const text = source.text ?? (await readTemplateFile(source.path));
    const root = readYaml(source.path, text, problems);
    const template = root === null ? null : readTemplate(source.path, root, problems);
    if (template !== null) templates.push(template);
  }
  // What is wrong with the structure ends here, so names that nothing declares are shown along with it.
  if (problems.list.length > 0) for (const template of templates) checkReferences(template, problems);
  problems.throwIfAny();
  return templates;
}

/** Why a file cannot be read, in words. */
const fileProblems: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission to read it',
  EISDIR: 'it is a directory',
  ELOOP: 'its links go round in a circle',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no directory',
  EPERM: 'you have no permission to read it',
};

async function readTemplateFile(path: string): Promise<string> {
  if (path.trim() === '') throw new AirlockError('BAD_TEMPLATE', 'the path of a template is empty', 'Name the file: --template FILE');
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const hint = 'Correct the path: --template FILE';
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = fileProblems[code] ?? message;
    throw new AirlockError('BAD_TEMPLATE', `the template ${resolve(path)} cannot be read: ${reason}`, hint, { cause: error });
  }
}

function checkParameterNames(parameters: Readonly<Record<string, string>>, templates: readonly Template[]): void {
  const declared = new Set(templates.flatMap((template) => [...template.parameters.keys()]));
  for (const name of Object.keys(parameters)) {
    if (declared.has(name)) continue;
    const near = nearest(name, declared);
    const known = declared.size === 0 ? 'The templates declare no parameters.' : `Declared are: ${[...declared].join(', ')}.`;
    const hint = near === null ? known : `Did you mean ${near}?`;
    throw new AirlockError('BAD_PARAMETER', `no template declares the parameter ${name}`, hint);
  }
}

function accountOf({ account, file }: Template, { accounts }: LoadOptions): string {
  if (account === 'partner' || account === 'customer') return accounts[account];
  if (/^\d{12}$/.test(account)) return account;
  const hint = 'Write partner, customer, or the 12 digits of an account in quotes.';
  throw new AirlockError('BAD_TEMPLATE', `${file}: Metadata.Airlock.Account is ${JSON.stringify(account)}`, hint);
}

/** `airlock-<file's base name>`, with a number where two files have the same. */
function stackName(file: string, stacks: readonly Stack[]): string {
  const base = basename(file, extname(file))
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const name = `airlock-${base === '' ? 'template' : base}`;
  const taken = stacks.filter((stack) => stack.name === name || stack.name.startsWith(`${name}-`)).length;
  return stacks.some((stack) => stack.name === name) ? `${name}-${taken + 1}` : name;
}
