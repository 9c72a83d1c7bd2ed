// Two texts of a pact -> what changed, in lines for people: each change breaking or compatible.
import { ContractError } from '../../../contracts/contract-error.ts';
import { comparePacts } from '../../../contracts/pact/compare-pacts.ts';
import type { Pact } from '../../../contracts/pact/pact.ts';
import { readPact } from '../../../contracts/pact/read-pact.ts';

/**
 * `before` null: there was none. No lines: the same bytes. `name` is the file's, for errors.
 * @throws ContractError where `after` is no pact
 */
export function pactChanges(before: string | null, after: string, name: string): readonly string[] {
  if (before === after) return [];
  const recorded = readPact(after, `${name} as recorded`);
  if (before === null) return recorded.interactions.map(({ description }) => `new         ${description}`);
  const committed = readCommitted(before, name);
  if (committed instanceof ContractError) return [`breaking    nothing could be compared: ${committed.message}`];
  const changes = comparePacts(committed, recorded);
  if (changes.length === 0) return ['compatible  the file is written differently, and says the same'];
  return changes.map(({ effect, interaction, what }) => `${effect.padEnd(10)}  ${interaction}: ${what}`);
}

/** A damaged file is about to be replaced, so its error is one of the things to tell. */
function readCommitted(text: string, name: string): Pact | ContractError {
  try {
    return readPact(text, `${name} as committed`);
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
}
