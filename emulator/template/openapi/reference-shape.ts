// What may be given in place or by $ref. OpenAPI ignores what stands beside a $ref, so what would be ignored is refused.
import { textAt } from '../node-access.ts';
import type { Problems } from '../problems.ts';
import { checked, checkShape, type ObjectShape, object, type Shape } from '../shape.ts';
import type { MapNode } from '../template-node.ts';

/** Keys of other tools; those of API Gateway are checked by name (check-body.ts, check-document.ts). */
export const vendorExtension = /^x-(?!amazon-apigateway-)/;

/** Says nothing that could be missed. */
const remarks = new Set([
  '$ref',
  'summary',
  'description',
  'title',
  'example',
  'examples',
  'default',
  'deprecated',
  'nullable',
  'readOnly',
]);

/** True for a reference: it has no other keys to check. */
export function checkBesideReference(node: MapNode, problems: Problems): boolean {
  if (textAt(node, '$ref') === null) return false;
  for (const [name, { keyAt }] of node.entries) {
    if (remarks.has(name) || name.startsWith('x-')) continue;
    problems.report(keyAt, `${name} stands beside $ref, where it is ignored`, 'Write it where $ref leads, or both under allOf.');
  }
  return true;
}

export function orReference(shape: Shape): Shape {
  return checked((node, problems) => {
    if (node.kind !== 'map' || !checkBesideReference(node, problems)) checkShape(node, shape, problems);
  });
}

/** An object of OpenAPI: known keys and those of other tools. `what` is what a key is called, e.g. "key of a parameter". */
export function openApiObject(
  what: string,
  optional: Readonly<Record<string, Shape>>,
  required: Readonly<Record<string, Shape>> = {},
): ObjectShape {
  return { ...object(required, optional), open: vendorExtension, what };
}
