// Reads of a resolved map. They report nothing: the shape of each resource is checked before (shape.ts).
import type { ListNode, MapNode, TemplateNode } from './template-node.ts';

export function valueAt(node: TemplateNode | null | undefined, key: string): TemplateNode | null {
  return node?.kind === 'map' ? (node.entries.get(key)?.value ?? null) : null;
}

export function textAt(node: TemplateNode | null | undefined, key: string): string | null {
  return textOf(valueAt(node, key));
}

export function textOf(node: TemplateNode | null | undefined): string | null {
  return node?.kind === 'scalar' && node.value !== null ? node.text : null;
}

export function numberAt(node: TemplateNode | null | undefined, key: string): number | null {
  const text = textAt(node, key);
  if (text === null || text.trim() === '') return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** True for true and "true", as CloudFormation reads it. */
export function flagAt(node: TemplateNode | null | undefined, key: string): boolean | null {
  const text = textAt(node, key);
  return text === null ? null : text.toLowerCase() === 'true';
}

export function mapAt(node: TemplateNode | null | undefined, key: string): MapNode | null {
  const value = valueAt(node, key);
  return value?.kind === 'map' ? value : null;
}

function listAt(node: TemplateNode | null | undefined, key: string): ListNode | null {
  const value = valueAt(node, key);
  return value?.kind === 'list' ? value : null;
}

export function itemsAt(node: TemplateNode | null | undefined, key: string): readonly TemplateNode[] {
  return listAt(node, key)?.items ?? [];
}

export function textsAt(node: TemplateNode | null | undefined, key: string): readonly string[] {
  return itemsAt(node, key).flatMap((item) => textOf(item) ?? []);
}

/** A map of texts; other values are left out. */
export function textMapAt(node: TemplateNode | null | undefined, key: string): Readonly<Record<string, string>> {
  return textMapOf(valueAt(node, key));
}

function textMapOf(node: TemplateNode | null | undefined): Readonly<Record<string, string>> {
  if (node?.kind !== 'map') return {};
  const pairs = [...node.entries].flatMap(([name, entry]) => {
    const text = textOf(entry.value);
    return text === null ? [] : [[name, text] as const];
  });
  return Object.fromEntries(pairs);
}
