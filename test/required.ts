// What a machine lacks is skipped with its reason, and fails where AIRLOCK_REQUIRE names it (CI does).

/**
 * True where the thing is there. Where it is not: says so on standard error, so that a skip is seen.
 * @throws where AIRLOCK_REQUIRE (comma-separated) names it
 */
export function required(name: string, isThere: boolean, reason: string): boolean {
  if (isThere) return true;
  if (process.env.AIRLOCK_REQUIRE?.split(',').includes(name)) throw new Error(`AIRLOCK_REQUIRE names ${name}, but ${reason}`);
  process.stderr.write(`skipped: ${reason}\n`);
  return false;
}
