// The keys of one bucket in memory, with what a listing and a precondition need; everything else is in the object's file.
import { compareKeys } from './key-order.ts';

export interface KeyIndex<Entry> {
  readonly size: number;
  get(key: string): Entry | undefined;
  set(key: string, entry: Entry): void;
  delete(key: string): void;
  /** All keys in the order of their UTF-8 bytes. Valid until the next change. */
  sorted(): readonly string[];
}

/** Keys that are gone and still remembered: without this limit a bucket that nobody lists would keep every key it ever had. */
const removedKeysMax = 1_000;

/**
 * A put appends and a delete remembers; the sorted list is brought up to date by the next listing: it sorts what is
 * new and merges, so that a put costs the same with 100,000 keys as with one, and a listing after it one pass.
 */
export function createKeyIndex<Entry>(): KeyIndex<Entry> {
  const entries = new Map<string, Entry>();
  let ordered: string[] = [];
  let added: string[] = [];
  /** Keys that are gone and still in `ordered` or `added`. */
  const removed = new Set<string>();
  const bringUpToDate = () => {
    if (added.length === 0 && removed.size === 0) return;
    ordered = merge(ordered, added.sort(compareKeys), removed);
    added = [];
    removed.clear();
  };
  return {
    get size() {
      return entries.size;
    },
    get: (key) => entries.get(key),
    set(key, entry) {
      if (!entries.has(key) && !removed.delete(key)) added.push(key);
      entries.set(key, entry);
    },
    delete(key) {
      if (entries.delete(key)) removed.add(key);
      if (removed.size > removedKeysMax) bringUpToDate();
    },
    sorted() {
      bringUpToDate();
      return ordered;
    },
  };
}

function merge(left: readonly string[], right: readonly string[], without: ReadonlySet<string>): string[] {
  const merged: string[] = [];
  let leftIndex = 0;
  let rightIndex = 0;
  while (leftIndex < left.length || rightIndex < right.length) {
    const a = left[leftIndex];
    const b = right[rightIndex];
    const takeLeft = b === undefined || (a !== undefined && compareKeys(a, b) < 0);
    const next = takeLeft ? a : b;
    if (takeLeft) leftIndex++;
    else rightIndex++;
    if (next !== undefined && !without.has(next)) merged.push(next);
  }
  return merged;
}
