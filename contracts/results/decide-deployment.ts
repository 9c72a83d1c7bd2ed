// May this version be deployed? A table of who must have been verified with whom; a yes needs a recorded proof in every row.
import { ContractError } from '../contract-error.ts';
import { mendByPublishing, mendByVerifying } from './mend-command.ts';
import { newestOf, newestOfUnordered } from './newest-version.ts';
import type { PairRecords } from './result-records.ts';
import { shellWord } from './shell-word.ts';

export interface DeploymentQuestion {
  readonly participant: string;
  readonly version: string;
  /** Version by name, for the counterparts whose newest is not meant. */
  readonly counterparts: ReadonlyMap<string, string>;
}

export interface DeploymentDecision {
  readonly participant: string;
  readonly version: string;
  readonly deployable: boolean;
  readonly rows: readonly DeploymentRow[];
}

export interface DeploymentRow {
  readonly consumer: string;
  /** Null: none is recorded, or which is meant cannot be told. */
  readonly consumerVersion: string | null;
  readonly provider: string;
  readonly providerVersion: string | null;
  readonly verified: 'yes' | 'failed' | 'unknown';
  /** What is missing or failed, and what mends it, a command where there is one; null for a yes. */
  readonly problem: string | null;
  readonly mend: string | null;
  /** Interactions that failed, as `description (states)` with what differed. */
  readonly failed: readonly { readonly interaction: string; readonly mismatches: readonly string[] }[];
}

/**
 * A row a contract that the participant is part of, on either side.
 * @throws ContractError UNKNOWN_PARTICIPANT where it is part of none, BAD_USAGE where a counterpart is not one of its counterparts
 */
export function decideDeployment(pairs: readonly PairRecords[], question: DeploymentQuestion): DeploymentDecision {
  const { participant, version } = question;
  const own = pairs.filter((pair) => pair.consumer === participant || pair.provider === participant);
  if (own.length === 0)
    throw new ContractError(
      'UNKNOWN_PARTICIPANT',
      `No contract has a participant ${participant}.`,
      'Name a consumer or a provider of a pact.',
    );
  for (const name of question.counterparts.keys()) {
    if (name !== participant && own.some((pair) => pair.consumer === name || pair.provider === name)) continue;
    throw new ContractError(
      'BAD_USAGE',
      `${participant} has no contract with ${name}, which --with names.`,
      '--with takes a counterpart and its version: name=version.',
    );
  }
  const rows = own.map((pair) => rowOf(pair, recordedOf(pairs, pair.provider), question));
  return { participant, version, deployable: rows.every((row) => row.verified === 'yes'), rows };
}

/** Every version of the provider that anything is recorded about, with whomever: its newest may be one that this consumer never met. */
function recordedOf(pairs: readonly PairRecords[], provider: string): readonly string[] {
  const verified = pairs
    .filter((pair) => pair.provider === provider)
    .flatMap((pair) => pair.verifications.map((each) => each.providerVersion));
  const published = pairs.filter((pair) => pair.consumer === provider).flatMap((pair) => pair.versions.map((each) => each.version));
  return [...new Set([...verified, ...published])];
}

function rowOf(
  pair: PairRecords,
  providerVersions: readonly string[],
  { participant, version, counterparts }: DeploymentQuestion,
): DeploymentRow {
  const { consumer, provider } = pair;
  // Both sides may be the same participant (a service that calls itself): its own version counts for both.
  const versionOf = (name: string, newest: () => string | null) => (name === participant ? version : (counterparts.get(name) ?? newest()));
  const consumerVersion = versionOf(consumer, () => newestOf(pair.versions.map((each) => each.version)));
  const providerVersion = versionOf(provider, () => newestOfUnordered(providerVersions));
  const row = { consumer, consumerVersion, provider, providerVersion, failed: [] };
  const unknown = (problem: string, mend: string): DeploymentRow => ({ ...row, verified: 'unknown', problem, mend });

  const verify = (of: string | null) => mendByVerifying(pair, of);
  const publish = (of: string | null) => mendByPublishing(pair, of);
  if (consumerVersion === null) return unknown(`no version of ${consumer} is published with its contract with ${provider}`, publish(null));
  const published = pair.versions.find((each) => each.version === consumerVersion);
  if (published === undefined)
    return unknown(`${consumer} ${consumerVersion} is not published with its contract with ${provider}`, publish(consumerVersion));
  if (providerVersion === null) {
    if (providerVersions.length === 0) return unknown(`no version of ${provider} has been verified against ${consumer}`, verify(null));
    const versions = providerVersions.join(', ');
    return unknown(
      `which version of ${provider} is meant (${versions})? Their order is not known`,
      `--with ${shellWord(provider)}=<version>`,
    );
  }
  const verification = pair.verifications.find((each) => each.providerVersion === providerVersion);
  const result = verification?.results.find((each) => each.pactSha256 === published.pactSha256);
  if (result === undefined)
    return unknown(
      `${provider} ${providerVersion} has not been verified against the contract of ${consumer} ${consumerVersion}`,
      verify(providerVersion),
    );
  const failed = result.interactions.filter((each) => !each.ok);
  if (result.ok && failed.length === 0 && result.interactions.length > 0) return { ...row, verified: 'yes', problem: null, mend: null };
  return {
    ...row,
    verified: 'failed',
    problem: `${provider} ${providerVersion} does not keep the contract of ${consumer} ${consumerVersion}`,
    mend: verify(providerVersion),
    failed: failed.map((each) => ({ interaction: each.description + states(each.providerStates), mismatches: each.mismatches })),
  };
}

function states(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}
