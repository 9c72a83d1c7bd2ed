// Node tree -> the sections of a CloudFormation template. Names and structure only; nothing is resolved here.
import { resolve } from 'node:path';
import { didYouMean } from '../did-you-mean.ts';
import type { SourceLocation } from './deployment.ts';
import { mapAt, textAt, textOf, valueAt } from './node-access.ts';
import type { Problems } from './problems.ts';
import { checkNames, checkShape, listOf, object, text } from './shape.ts';
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
  const airlock = mapAt(mapAt(root, 'Metadata'), 'Airlock');
  if (airlock !== null) checkShape(airlock, airlockMetadata, problems);
  return {
    file: resolve(file),
    at: { ...root.at, path: '' },
    parameters: namedMaps(root, 'Parameters', problems),
    mappings: mapAt(root, 'Mappings') ?? emptyMapNode(root.at),
    conditions: new Map([...(mapAt(root, 'Conditions')?.entries ?? [])].map(([name, entry]) => [name, entry.value])),
    rules: namedMaps(root, 'Rules', problems),
    resources: new Map([...resources].flatMap(([name, node]) => declaredResource(name, node, root, problems) ?? [])),
    outputs: namedMaps(root, 'Outputs', problems),
    account: textAt(airlock, 'Account') ?? 'customer',
    localParameters: mapAt(airlock, 'LocalParameters') ?? emptyMapNode(root.at),
    languageExtensions: readTransforms(valueAt(root, 'Transform'), problems),
  };
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

function declaredResource(name: string, node: MapNode, root: MapNode, problems: Problems): readonly [[string, DeclaredResource]] | null {
  checkNames(node, resourceAttributes, 'resource attribute', problems);
  const keyAt = mapAt(root, 'Resources')?.entries.get(name)?.keyAt ?? node.at;
  const type = textAt(node, 'Type');
  if (type === null) {
    const isReported = valueAt(node, 'Type')?.kind === 'invalid';
    if (!isReported) problems.report(keyAt, 'the resource has no Type', 'Add Type, e.g. AWS::S3::Bucket.');
    return null;
  }
  const properties = valueAt(node, 'Properties');
  if (properties !== null && properties.kind === 'list') problems.report(properties.at, 'Properties must be a map');
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
