// The last step of `airlock contract verify`: the report becomes a file to commit, and with a broker a result there.

import { ContractError } from '../contract-error.ts';
import type { VerificationReport } from '../verification/verification-report.ts';
import type { BrokerConnection } from './broker/broker-connection.ts';
import { publishVerification } from './broker/publish-verification.ts';
import { checkName, checkVersion } from './check-version.ts';
import { mismatchWithoutValues } from './mismatch-without-values.ts';
import { parseVerifications } from './parse-record.ts';
import { recordText, type VerificationResult, verificationsFileName } from './result-records.ts';
import { changeFile, readVersions } from './results-directory.ts';

export interface RecordOptions {
  readonly providerVersion: string;
  /** Created when missing. */
  readonly resultsDirectory: string;
  /** `brokerFromEnvironment(process.env)`: the result is published there too. */
  readonly broker?: BrokerConnection | null;
}

export type RecordedVerification =
  /** `publishedTo`: the broker's address, null without one. */
  | { readonly recorded: true; readonly file: string; readonly publishedTo: string | null }
  /** Only part of the contract was verified: a record of it would stand for the whole. */
  | { readonly recorded: false; readonly why: string };

/**
 * Records a whole verification, passed or failed, in place of an earlier one of the same contract and version. The same report
 * leaves the same bytes.
 * @throws ContractError BAD_USAGE (version, folder), RESULTS_DAMAGED (the file that is there), BROKER_FAILED (the file is written by then)
 */
export async function recordVerification(report: VerificationReport, options: RecordOptions): Promise<RecordedVerification> {
  if (report.partial) return { recorded: false, why: 'only part of the contract was verified' };
  const providerVersion = checkVersion(options.providerVersion);
  const [consumer, provider] = [checkName(report.consumer), checkName(report.provider)];
  const result = resultOf(report);
  const name = verificationsFileName({ consumer, provider }, providerVersion);
  const file = await changeFile(options.resultsDirectory, name, (text) => {
    const before = text === null ? null : parseVerifications(text, `${options.resultsDirectory}/${name}`);
    if (before !== null && (before.consumer !== consumer || before.provider !== provider || before.providerVersion !== providerVersion)) {
      const hint = 'Use versions that differ by more than upper and lower case.';
      throw new ContractError('RESULTS_DAMAGED', `${name} holds the results of ${before.provider} ${before.providerVersion}.`, hint);
    }
    const others = (before?.results ?? []).filter((each) => each.pactSha256 !== result.pactSha256);
    const results = [...others, result].sort((a, b) => (a.pactSha256 < b.pactSha256 ? -1 : 1));
    return recordText({ schema: 1, consumer, provider, providerVersion, results });
  });
  if (!options.broker) return { recorded: true, file, publishedTo: null };
  const versions = await readVersions(options.resultsDirectory, { consumer, provider });
  const consumerVersions = versions.filter((each) => each.pactSha256 === result.pactSha256).map((each) => each.version);
  await publishVerification(options.broker, { consumer, provider, providerVersion, consumerVersions, result });
  return { recorded: true, file, publishedTo: options.broker.baseUrl.href };
}

function resultOf(report: VerificationReport): VerificationResult {
  const interactions = report.interactions.map((each) => ({
    description: each.description,
    providerStates: [...each.providerStates],
    ok: each.ok,
    // Where there was no answer to judge, the code says all; its message may name addresses.
    mismatches: each.code === undefined ? [...new Set(each.mismatches.map(mismatchWithoutValues))] : [each.code],
  }));
  // The pact's order does not count (see pactFingerprint), so it must not show either.
  interactions.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  // Nothing verified is no pass, whatever the report calls it.
  const ok = report.ok && interactions.length > 0 && interactions.every((each) => each.ok);
  return { pactSha256: report.pactSha256, ok, interactions };
}

function orderOf({ description, providerStates }: { description: string; providerStates: readonly string[] }): string {
  return JSON.stringify([description, providerStates]);
}
