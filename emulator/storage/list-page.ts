// One page of a listing: prefix, delimiter and where to go on, over keys that are already sorted. Pure.
import { compareKeys, firstIndex } from './key-order.ts';

/** A key, or a group of keys that share everything up to a delimiter. */
export interface ListItem {
  readonly kind: 'key' | 'prefix';
  readonly value: string;
}

export interface PageRequest {
  readonly prefix: string;
  /** Empty: no grouping. */
  readonly delimiter: string;
  /** Only what comes after this item; after a prefix that is everything behind its whole group. */
  readonly after: ListItem | null;
  readonly itemsMax: number;
}

export interface Page {
  readonly items: readonly ListItem[];
  /** The last item, where more follow; else null. */
  readonly next: ListItem | null;
}

/** A group counts as one item. [V] */
export function listPage(keys: readonly string[], { prefix, delimiter, after, itemsMax }: PageRequest): Page {
  const items: ListItem[] = [];
  // max-keys=0 is an empty page that is not truncated [V, by way of LocalStack].
  if (itemsMax === 0) return { items, next: null };
  let index = firstIndex(keys, 0, (key) => compareKeys(key, prefix) >= 0);
  if (after) index = firstIndex(keys, index, (key) => isAfter(key, after));
  for (;;) {
    const key = keys[index];
    if (key === undefined || !key.startsWith(prefix)) return { items, next: null };
    const last = items.at(-1);
    if (items.length === itemsMax && last) return { items, next: last };
    const group = groupOf(key, prefix, delimiter);
    if (group === null) {
      items.push({ kind: 'key', value: key });
      index++;
    } else {
      const item: ListItem = { kind: 'prefix', value: group };
      items.push(item);
      index = firstIndex(keys, index, (candidate) => isAfter(candidate, item));
    }
  }
}

/** The common prefix that a key falls under (with its delimiter), or null. */
export function groupOf(key: string, prefix: string, delimiter: string): string | null {
  if (delimiter === '' || !key.startsWith(prefix)) return null;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? null : key.slice(0, at + delimiter.length);
}

function isAfter(key: string, item: ListItem): boolean {
  return compareKeys(key, item.value) > 0 && !(item.kind === 'prefix' && key.startsWith(item.value));
}

const tokenMark = 'airlock-list-1';

/** An opaque token, as S3's: a client can only hand it back. */
export function continuationToken(item: ListItem): string {
  return Buffer.from(JSON.stringify([tokenMark, item.kind, item.value])).toString('base64url');
}

/** Null for anything that no listing gave out. */
export function readContinuationToken(token: string): ListItem | null {
  const fields = parsed(Buffer.from(token, 'base64url').toString());
  if (!Array.isArray(fields)) return null;
  const [mark, kind, value] = fields as unknown[];
  if (mark !== tokenMark || (kind !== 'key' && kind !== 'prefix') || typeof value !== 'string') return null;
  return { kind, value };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
