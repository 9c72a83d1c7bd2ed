// A record of a contract that ships has to be about that contract's interactions: one that was cut down to those that hold is no proof.
import { ContractError } from '../contract-error.ts';
import type { PactFile } from '../pact/read-pact-file.ts';
import { pactFingerprint } from './pact-fingerprint.ts';
import { type PairRecords, type VerificationsFile, verificationsFileName } from './result-records.ts';

/**
 * @param shipped the pacts whose interactions are known
 * @throws ContractError RESULTS_DAMAGED naming the file
 */
export function checkShippedResults(pairs: readonly PairRecords[], shipped: readonly PactFile[]): void {
  for (const { pact, text } of shipped) {
    const pactSha256 = pactFingerprint(text);
    const expected = keysOf(pact.interactions.map((each) => ({ ...each, providerStates: each.providerStates.map(({ name }) => name) })));
    const own = pairs.filter((pair) => pair.consumer === pact.consumer && pair.provider === pact.provider);
    for (const record of own.flatMap((pair) => pair.verifications))
      for (const result of record.results)
        if (result.pactSha256 === pactSha256 && keysOf(result.interactions) !== expected) throw damaged(record, pact.interactions.length);
  }
}

interface Named {
  readonly description: string;
  readonly providerStates: readonly string[];
}

function keysOf(interactions: readonly Named[]): string {
  return JSON.stringify(interactions.map(({ description, providerStates }) => JSON.stringify([description, providerStates])).sort());
}

function damaged(record: VerificationsFile, count: number): ContractError {
  const file = verificationsFileName(record, record.providerVersion);
  return new ContractError(
    'RESULTS_DAMAGED',
    `${file}: its interactions are not the ${count} of the contract that it names.`,
    'Take the file from git again, or delete it and verify again.',
  );
}
