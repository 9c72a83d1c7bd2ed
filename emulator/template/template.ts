// Node tree -> the sections of a CloudFormation template. Names and structure only; nothing is resolved here.
import { resolve } from 'node:path';
import { didYouMean, nearest } from '../did-you-mean.ts';
import type { SourceLocation } from './deployment.ts';
import { mapAt, textAt, textOf, valueAt } from './node-access.ts';
import type { Problems } from './problems.ts';
import { any, checked, checkNames, checkShape, listOf, mapOf, object, oneOf, type Shape, text } from './shape.ts';
import { emptyMapNode, type MapNode, type TemplateNode } from './template-node.ts';

export interface Template {
  /** Absolute. */
  readonly file: string;
  readonly at: SourceLocation;
  readonly parameters: ReadonlyMap<string, MapNode>;
  readonly mappings: MapNode;
  readonly conditions: ReadonlyMap<string, TemplateNode>;
  readonly rules: ReadonlyMap<string, MapNode>;
  readonly resources: ReadonlyMap<string, DeclaredResource>;
  readonly outputs: ReadonlyMap<string, MapNode>;
  /** Metadata.Airlock */
  readonly account: string;
  readonly localParameters: MapNode;
  /** Transform: AWS::LanguageExtensions is named. */
  readonly languageExtensions: boolean;
  /** Names of parameters, conditions and resources that are there but could not be read, which is reported. */
  readonly unreadNames: ReadonlySet<string>;
}

export interface DeclaredResource {
  readonly logicalId: string;
  readonly type: string;
  /** Of the key that names the resource. */
  readonly at: SourceLocation;
  readonly typeAt: SourceLocation;
  readonly properties: MapNode;
  readonly metadata: MapNode | null;
  readonly condition: { readonly name: string; readonly at: SourceLocation } | null;
  readonly dependsOn: readonly { readonly name: string; readonly at: SourceLocation }[];
}

const sections = [
  ...['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Mappings', 'Conditions', 'Rules', 'Hooks', 'Transform'],
  ...['Resources', 'Outputs'],
];
const resourceAttributes = [
  ...[
    'Type',
    'Properties',
    'DependsOn',
    'Condition',
    'Metadata',
    'DeletionPolicy',
    'UpdateReplacePolicy',
    'UpdatePolicy',
    'CreationPolicy',
  ],
];
const airlockMetadata = object({}, { Account: text, LocalParameters: { kind: 'any' } });
const languageExtensions = 'AWS::LanguageExtensions';
const map = mapOf(any);
/** Values are texts or lists of texts: no functions. */
const mappingValue = checked((node, problems) => {
  if (node.kind !== 'list') checkShape(node, text, problems);
  else for (const item of node.items) checkShape(item, text, problems);
});
const sectionKinds: Readonly<Record<string, Shape>> = {
  AWSTemplateFormatVersion: oneOf('2010-09-09'),
  Description: text,
  Metadata: map,
  Conditions: map,
  Mappings: mapOf(mapOf(mapOf(mappingValue))),
};
const attributeKinds: Readonly<Record<string, Shape>> = {
  ...{ Type: text, Properties: map, Condition: text, Metadata: map, CreationPolicy: map, UpdatePolicy: map },
  DeletionPolicy: oneOf('Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'),
  UpdateReplacePolicy: oneOf('Delete', 'Retain', 'Snapshot'),
};
const ruleShape = object({ Assertions: listOf(object({ Assert: any }, { AssertDescription: text })) }, { RuleCondition: any });
/** AWS "CloudFormation quotas". */
const sectionEntriesMax: Readonly<Record<string, number>> = { Parameters: 200, Resources: 500, Outputs: 200, Mappings: 200 };

export function readTemplate(file: string, root: TemplateNode, problems: Problems): Template | null {
  if (root.kind !== 'map') {
    problems.report(root.at, 'a template must be a map with Resources', 'Is this a CloudFormation template?');
    return null;
  }
  checkNames(root, sections, 'section', problems);
  const resources = namedMaps(root, 'Resources', problems);
  if ((mapAt(root, 'Resources')?.entries.size ?? 0) === 0)
    problems.report(root.at, 'the template has no Resources', 'Add a Resources section.');
  checkKinds(root, sectionKinds, problems);
  const metadata = mapAt(root, 'Metadata');
  if (metadata !== null) checkMetadataNames(metadata, ['Airlock'], problems);
  const airlock = valueAt(metadata, 'Airlock');
  if (airlock !== null) checkShape(airlock, airlockMetadata, problems);
  const parameters = namedMaps(root, 'Parameters', problems);
  const conditions = mapAt(root, 'Conditions')?.entries ?? new Map();
  const rules = namedMaps(root, 'Rules', problems);
  for (const rule of rules.values()) checkShape(rule, ruleShape, problems);
  const transforms = valueAt(root, 'Transform');
  const usesLanguageExtensions = readTransforms(transforms, problems);
  const declared = new Map(
    [...resources].flatMap(([name, node]) => {
      return declaredResource(name, node, { root, problems, languageExtensions: usesLanguageExtensions }) ?? [];
    }),
  );
  const names = ['Parameters', 'Conditions', 'Resources'].flatMap((section) => [...(mapAt(root, section)?.entries.keys() ?? [])]);
  return {
    file: resolve(file),
    at: { ...root.at, path: '' },
    parameters,
    mappings: mapAt(root, 'Mappings') ?? emptyMapNode(root.at),
    conditions: new Map([...conditions].map(([name, entry]) => [name, entry.value])),
    rules,
    resources: declared,
    outputs: namedMaps(root, 'Outputs', problems),
    account: textAt(airlock, 'Account') ?? 'customer',
    localParameters: mapAt(airlock, 'LocalParameters') ?? emptyMapNode(root.at),
    languageExtensions: usesLanguageExtensions,
    unreadNames: new Set(names.filter((name) => !parameters.has(name) && !conditions.has(name) && !declared.has(name))),
  };
}

/** An empty section is none. */
function checkKinds(root: MapNode, kinds: Readonly<Record<string, Shape>>, problems: Problems): void {
  for (const [name, shape] of Object.entries(kinds)) {
    const value = valueAt(root, name);
    if (value !== null && !(value.kind === 'scalar' && value.value === null)) checkShape(value, shape, problems);
  }
}

/** Metadata may hold anything; a name that is nearly one of ours is a mistake that would be skipped. */
export function checkMetadataNames(metadata: MapNode, known: readonly string[], problems: Problems): void {
  for (const [name, { keyAt }] of metadata.entries) {
    const near = known.includes(name) ? null : nearest(name, known);
    if (near !== null) problems.report(keyAt, `unknown key ${name} of Metadata`, `Did you mean ${near}?`);
  }
}

function namedMaps(root: MapNode, section: string, problems: Problems): ReadonlyMap<string, MapNode> {
  const node = valueAt(root, section);
  if (node === null || (node.kind === 'scalar' && node.value === null)) return new Map();
  if (node.kind !== 'map') {
    problems.report(node.at, `${section} must be a map`, 'Write one key for each name.');
    return new Map();
  }
  const most = sectionEntriesMax[section];
  if (most !== undefined && node.entries.size > most) {
    problems.report(node.at, `${node.entries.size} entries; CloudFormation takes at most ${most}`, 'Split the template.');
  }
  const found = new Map<string, MapNode>();
  for (const [name, entry] of node.entries) {
    if (name.startsWith('Fn::ForEach')) {
      problems.report(entry.keyAt, 'Fn::ForEach is not emulated', 'Write the entries out.');
    } else if (!/^[A-Za-z0-9]+$/.test(name)) {
      problems.report(entry.keyAt, `the name ${name} is not alphanumeric`, 'CloudFormation takes letters and digits only.');
    } else if (entry.value.kind === 'map') {
      found.set(name, entry.value);
    } else if (entry.value.kind !== 'invalid') {
      problems.report(entry.value.at, 'must be a map', `Give ${name} its keys.`);
    }
  }
  return found;
}

function declaredResource(
  name: string,
  node: MapNode,
  { root, problems, languageExtensions: functionsInAttributes }: { root: MapNode; problems: Problems; languageExtensions: boolean },
): readonly [[string, DeclaredResource]] | null {
  checkNames(node, resourceAttributes, 'resource attribute', problems);
  const keyAt = mapAt(root, 'Resources')?.entries.get(name)?.keyAt ?? node.at;
  const type = textAt(node, 'Type');
  for (const [attribute, shape] of Object.entries(attributeKinds)) {
    const value = valueAt(node, attribute);
    // The language extensions resolve functions in the two policies.
    const mayBeFunction = functionsInAttributes && attribute.endsWith('Policy') && value?.kind === 'map';
    if (value !== null && !mayBeFunction) checkShape(value, shape, problems);
  }
  if (type === null) {
    const isReported = valueAt(node, 'Type') !== null;
    if (!isReported) problems.report(keyAt, 'the resource has no Type', 'Add Type, e.g. AWS::S3::Bucket.');
    return null;
  }
  const properties = valueAt(node, 'Properties');
  const condition = valueAt(node, 'Condition');
  const conditionName = textOf(condition);
  const resource = {
    logicalId: name,
    type,
    at: keyAt,
    typeAt: valueAt(node, 'Type')?.at ?? keyAt,
    properties: properties?.kind === 'map' ? properties : emptyMapNode({ ...keyAt, path: `${keyAt.path}.Properties` }),
    metadata: mapAt(node, 'Metadata'),
    condition: condition === null || conditionName === null ? null : { name: conditionName, at: condition.at },
    dependsOn: readDependsOn(valueAt(node, 'DependsOn'), problems),
  };
  return [[name, resource]];
}

function readDependsOn(node: TemplateNode | null, problems: Problems): DeclaredResource['dependsOn'] {
  if (node === null) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    const name = textOf(item);
    if (name === null && item.kind !== 'invalid') problems.report(item.at, 'DependsOn must name resources', 'Write logical ids.');
    return name === null ? [] : [{ name, at: item.at }];
  });
}

/** True when the language extensions are named; any other transform is an error, because its result is not what is written here. */
function readTransforms(node: TemplateNode | null, problems: Problems): boolean {
  if (node === null) return false;
  const items = node.kind === 'list' ? node.items : [node];
  checkShape({ kind: 'list', items, at: node.at }, listOf(text), problems);
  const names = items.flatMap((item) => textOf(item) ?? []);
  for (const [index, name] of names.entries()) {
    if (name === languageExtensions) continue;
    const hint = name.startsWith('AWS::Serverless')
      ? 'Write plain CloudFormation, or give the output of `sam build`/`aws cloudformation` after the transform.'
      : `Give the template after the transform.${didYouMean(name, [languageExtensions])}`;
    problems.report(items[index]?.at ?? node.at, `the transform ${name} is not emulated`, hint);
  }
  return names.includes(languageExtensions);
}
