// A template's values with their places. Short tags are already in their long form: `!Ref A` is a map with the one key Ref.
import type { SourceLocation } from './deployment.ts';

export type TemplateNode = ScalarNode | ListNode | MapNode | InvalidNode;
export type Scalar = string | number | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** As written, so that an account number or a version keeps its zeros. */
  readonly text: string;
  readonly at: SourceLocation;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly TemplateNode[];
  readonly at: SourceLocation;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly at: SourceLocation;
}

export interface MapEntry {
  /** Where the key stands: the best place for a message about its name. */
  readonly keyAt: SourceLocation;
  readonly value: TemplateNode;
}

/** Something that is already reported; readers pass over it in silence. */
export interface InvalidNode {
  readonly kind: 'invalid';
  readonly at: SourceLocation;
}

export function scalarNode(value: Scalar, at: SourceLocation): ScalarNode {
  return { kind: 'scalar', value, text: value === null ? '' : String(value), at };
}

export function listNode(items: readonly TemplateNode[], at: SourceLocation): ListNode {
  return { kind: 'list', items, at };
}

export function textListNode(items: readonly string[], at: SourceLocation): ListNode {
  const nodes = items.map((item) => scalarNode(item, at));
  return { kind: 'list', items: nodes, at };
}

export function invalidNode(at: SourceLocation): InvalidNode {
  return { kind: 'invalid', at };
}

export function emptyMapNode(at: SourceLocation): MapNode {
  return { kind: 'map', entries: new Map(), at };
}

/** Gives plain data (parsed JSON) one place; the paths tell its parts apart. */
export function nodeOfPlain(value: unknown, at: SourceLocation): TemplateNode {
  if (Array.isArray(value)) {
    const items = value.map((item, index) => nodeOfPlain(item, { ...at, path: `${at.path}[${index}]` }));
    return listNode(items, at);
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => {
      const keyAt = { ...at, path: `${at.path}.${key}` };
      return [key, { keyAt, value: nodeOfPlain(item, keyAt) }] as const;
    });
    return { kind: 'map', entries: new Map(entries), at };
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return scalarNode(value, at);
  return scalarNode(null, at);
}

/** Plain data for JSON: numbers stay numbers. */
export function plainOf(node: TemplateNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainOf);
    case 'map':
      // fromEntries makes own properties, so a key such as __proto__ is data like any other.
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plainOf(entry.value)]));
    case 'invalid':
      return null;
  }
}
