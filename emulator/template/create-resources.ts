// Resolves the properties of each resource in dependency order, checks them, and lets its type create it.
import type { Resource, SourceLocation } from './deployment.ts';
import { refuseDynamicReferences } from './dynamic-references.ts';
import type { Evaluation, ResourceIdentity } from './evaluation.ts';
import { textOf } from './node-access.ts';
import type { Part } from './parts.ts';
import type { Problems } from './problems.ts';
import { emulatedTypes } from './resource-types/emulated-types.ts';
import { invent, refusalOf } from './resource-types/not-emulated.ts';
import type { ResourceType } from './resource-types/resource-type.ts';
import { checkShape } from './shape.ts';
import type { StackContext } from './stack-context.ts';
import { checkMetadataNames, type DeclaredResource } from './template.ts';
import { emptyMapNode, type MapNode, type TemplateNode } from './template-node.ts';

export interface CreatedStack {
  readonly identities: ReadonlyMap<string, ResourceIdentity>;
  readonly parts: readonly Part[];
}

export function createResources(given: {
  readonly declared: readonly DeclaredResource[];
  readonly stack: StackContext;
  readonly earlierParts: readonly Part[];
  readonly problems: Problems;
  readonly evaluationFor: (resources: Evaluation['resources']) => Evaluation;
}): CreatedStack {
  const { declared, stack, earlierParts, problems } = given;
  const identities = new Map<string, ResourceIdentity>();
  const parts: Part[] = [];
  // Sees each identity as soon as it is set.
  const evaluation = given.evaluationFor(identities);
  for (const resource of declared) {
    const base: Resource = {
      ...{ logicalId: resource.logicalId, type: resource.type, stackName: stack.name, accountId: stack.accountId, location: resource.at },
    };
    const properties = evaluateMap(resource.properties, evaluation);
    const metadata = resource.metadata === null ? null : evaluateMap(resource.metadata, evaluation);
    const type = emulatedTypes.get(resource.type);
    checkLocalMetadata(metadata, type, problems);
    if (type === undefined) {
      const refusal = refusalOf(resource.type);
      if (refusal !== null) problems.report(resource.typeAt, refusal.message, refusal.hint);
      identities.set(resource.logicalId, invent(resource.type, resource.logicalId, properties, stack));
      parts.push({ kind: 'notEmulated', value: base });
      continue;
    }
    checkShape(properties, type.shape, problems);
    refuseDynamicReferences(properties, problems);
    const created = type.create({ base, properties, metadata, stack, parts: [...earlierParts, ...parts], problems });
    identities.set(resource.logicalId, identityOf(created.ref, created.attributes, type));
    parts.push(...created.parts, ...propertiesWithoutEffect(properties, base, type));
  }
  return { identities, parts };
}

/** What is for local runs and is not understood would be skipped in silence. */
function checkLocalMetadata(metadata: MapNode | null, type: ResourceType | undefined, problems: Problems): void {
  if (metadata !== null && type?.localMetadata !== undefined)
    checkMetadataNames(metadata, ['Airlock', ...(type.metadataNames ?? [])], problems);
  const airlock = metadata?.entries.get('Airlock');
  if (airlock === undefined) return;
  if (type?.localMetadata !== undefined) checkShape(airlock.value, type.localMetadata, problems);
  else problems.report(airlock.keyAt, 'Metadata.Airlock means nothing on this type', 'Functions have LocalCode, buckets LocalObjects.');
}

function evaluateMap(node: MapNode, evaluation: Evaluation): MapNode {
  const value = evaluation.evaluate(node);
  if (value?.kind === 'map') return value;
  // e.g. Properties: !Ref Something
  if (value !== null && value.kind !== 'invalid') evaluation.problems.report(node.at, 'must be a map');
  return emptyMapNode(node.at);
}

function identityOf(ref: string, attributes: Readonly<Record<string, string>>, type: ResourceType): ResourceIdentity {
  const attribute = (name: string) => (Object.hasOwn(attributes, name) ? (attributes[name] ?? null) : null);
  return { ref, attribute, attributeNames: type.attributeNames };
}

function propertiesWithoutEffect(properties: MapNode, base: Resource, type: ResourceType): readonly Part[] {
  const { logicalId } = base;
  return Object.entries(type.withoutEffect ?? {}).flatMap(([property, effect]): Part[] => {
    // Of several variants or containers one place is enough: the list is short.
    const [path = '', value = null] = property.split('=');
    const [location] = placesOf(properties, path.split('.'), value);
    if (location === undefined) return [];
    return [{ kind: 'notEmulatedProperty', value: { logicalId, type: base.type, property: path, effect, location } }];
  });
}

/** `A.B` in a map, or in each map of a list. */
function placesOf(node: TemplateNode, path: readonly string[], value: string | null): readonly SourceLocation[] {
  if (node.kind === 'list') return node.items.flatMap((item) => placesOf(item, path, value));
  const [name = '', ...rest] = path;
  const entry = node.kind === 'map' ? node.entries.get(name) : undefined;
  if (entry === undefined) return [];
  if (rest.length > 0) return placesOf(entry.value, rest, value);
  return value === null || holds(entry.value, value) ? [entry.keyAt] : [];
}

function holds(node: TemplateNode, value: string): boolean {
  return node.kind === 'list' ? node.items.some((item) => holds(item, value)) : textOf(node)?.toLowerCase() === value.toLowerCase();
}
