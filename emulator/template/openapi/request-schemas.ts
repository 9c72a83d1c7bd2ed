// A schema of the document -> one JSON Schema (draft 4) that stands by itself: what it refers to is under `definitions`.
import { textAt } from '../node-access.ts';
import { plainOf, type TemplateNode } from '../template-node.ts';
import { dereference, findPointer, type OpenApiReading } from './openapi-reading.ts';

/** Their values are data, not schemas: a `$ref` inside is a text. */
const dataKeywords = new Set(['enum', 'default', 'example', 'examples', 'const']);

export function selfContainedSchema(schema: TemplateNode, reading: OpenApiReading): unknown {
  const definitions = new Map<string, unknown>();
  const target = dereference(schema, reading);
  if (target === null) return {};
  const own = convert(target);
  if (definitions.size === 0 || typeof own !== 'object' || own === null) return own;
  return { ...own, definitions: Object.fromEntries(definitions) };

  function convert(node: TemplateNode): unknown {
    if (node.kind === 'list') return node.items.map(convert);
    if (node.kind !== 'map') return plainOf(node);
    const pointer = textAt(node, '$ref');
    if (pointer !== null) return { $ref: `#/definitions/${escapeStep(define(pointer, node))}` };
    const pairs = [...node.entries].map(([key, { value }]) => [key, dataKeywords.has(key) ? plainOf(value) : convert(value)] as const);
    return Object.fromEntries(pairs);
  }

  /** Converts the target once, also when it refers to itself. */
  function define(pointer: string, node: TemplateNode): string {
    const name = pointer.replace(/^#\/(components\/schemas|definitions)\//, '').replaceAll('/', '.');
    if (definitions.has(name)) return name;
    definitions.set(name, {});
    const found = findPointer(pointer, reading.root);
    if (found === null) dereference(node, reading);
    else definitions.set(name, convert(found));
    return name;
  }
}

function escapeStep(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
