// POST to the `pb:publish-verification-results` link of the pact that was verified.
// Documented: doc/views/pact/publish-verification-results.markdown. A result belongs to a pact's content on the broker, so the pact with
// the content that was verified is looked for: the newest first, then the versions that are recorded with it, then the others. Not run
// against a real broker.
import { ContractError } from '../../contract-error.ts';
import { pactFingerprint } from '../pact-fingerprint.ts';
import type { VerificationResult } from '../result-records.ts';
import { airlockVersion } from './airlock-version.ts';
import { askBroker, type BrokerAnswer, errorsOf, linkPath, pathOfLink } from './ask-broker.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { testResult } from './test-result.ts';

export interface VerificationToPublish {
  readonly consumer: string;
  readonly provider: string;
  readonly providerVersion: string;
  /** The consumer's versions that are known to have this contract, the newest last. */
  readonly consumerVersions: readonly string[];
  readonly result: VerificationResult;
}

/** Pacts that are fetched and compared, at most, of those that are known to fit and of those that the broker lists. */
const pactsMax = 30;

/** @throws ContractError BROKER_FAILED, also where the broker does not have the contract that was verified */
export async function publishVerification(broker: BrokerConnection, verification: VerificationToPublish): Promise<void> {
  const { providerVersion, result } = verification;
  const pact = await findPact(broker, verification);
  const path = linkPath(broker, pact, 'pb:publish-verification-results');
  if (path === null) throw failed(broker, 'names no link for results');
  const answer = await askBroker(broker, path, {
    body: {
      success: result.ok,
      providerApplicationVersion: providerVersion,
      verifiedBy: { implementation: 'airlock', version: airlockVersion() },
      testResults: result.interactions.map((interaction) => testResult(interaction, pact)),
    },
    expected: [400, 404],
  });
  if (answer.status >= 400)
    throw new ContractError(
      'BROKER_FAILED',
      `The Pact Broker does not take the result of ${providerVersion}: ${errorsOf(answer)}.`,
      'Mend what it names.',
    );
  // A web server in between may answer 200 to anything: the broker answers with the result that it made.
  const { success, providerApplicationVersion } = answer.body;
  if (success !== result.ok || providerApplicationVersion !== providerVersion)
    throw failed(broker, `answers ${answer.status} without the result that was published`);
}

/** As the broker serves it: the pact's own members, `_links`, and an `_id` in each interaction. */
async function findPact(
  broker: BrokerConnection,
  { consumer, provider, consumerVersions, result }: VerificationToPublish,
): Promise<BrokerAnswer['body']> {
  const pair = `/pacts/provider/${encodeURIComponent(provider)}/consumer/${encodeURIComponent(consumer)}`;
  const fits = (answer: BrokerAnswer) => answer.status === 200 && fingerprintOf(answer) === result.pactSha256;
  const contract = `contract of ${consumer} with ${provider}`;
  const latest = await askBroker(broker, `${pair}/latest`, { expected: [404] });
  if (fits(latest)) return latest.body;
  if (latest.status === 404) throw failed(broker, `has no ${contract}`);
  for (const version of consumerVersions.slice(-pactsMax).reverse()) {
    const found = await askBroker(broker, `${pair}/version/${encodeURIComponent(version)}`, { expected: [404] });
    if (fits(found)) return found.body;
  }
  const all = await askBroker(broker, linkPath(broker, latest.body, 'pb:all-pact-versions') ?? `${pair}/versions`, { expected: [404] });
  const links = all.body._links;
  // The relation has been spelt in both ways.
  const listed =
    typeof links === 'object' && links !== null ? Object.entries(links).find(([name]) => /^(?:pb:)?pact-versions$/.test(name))?.[1] : [];
  const versions: readonly unknown[] = Array.isArray(listed) ? listed : [];
  for (const link of versions.slice(0, pactsMax)) {
    const path = pathOfLink(broker, link);
    const found = path === null ? null : await askBroker(broker, path, { expected: [404] });
    if (found !== null && fits(found)) return found.body;
  }
  throw failed(
    broker,
    versions.length > pactsMax
      ? `lists ${versions.length} versions of the ${contract}; the one that was verified is not among the first ${pactsMax}, more are not compared`
      : `does not have the ${contract} that was verified`,
  );
}

/** Null for what is no pact: then it is not the one that was verified. */
function fingerprintOf({ text }: BrokerAnswer): string | null {
  try {
    return pactFingerprint(text);
  } catch (error) {
    if (error instanceof ContractError) return null;
    throw error;
  }
}

function failed(broker: BrokerConnection, what: string): ContractError {
  const hint = 'Publish it first: airlock contract publish --version <the version of the consumer>. The result is in the file.';
  return new ContractError('BROKER_FAILED', `The Pact Broker at ${broker.baseUrl.href} ${what}.`, hint);
}
