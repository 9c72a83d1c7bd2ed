// What every reader of a part of an OpenAPI document is given, and how local references are followed.
import type { NotEmulatedProperty, Resource, SourceLocation } from '../deployment.ts';
import { textAt, valueAt } from '../node-access.ts';
import type { IdSeed } from '../physical-ids.ts';
import type { Problems } from '../problems.ts';
import { checkNames } from '../shape.ts';
import type { StackContext } from '../stack-context.ts';
import type { MapNode, TemplateNode } from '../template-node.ts';
import { vendorExtension } from './reference-shape.ts';

export interface OpenApiReading {
  readonly root: MapNode;
  /** Swagger 2.0; otherwise OpenAPI 3.0. */
  readonly isSwagger: boolean;
  readonly seed: IdSeed;
  readonly stack: StackContext;
  readonly base: Resource;
  readonly problems: Problems;
  /** Collects what is accepted and changes nothing here. */
  readonly notEmulated: NotEmulatedProperty[];
}

/** Reported with a text of its own, see check-body.ts. */
export const corsKey = 'x-amazon-apigateway-cors';

/** Chains of references longer than this go round in a circle. */
const referenceDepthMax = 20;

/** Follows `$ref`s to a value that is none; null when one leads nowhere, which is reported. */
export function dereference(node: TemplateNode, reading: OpenApiReading): TemplateNode | null {
  let current = node;
  for (let depth = 0; depth < referenceDepthMax; depth += 1) {
    const pointer = textAt(current, '$ref');
    if (pointer === null) return current;
    const target = findPointer(pointer, reading.root);
    if (target === null) {
      const hint = pointer.startsWith('#/') ? 'Nothing in Body has this path.' : 'Only references inside Body are followed: #/…';
      reading.problems.report(valueAt(current, '$ref')?.at ?? current.at, `$ref ${pointer} leads nowhere`, hint);
      return null;
    }
    current = target;
  }
  reading.problems.report(node.at, '$ref goes round in a circle', 'Remove one of the references.');
  return null;
}

/** `#/components/schemas/Name`, with JSON Pointer's escapes. */
export function findPointer(pointer: string, root: MapNode): TemplateNode | null {
  if (!pointer.startsWith('#/')) return null;
  let current: TemplateNode | null = root;
  for (const step of pointer.slice(2).split('/')) {
    const key = decodeStep(step);
    if (current?.kind === 'list') current = current.items[Number(key)] ?? null;
    else current = valueAt(current, key);
  }
  return current;
}

function decodeStep(step: string): string {
  const unescaped = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(unescaped);
  } catch (error) {
    if (error instanceof URIError) return unescaped;
    throw error;
  }
}

/** Reports keys that are neither known nor an extension of someone else (`x-…` but not `x-amazon-apigateway-…`). */
export function checkKeys(node: MapNode, known: readonly string[], what: string, problems: Problems): void {
  const entries = [...node.entries].filter(([name]) => !vendorExtension.test(name) && name !== corsKey);
  checkNames({ ...node, entries: new Map(entries) }, known, what, problems);
}

export function noteNotEmulated(reading: OpenApiReading, property: string, effect: string, location: SourceLocation): void {
  const { logicalId, type } = reading.base;
  reading.notEmulated.push({ logicalId, type, property, effect, location });
}
