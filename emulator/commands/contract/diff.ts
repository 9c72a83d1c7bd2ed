// `airlock contract diff`: what changed between two versions of a pact, in the words of whoever has to keep it.
import { ContractError } from '../../../contracts/contract-error.ts';
import { comparePacts } from '../../../contracts/pact/compare-pacts.ts';
import { readPactFile } from '../../../contracts/pact/read-pact-file.ts';

/**
 * Resolves to the exit code: 1 where a change is breaking.
 * @throws ContractError PACT_DAMAGED, PACT_NOT_SUPPORTED, BAD_USAGE
 */
export async function runDiff(before: string, after: string, flags: Readonly<Record<string, unknown>>): Promise<number> {
  const [{ pact: old }, { pact: renewed }] = await Promise.all([readPactFile(before), readPactFile(after)]);
  if (old.consumer !== renewed.consumer || old.provider !== renewed.provider) {
    const message = `${before} is the contract of ${old.consumer} with ${old.provider}, ${after} of ${renewed.consumer} with ${renewed.provider}.`;
    throw new ContractError('BAD_USAGE', message, 'Name two versions of one contract.');
  }
  const changes = comparePacts(old, renewed);
  const breaking = changes.filter((change) => change.effect === 'breaking').length;
  if (flags.json === true)
    process.stdout.write(`${JSON.stringify({ consumer: old.consumer, provider: old.provider, breaking: breaking > 0, changes })}\n`);
  else if (changes.length === 0) process.stdout.write(`nothing changed in the contract of ${old.consumer} with ${old.provider}\n`);
  else {
    for (const { effect, interaction, what } of changes) process.stdout.write(`${effect.padEnd(10)}  ${interaction}: ${what}\n`);
    process.stdout.write(`${changes.length} ${changes.length === 1 ? 'change' : 'changes'}, ${breaking} breaking\n`);
  }
  return breaking > 0 ? 1 : 0;
}
