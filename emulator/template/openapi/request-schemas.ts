// A schema of the document -> one JSON Schema (draft 4) that stands by itself: what it refers to is under `definitions`.
import { textAt } from '../node-access.ts';
import { checkShape } from '../shape.ts';
import { plainOf, type TemplateNode } from '../template-node.ts';
import { dereference, findPointer, type OpenApiReading } from './openapi-reading.ts';
import { schemaShape } from './schema-shape.ts';

/** Their values are data, not schemas: a `$ref` inside is a text. */
const dataKeywords = new Set(['enum', 'default', 'example', 'examples']);
/** Their keys are names of the author's. */
const namingKeywords = new Set(['properties', 'patternProperties', 'definitions', 'dependencies']);

export function selfContainedSchema(schema: TemplateNode, reading: OpenApiReading): unknown {
  const definitions = new Map<string, unknown>();
  const target = dereference(schema, reading);
  if (target === null) return {};
  // A $ref may lead to something that is no schema.
  checkShape(target, schemaShape, reading.problems);
  const own = convert(target);
  if (definitions.size === 0 || typeof own !== 'object' || own === null) return own;
  return { ...own, definitions: Object.fromEntries(definitions) };

  function convert(node: TemplateNode): unknown {
    if (node.kind === 'list') return node.items.map(convert);
    if (node.kind !== 'map') return plainOf(node);
    const pointer = textAt(node, '$ref');
    if (pointer !== null) return { $ref: `#/definitions/${escapeStep(define(pointer, node))}` };
    const keywords = [...node.entries].filter(([key]) => !key.startsWith('x-'));
    return Object.fromEntries(keywords.map(([key, { value }]) => [key, convertKeyword(key, value)] as const));
  }

  function convertKeyword(key: string, value: TemplateNode): unknown {
    if (dataKeywords.has(key)) return plainOf(value);
    if (!namingKeywords.has(key) || value.kind !== 'map') return convert(value);
    // A property may be called default or enum.
    return Object.fromEntries([...value.entries].map(([name, entry]) => [name, convert(entry.value)] as const));
  }

  /** Converts the target once, also when it refers to itself. */
  function define(pointer: string, node: TemplateNode): string {
    const name = pointer.replace(/^#\/(components\/schemas|definitions)\//, '').replaceAll('/', '.');
    if (definitions.has(name)) return name;
    definitions.set(name, {});
    const found = findPointer(pointer, reading.root);
    if (found === null) dereference(node, reading);
    else checkShape(found, schemaShape, reading.problems);
    if (found !== null) definitions.set(name, convert(found));
    return name;
  }
}

function escapeStep(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
