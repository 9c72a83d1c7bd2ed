// POST to the `pb:publish-verification-results` link of the pact that was verified.
// Documented: doc/views/pact/publish-verification-results.markdown; per interaction as Pact's Rust verifier sends it ("testResults, which
// support arbitrary json"). A result belongs to a pact's content on the broker, so the pact with the content that was verified is looked
// for: the newest first, then the others. Not run against a real broker.
import { ContractError } from '../../contract-error.ts';
import { pactFingerprint } from '../pact-fingerprint.ts';
import type { RecordedInteraction, VerificationResult } from '../result-records.ts';
import { askBroker, type BrokerAnswer, errorsOf, linkPath, pathOfLink } from './ask-broker.ts';
import type { BrokerConnection } from './broker-connection.ts';

export interface VerificationToPublish {
  readonly consumer: string;
  readonly provider: string;
  readonly providerVersion: string;
  readonly result: VerificationResult;
}

/** Pacts that are fetched and compared, at most. */
const pactsMax = 30;

/** @throws ContractError BROKER_FAILED, also where the broker does not have the contract that was verified */
export async function publishVerification(
  broker: BrokerConnection,
  { consumer, provider, providerVersion, result }: VerificationToPublish,
): Promise<void> {
  const pact = await findPact(broker, consumer, provider, result.pactSha256);
  const path = pact === null ? null : linkPath(broker, pact, 'pb:publish-verification-results');
  if (pact === null || path === null) {
    const what =
      pact === null ? `does not have the contract of ${consumer} with ${provider} that was verified` : 'names no link for results';
    const hint = 'Publish it first: airlock contract publish --version <the version of the consumer>. The result is in the file.';
    throw new ContractError('BROKER_FAILED', `The Pact Broker at ${broker.baseUrl.href} ${what}.`, hint);
  }
  const answer = await askBroker(broker, path, {
    body: {
      success: result.ok,
      providerApplicationVersion: providerVersion,
      verifiedBy: { implementation: 'airlock' },
      testResults: result.interactions.map((interaction) => testResult(interaction, pact)),
    },
    expected: [400, 404],
  });
  if (answer.status >= 400)
    throw new ContractError(
      'BROKER_FAILED',
      `The Pact Broker does not take the result of ${provider} ${providerVersion}: ${errorsOf(answer)}.`,
      'Mend what it names.',
    );
}

/** As the broker serves it: the pact's own members, `_links`, and an `_id` in each interaction. */
async function findPact(
  broker: BrokerConnection,
  consumer: string,
  provider: string,
  sha256: string,
): Promise<BrokerAnswer['body'] | null> {
  const pair = `/pacts/provider/${encodeURIComponent(provider)}/consumer/${encodeURIComponent(consumer)}`;
  const fits = ({ status, text }: BrokerAnswer) => status === 200 && pactFingerprint(text) === sha256;
  const latest = await askBroker(broker, `${pair}/latest`, { expected: [404] });
  if (fits(latest)) return latest.body;
  if (latest.status === 404) return null;
  const all = await askBroker(broker, linkPath(broker, latest.body, 'pb:all-pact-versions') ?? `${pair}/versions`, { expected: [404] });
  const links = all.body._links;
  // The relation has been spelt in both ways.
  const versions =
    typeof links === 'object' && links !== null ? Object.entries(links).find(([name]) => /^(?:pb:)?pact-versions$/.test(name))?.[1] : [];
  for (const link of Array.isArray(versions) ? versions.slice(0, pactsMax) : []) {
    const path = pathOfLink(broker, link);
    const found = path === null ? null : await askBroker(broker, path, { expected: [404] });
    if (found !== null && fits(found)) return found.body;
  }
  return null;
}

function testResult({ description, providerStates, ok, mismatches }: RecordedInteraction, pact: BrokerAnswer['body']): object {
  const id = interactionId(pact, description, providerStates);
  return {
    ...(id === null ? { interactionDescription: description } : { interactionId: id }),
    success: ok,
    ...(mismatches.length > 0 && { mismatches: mismatches.map((text) => ({ description: text })) }),
  };
}

/** An interaction is known by its description and its states, together. */
function interactionId(pact: BrokerAnswer['body'], description: string, providerStates: readonly string[]): string | null {
  for (const interaction of Array.isArray(pact.interactions) ? (pact.interactions as Record<string, unknown>[]) : []) {
    const states = Array.isArray(interaction.providerStates)
      ? interaction.providerStates.map((state: { name?: unknown }) => state.name)
      : [];
    const isIt = interaction.description === description && JSON.stringify(states) === JSON.stringify(providerStates);
    if (isIt && typeof interaction._id === 'string') return interaction._id;
  }
  return null;
}
