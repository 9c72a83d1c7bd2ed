// A misspelt option would be passed over in silence; one that is not known is an error.

/** @throws TypeError that names the first member of `options` that is not in `known`, and all that are. Never with a value in it. */
export function checkNames(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const like = known.find((name) => name.toLowerCase() === unknown.toLowerCase().replaceAll(/[^a-z]/g, ''));
  const hint = like === undefined ? `the options are ${known.join(', ')}` : `is ${like} meant?`;
  throw new TypeError(`${/^\w{1,40}$/.test(unknown) ? unknown : 'a name'} is not an option: ${hint}`);
}
