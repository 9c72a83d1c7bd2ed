// --only and --skip: which of the checks are asked for.
import { didYouMean } from '../did-you-mean.ts';
import { AirlockError } from '../errors.ts';
import type { Check } from './check.ts';

/** @throws AirlockError BAD_OPTION for an id that no check has, and where nothing is left */
export function selectChecks(
  checks: readonly Check[],
  { only, skip }: { readonly only: readonly string[]; readonly skip: readonly string[] },
): readonly Check[] {
  const ids = checks.map(({ id }) => id);
  for (const [flag, given] of [
    ['--only', only],
    ['--skip', skip],
  ] as const) {
    const unknown = given.find((id) => !ids.includes(id));
    if (unknown === undefined) continue;
    throw new AirlockError(
      'BAD_OPTION',
      `${flag} ${unknown}: there is no such check.${didYouMean(unknown, ids)}`,
      `Checks: ${ids.join(', ')}.`,
    );
  }
  const selected = checks.filter(({ id }) => (only.length === 0 || only.includes(id)) && !skip.includes(id));
  if (selected.length === 0) throw new AirlockError('BAD_OPTION', 'No check is left to run.', '--skip leaves out what --only asks for.');
  return selected;
}
