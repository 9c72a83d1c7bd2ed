// Which of the recorded versions is meant where none is named.

/** The highest, where all are semantic versions; otherwise the last of the list. Null where there is none. */
export function newestOf(versions: readonly string[]): string | null {
  if (!versions.every(isSemver)) return versions.at(-1) ?? null;
  let newest: string | null = null;
  for (const version of versions) if (newest === null || compareSemver(version, newest) >= 0) newest = version;
  return newest;
}

/** As newestOf for a list that has no order of its own: null too where the versions do not say which is the newest. */
export function newestOfUnordered(versions: readonly string[]): string | null {
  if (versions.length > 1 && !versions.every(isSemver)) return null;
  const newest = newestOf(versions);
  const equals = versions.filter((version) => newest !== null && version !== newest && compareSemver(version, newest) === 0);
  return equals.length === 0 ? newest : null;
}

// semver.org 2.0.0, section 9 to 11; a leading v is common in tags.
const pattern = /^v?(\d{1,15})\.(\d{1,15})\.(\d{1,15})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

function isSemver(version: string): boolean {
  return pattern.test(version);
}

/** Negative, 0 or positive, by section 11: numbers first, a pre-release before its release, build metadata does not count. */
export function compareSemver(a: string, b: string): number {
  const [, ...left] = pattern.exec(a) ?? [];
  const [, ...right] = pattern.exec(b) ?? [];
  for (let place = 0; place < 3; place += 1) {
    const difference = Number(left[place]) - Number(right[place]);
    if (difference !== 0) return difference;
  }
  const [before, after] = [left[3], right[3]];
  if (before === undefined || after === undefined) return Number(before === undefined) - Number(after === undefined);
  return comparePreRelease(before.split('.'), after.split('.'));
}

function comparePreRelease(left: readonly string[], right: readonly string[]): number {
  for (let place = 0; place < Math.min(left.length, right.length); place += 1) {
    const [a = '', b = ''] = [left[place], right[place]];
    if (a === b) continue;
    const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (aIsNumber && bIsNumber && Number(a) !== Number(b)) return Number(a) - Number(b);
    if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return left.length - right.length;
}
