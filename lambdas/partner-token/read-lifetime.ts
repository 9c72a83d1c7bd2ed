// How long tokens live: a setting, with a ceiling that no setting lifts.

const lifetimeSecondsMax = 900;
const lifetimeSecondsMin = 60;

/** @throws RangeError outside 60 to 900 seconds */
export function readLifetimeSeconds(value: string | undefined): number {
  const seconds = value === undefined || value === '' ? lifetimeSecondsMax : Number(value);
  if (Number.isInteger(seconds) && seconds >= lifetimeSecondsMin && seconds <= lifetimeSecondsMax) return seconds;
  throw new RangeError(`TOKEN_LIFETIME_SECONDS must be a whole number from ${lifetimeSecondsMin} to ${lifetimeSecondsMax}`);
}
