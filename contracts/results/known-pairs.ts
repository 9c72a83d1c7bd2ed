// Who has a contract with whom. The pacts that ship are known before anything is recorded: what is missing there must be a no.
import type { PairRecords } from './result-records.ts';

export interface Pair {
  readonly consumer: string;
  readonly provider: string;
}

/** One a file of contracts/pacts/. */
export const shippedPairs: readonly Pair[] = [
  { consumer: 'customer-init', provider: 'partner-token' },
  { consumer: 'customer-app', provider: 'customer-api' },
  { consumer: 'request-function', provider: 'model-container' },
];

/** The shipped pairs and every other that something is recorded about, each with its records. */
export function withShippedPairs(records: readonly PairRecords[]): readonly PairRecords[] {
  const unrecorded = shippedPairs.filter(
    (pair) => !records.some((each) => each.consumer === pair.consumer && each.provider === pair.provider),
  );
  return [...unrecorded.map((pair) => ({ ...pair, versions: [], verifications: [] })), ...records];
}

export function participantsOf(pairs: readonly Pair[]): readonly string[] {
  return [...new Set(pairs.flatMap(({ consumer, provider }) => [consumer, provider]))];
}
