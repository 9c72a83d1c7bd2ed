// POST /contracts/publish: every contract of one version of one consumer, in one request.
// Documented: doc/views/index/publish-contracts.markdown (broker 2.86.0 and newer), approvals publish_contract_*.json. Not run against a real broker.
import { ContractError } from '../../contract-error.ts';
import { askBroker, errorsOf } from './ask-broker.ts';
import type { BrokerConnection } from './broker-connection.ts';

export interface PactsToPublish {
  readonly consumer: string;
  readonly version: string;
  readonly branch: string | null;
  /** The files' text, unchanged. */
  readonly pacts: readonly { readonly provider: string; readonly text: string }[];
}

/** @throws ContractError BAD_USAGE where the broker does not take them (409: this version has another contract), BROKER_FAILED */
export async function publishPacts(broker: BrokerConnection, { consumer, version, branch, pacts }: PactsToPublish): Promise<void> {
  const answer = await askBroker(broker, '/contracts/publish', {
    body: {
      pacticipantName: consumer,
      pacticipantVersionNumber: version,
      ...(branch !== null && { branch }),
      contracts: pacts.map(({ provider, text }) => ({
        consumerName: consumer,
        providerName: provider,
        specification: 'pact',
        contentType: 'application/json',
        content: Buffer.from(text).toString('base64'),
      })),
    },
    expected: [400, 404, 409],
  });
  if (answer.status === 409) {
    const hint = 'A version has one contract, or results for it would prove nothing: publish this one under a new version.';
    throw new ContractError('BAD_USAGE', `The Pact Broker has another contract for ${consumer} ${version}: ${errorsOf(answer)}.`, hint);
  }
  if (answer.status === 404) {
    const hint = 'This needs Pact Broker 2.86.0 or newer; is PACT_BROKER_BASE_URL its address, with its path?';
    throw new ContractError('BROKER_FAILED', `${broker.baseUrl.href} has no /contracts/publish.`, hint);
  }
  if (answer.status === 400)
    throw new ContractError(
      'BAD_USAGE',
      `The Pact Broker does not take the contract of ${consumer} ${version}: ${errorsOf(answer)}.`,
      'Mend what it names.',
    );
  // A web server in between may answer 200 to anything. Older brokers say `logs`, newer ones `notices`.
  const { _links: links, logs, notices = logs } = answer.body;
  if (answer.status < 300 && typeof links === 'object' && links !== null && !Array.isArray(links) && Array.isArray(notices)) return;
  const hint = 'Nothing shows that it was published: is PACT_BROKER_BASE_URL the address of a Pact Broker, with its path?';
  throw new ContractError('BROKER_FAILED', `${broker.baseUrl.href} answers ${answer.status}, not as a Pact Broker does.`, hint);
}
