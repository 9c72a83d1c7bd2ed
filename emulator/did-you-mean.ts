// Suggestions for messages: the nearest of the known names, or nothing when none is near.

/** " Did you mean X?" with a leading space, or '' when no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  return near === null ? '' : ` Did you mean ${near}?`;
}

/** Of one or two letters nearly everything is a near miss. */
const lengthMin = 3;

/** The known name with the fewest edits, at most a third of the longer name; null when none is that near. */
export function nearest(name: string, known: Iterable<string>): string | null {
  if (name.length < lengthMin) return null;
  let best: { name: string; edits: number } | null = null;
  for (const candidate of known) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.floor(Math.max(name.length, candidate.length) / 3);
    if (edits <= allowed && (best === null || edits < best.edits)) best = { name: candidate, edits };
  }
  return best?.name ?? null;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
export function editDistance(from: string, to: string): number {
  // A word longer than this is no typing mistake of a name; it also bounds the work.
  if (from.length > 200 || to.length > 200) return Math.max(from.length, to.length);
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replace = (previous[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      let edits = Math.min(replace, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) edits = Math.min(edits, (beforePrevious[j - 2] ?? 0) + 1);
      current.push(edits);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}
