// `airlock contract publish`: this version of the consumer has this contract. Recorded in the results, and with a broker published there.
import { ContractError } from '../../../contracts/contract-error.ts';
import { type PactFile, readPactFile } from '../../../contracts/pact/read-pact-file.ts';
import { brokerFromEnvironment } from '../../../contracts/results/broker/broker-connection.ts';
import { publishPacts } from '../../../contracts/results/broker/publish-pacts.ts';
import { checkName, checkVersion } from '../../../contracts/results/check-version.ts';
import { shippedPairs } from '../../../contracts/results/known-pairs.ts';
import { pactFingerprint } from '../../../contracts/results/pact-fingerprint.ts';
import { otherContent, recordVersion } from '../../../contracts/results/record-version.ts';
import { readResults, resultsDirectoryDefault } from '../../../contracts/results/results-directory.ts';
import { packageFile } from '../../package-files.ts';

interface Flags {
  readonly version: string;
  readonly pact?: readonly string[];
  readonly branch?: string;
  readonly results?: string;
}

/**
 * Resolves to the exit code. Every pact is read and compared with what is recorded before anything is published.
 * @throws ContractError PACT_DAMAGED, BAD_USAGE (also: the version has another contract), RESULTS_DAMAGED, BROKER_FAILED
 */
export async function runPublish(flags: Readonly<Record<string, unknown>>): Promise<number> {
  const { version: given, pact: files = shippedPacts(), branch = null, results = resultsDirectoryDefault } = flags as unknown as Flags;
  const version = checkVersion(given);
  const broker = brokerFromEnvironment(process.env);
  if (branch !== null && broker === null)
    throw new ContractError(
      'BAD_USAGE',
      '--branch is for a broker, and none is set.',
      'Set PACT_BROKER_BASE_URL, or leave it out: files have no branches.',
    );
  const pacts = await Promise.all(files.map(readPactFile));
  refuseSamePair(pacts);
  await refuseOtherContent(results, version, pacts);

  if (broker !== null) {
    for (const [consumer, own] of Map.groupBy(pacts, ({ pact }) => pact.consumer)) {
      const contracts = own.map(({ pact, text }) => ({ provider: pact.provider, text }));
      await publishPacts(broker, { consumer, version, branch, pacts: contracts });
      process.stdout.write(`${consumer} ${version}: published to ${broker.baseUrl.href}\n`);
    }
  }
  for (const { pact, text } of pacts) {
    const { consumer, provider } = pact;
    const file = await recordVersion(results, { consumer, provider, version, pactSha256: pactFingerprint(text) });
    process.stdout.write(`${consumer} ${version}: contract with ${provider} recorded in ${file}\n`);
  }
  return 0;
}

function shippedPacts(): readonly string[] {
  return shippedPairs.map(({ consumer, provider }) => packageFile(`contracts/pacts/${consumer}-${provider}.json`));
}

function refuseSamePair(pacts: readonly PactFile[]): void {
  for (const [index, { file, pact }] of pacts.entries()) {
    const other = pacts.slice(0, index).find((each) => each.pact.consumer === pact.consumer && each.pact.provider === pact.provider);
    if (other === undefined) continue;
    const message = `${other.file} and ${file} are both the contract of ${pact.consumer} with ${pact.provider}.`;
    throw new ContractError('BAD_USAGE', message, 'A version has one contract with a provider: name one of them.');
  }
}

/** Of three pacts none is published where the third cannot be. */
async function refuseOtherContent(directory: string, version: string, pacts: readonly PactFile[]): Promise<void> {
  for (const { pact } of pacts) for (const name of [pact.consumer, pact.provider]) checkName(name);
  const records = await readResults(directory);
  for (const { pact, text } of pacts) {
    const { consumer, provider } = pact;
    const pair = records.find((each) => each.consumer === consumer && each.provider === provider);
    const recorded = pair?.versions.find((each) => each.version === version);
    if (recorded !== undefined && recorded.pactSha256 !== pactFingerprint(text)) throw otherContent(consumer, provider, version);
  }
}
