// The shipped templates as data, for checks: parsed by `yaml` with CloudFormation's short tags written out ({ Ref }, { 'Fn::Sub' }).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CollectionTag, isCollection, parseDocument, type ScalarTag } from 'yaml';

export interface ShippedTemplate {
  readonly name: string;
  readonly text: string;
  readonly Metadata: Record<string, unknown>;
  readonly Parameters: Record<string, Record<string, unknown>>;
  readonly Conditions: Record<string, unknown>;
  readonly Resources: Record<string, ShippedResource>;
  readonly Outputs: Record<string, { readonly Description: string; readonly Value: unknown; readonly Condition?: string }>;
}

export interface ShippedResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: properties of every kind of resource; each check knows the shape it looks at
  readonly Properties: Record<string, any>;
}

const functionNames = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
];

function longName(tag: string): string {
  return tag === 'Ref' || tag === 'Condition' ? tag : `Fn::${tag}`;
}

const customTags: (ScalarTag | CollectionTag)[] = [...functionNames, 'Ref', 'Condition', 'GetAtt'].flatMap((tag) => [
  { tag: `!${tag}`, resolve: (value: string) => ({ [longName(tag)]: tag === 'GetAtt' ? splitOnce(value) : value }) } satisfies ScalarTag,
  {
    tag: `!${tag}`,
    collection: 'seq',
    resolve: (node) => {
      if (!isCollection(node)) throw new TypeError(`!${tag} has no list`);
      return { [longName(tag)]: node.toJSON() };
    },
  } satisfies CollectionTag,
]);

function splitOnce(value: string): [string, string] {
  const dot = value.indexOf('.');
  return [value.slice(0, dot), value.slice(dot + 1)];
}

export function readShippedTemplate(name: 'partner' | 'customer'): ShippedTemplate {
  const text = readFileSync(fileURLToPath(new URL(`../../infra/${name}.yaml`, import.meta.url)), 'utf8');
  const document = parseDocument(text, { version: '1.2', schema: 'core', customTags });
  if (document.errors.length + document.warnings.length > 0)
    throw new Error(`${name}.yaml: ${[...document.errors, ...document.warnings].join('\n')}`);
  return { name, text, ...document.toJSON() };
}

export function resourcesOf(template: ShippedTemplate, type: string): [string, ShippedResource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** Every value in the tree with the path of keys that leads to it. */
export function* walk(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ readonly path: readonly string[]; readonly value: unknown }> {
  yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* walk(child, [...path, key]);
}

/** Logical ids and parameters that something in the tree names, by Ref, GetAtt or inside a Sub. */
export function referencesIn(tree: unknown): Set<string> {
  const names = new Set<string>();
  for (const { path, value } of walk(tree)) {
    const key = path.at(-1);
    if (key === 'Ref' && typeof value === 'string') names.add(value);
    if (key === 'Fn::GetAtt' && Array.isArray(value)) names.add(String(value[0]));
    if (key === 'Fn::Sub' && typeof value === 'string')
      for (const [, name = ''] of value.matchAll(/\$\{([^!}.]+)[^}]*\}/g)) names.add(name);
  }
  return names;
}

/** Resources -> what IAM calls statements, of roles, keys and buckets. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

export function rolePolicyStatements(role: ShippedResource): Statement[] {
  const policies = (role.Properties.Policies ?? []) as Record<string, unknown>[];
  const flat = policies.flatMap((policy) => ('Fn::If' in policy ? (policy['Fn::If'] as unknown[]).slice(1) : [policy]));
  return flat.flatMap((policy) => (policy as { PolicyDocument?: { Statement: Statement[] } }).PolicyDocument?.Statement ?? []);
}

export function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** A Fn::Sub as the reader gives it, written `{Name}` for a placeholder: sub('{Bucket.Arn}/results/*'). */
export function sub(text: string): { readonly 'Fn::Sub': string } {
  return { 'Fn::Sub': text.replaceAll('{', '${') };
}
