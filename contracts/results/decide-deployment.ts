// May this version be deployed? A table of who must have been verified with whom; a yes needs a recorded proof in every row.
import { ContractError } from '../contract-error.ts';
import { newestOf, newestOfUnordered } from './newest-version.ts';
import type { PairRecords } from './result-records.ts';

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
  /** What is missing or failed, and the command that mends it; null for a yes. */
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
  const rows = own.map((pair) => rowOf(pair, question));
  return { participant, version, deployable: rows.every((row) => row.verified === 'yes'), rows };
}

function rowOf(pair: PairRecords, { participant, version, counterparts }: DeploymentQuestion): DeploymentRow {
  const { consumer, provider } = pair;
  // Both sides may be the same participant (a service that calls itself): its own version counts for both.
  const versionOf = (name: string, newest: () => string | null) => (name === participant ? version : (counterparts.get(name) ?? newest()));
  const consumerVersion = versionOf(consumer, () => newestOf(pair.versions.map((each) => each.version)));
  const providerVersion = versionOf(provider, () => newestOfUnordered(pair.verifications.map((each) => each.providerVersion)));
  const row = { consumer, consumerVersion, provider, providerVersion, failed: [] };
  const unknown = (problem: string, mend: string): DeploymentRow => ({ ...row, verified: 'unknown', problem, mend });

  const verify = (of: string) => `airlock contract verify --provider ${provider} --provider-version ${of}`;
  if (consumerVersion === null)
    return unknown(`no version of ${consumer} is published with its contract with ${provider}`, publish('<its version>'));
  const published = pair.versions.find((each) => each.version === consumerVersion);
  if (published === undefined)
    return unknown(
      `${consumer} ${consumerVersion} is not published with its contract with ${provider}`,
      publish(shellWord(consumerVersion)),
    );
  if (providerVersion === null) {
    if (pair.verifications.length === 0)
      return unknown(`no version of ${provider} has been verified against ${consumer}`, verify('<its version>'));
    const versions = pair.verifications.map((each) => each.providerVersion).join(', ');
    return unknown(`which version of ${provider} is meant (${versions})? Their order is not known`, `--with ${provider}=<version>`);
  }
  const verification = pair.verifications.find((each) => each.providerVersion === providerVersion);
  const result = verification?.results.find((each) => each.pactSha256 === published.pactSha256);
  if (result === undefined)
    return unknown(
      `${provider} ${providerVersion} has not been verified against the contract of ${consumer} ${consumerVersion}`,
      verify(shellWord(providerVersion)),
    );
  const failed = result.interactions.filter((each) => !each.ok);
  if (result.ok && failed.length === 0 && result.interactions.length > 0) return { ...row, verified: 'yes', problem: null, mend: null };
  return {
    ...row,
    verified: 'failed',
    problem: `${provider} ${providerVersion} does not keep the contract of ${consumer} ${consumerVersion}`,
    mend: verify(shellWord(providerVersion)),
    failed: failed.map((each) => ({ interaction: each.description + states(each.providerStates), mismatches: each.mismatches })),
  };
}

function publish(version: string): string {
  return `airlock contract publish --version ${version}`;
}

function states(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

/** To be pasted into a shell. */
function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
