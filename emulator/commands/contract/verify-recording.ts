// --provider-version: what could keep a result from being recorded is found before anything is verified, and no result is lost behind another.
import { ContractError, contractExitCodes } from '../../../contracts/contract-error.ts';
import { readPactFile } from '../../../contracts/pact/read-pact-file.ts';
import { type BrokerConnection, brokerFromEnvironment } from '../../../contracts/results/broker/broker-connection.ts';
import { checkName, checkVersion } from '../../../contracts/results/check-version.ts';
import { parseVerifications } from '../../../contracts/results/parse-record.ts';
import { recordVerification } from '../../../contracts/results/record-verification.ts';
import { verificationsFileName } from '../../../contracts/results/result-records.ts';
import { changeFile } from '../../../contracts/results/results-directory.ts';
import type { VerificationReport } from '../../../contracts/verification/verification-report.ts';

export interface RecordingOptions {
  readonly providerVersion: string;
  readonly resultsDirectory: string;
  /** Those that are about to be verified. */
  readonly pacts: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** What became of one report. */
export interface RecordOutcome {
  /** The file; null where there is none. */
  readonly recorded: string | null;
  /** The broker's address; null without one. */
  readonly published: string | null;
  /** Why it was left out on purpose. */
  readonly notRecorded?: string;
  readonly failure?: ContractError;
}

export interface Recording {
  /** One outcome a report, in their order: all files are written before the first is published. Rejects only for a bug of ours. */
  record(reports: readonly VerificationReport[]): Promise<readonly RecordOutcome[]>;
}

/** @throws ContractError BAD_USAGE (version, broker's settings, folder, pact), PACT_DAMAGED, PACT_NOT_SUPPORTED, RESULTS_DAMAGED */
export async function prepareRecording(options: RecordingOptions): Promise<Recording> {
  const providerVersion = checkVersion(options.providerVersion);
  const broker = brokerFromEnvironment(options.env);
  const { resultsDirectory } = options;
  for (const file of options.pacts) {
    const { pact } = await readPactFile(file);
    const pair = { consumer: checkName(pact.consumer), provider: checkName(pact.provider) };
    await checkWritable(resultsDirectory, verificationsFileName(pair, providerVersion));
  }
  return {
    async record(reports) {
      const outcomes: RecordOutcome[] = [];
      for (const report of reports) outcomes.push(await write(report, { providerVersion, resultsDirectory }));
      if (broker === null) return outcomes;
      const published: RecordOutcome[] = [];
      for (const [index, report] of reports.entries()) {
        const outcome = outcomes[index] ?? nothing;
        published.push(outcome.recorded === null ? outcome : await publish(report, { providerVersion, resultsDirectory, broker }, outcome));
      }
      return published;
    },
  };
}

const nothing: RecordOutcome = { recorded: null, published: null };

class OnlyAsked extends Error {}

/** Takes the file's lock and reads what is there, as a change does, and changes nothing. */
async function checkWritable(directory: string, name: string): Promise<void> {
  try {
    await changeFile(directory, name, (text) => {
      if (text !== null) parseVerifications(text, `${directory}/${name}`);
      throw new OnlyAsked();
    });
  } catch (error) {
    if (!(error instanceof OnlyAsked)) throw error;
  }
}

interface Where {
  readonly providerVersion: string;
  readonly resultsDirectory: string;
}

async function write(report: VerificationReport, where: Where): Promise<RecordOutcome> {
  const notJudged = report.interactions.filter(({ code }) => code !== undefined && contractExitCodes[code] > 1);
  if (notJudged.length > 0) return { ...nothing, notRecorded: `${notJudged.length} of its interactions could not be verified` };
  try {
    const recorded = await recordVerification(report, where);
    return recorded.recorded ? { recorded: recorded.file, published: null } : { ...nothing, notRecorded: recorded.why };
  } catch (failure) {
    return failed(nothing, failure);
  }
}

/** Recorded again, which leaves the file as it is, and published. */
async function publish(
  report: VerificationReport,
  where: Where & { readonly broker: BrokerConnection },
  outcome: RecordOutcome,
): Promise<RecordOutcome> {
  try {
    const recorded = await recordVerification(report, where);
    return { ...outcome, published: recorded.recorded ? recorded.publishedTo : null };
  } catch (failure) {
    return failed(outcome, failure);
  }
}

function failed(outcome: RecordOutcome, failure: unknown): RecordOutcome {
  if (failure instanceof ContractError) return { ...outcome, failure };
  throw failure;
}
