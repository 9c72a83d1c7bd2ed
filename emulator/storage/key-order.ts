// S3 lists keys in the order of their UTF-8 bytes; JavaScript compares UTF-16 units. They differ above U+FFFF.

/** Negative, zero or positive, as for Array.sort: the order of the UTF-8 bytes, without encoding either string. */
export function compareKeys(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** A surrogate is half of a character above U+FFFF, so it comes after U+E000 to U+FFFF, whose numbers are higher. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The first index for which `holds` is true, or the length. `holds` must be false up to some index and true after it. */
export function firstIndex(keys: readonly string[], from: number, holds: (key: string) => boolean): number {
  let low = from;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const key = keys[middle];
    if (key !== undefined && !holds(key)) low = middle + 1;
    else high = middle;
  }
  return low;
}
