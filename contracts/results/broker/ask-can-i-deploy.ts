// The broker's own answer to "may this version be deployed?".
// Documented: doc/views/can-i-deploy.markdown (into an environment) and doc/views/matrix.markdown (with named versions, or the newest);
// the answer's shape: api/decorators/matrix_decorator.rb, approvals features_get_matrix_approval_spec. Not run against a real broker.
import { ContractError } from '../../contract-error.ts';
import type { DeploymentQuestion } from '../decide-deployment.ts';
import { askBroker, type BrokerAnswer, errorsOf, printable } from './ask-broker.ts';
import type { BrokerConnection } from './broker-connection.ts';

export interface BrokerDecision {
  readonly deployable: boolean;
  /** The broker's own words. */
  readonly reason: string;
  readonly rows: readonly BrokerRow[];
}

export interface BrokerRow {
  readonly consumer: string;
  readonly consumerVersion: string | null;
  readonly provider: string;
  readonly providerVersion: string | null;
  readonly verified: 'yes' | 'failed' | 'unknown';
}

/**
 * Yes only where the broker says `deployable: true`, and has a row with a success for each named counterpart.
 * @throws ContractError BAD_USAGE where it does not know a name, BROKER_FAILED
 */
export async function askCanIDeploy(
  broker: BrokerConnection,
  { participant, version, counterparts, environment }: DeploymentQuestion & { environment: string | null },
): Promise<BrokerDecision> {
  const path = environment === null ? matrixPath(participant, version, counterparts) : environmentPath(participant, version, environment);
  const answer = await askBroker(broker, path, { expected: [400, 404] });
  if (answer.status === 404)
    throw new ContractError(
      'BROKER_FAILED',
      `${broker.baseUrl.href} has no ${path.split('?')[0]}.`,
      'Is PACT_BROKER_BASE_URL the address of a Pact Broker, with its path?',
    );
  if (answer.status === 400)
    throw new ContractError('BAD_USAGE', `The Pact Broker does not answer: ${errorsOf(answer)}.`, 'Mend what it names.');
  const { summary } = answer.body;
  if (!isObject(summary) || !('deployable' in summary))
    throw new ContractError(
      'BROKER_FAILED',
      `The Pact Broker at ${broker.baseUrl.href} answers without a summary.`,
      'Is PACT_BROKER_BASE_URL the address of a Pact Broker?',
    );
  const rows = rowsOf(answer);
  const unproved = [...counterparts.keys()].filter(
    (name) => !rows.some((row) => row.verified === 'yes' && (row.consumer === name || row.provider === name)),
  );
  const reason = unproved.length === 0 ? '' : ` It has no successful result with ${unproved.join(', ')}.`;
  return {
    // null says "not known" there.
    deployable: summary.deployable === true && unproved.length === 0,
    reason: printable(typeof summary.reason === 'string' ? summary.reason : 'It gives no reason.') + reason,
    rows,
  };
}

function environmentPath(participant: string, version: string, environment: string): string {
  return `/can-i-deploy?${new URLSearchParams({ pacticipant: participant, version, environment })}`;
}

/** One selector asks for the newest of every counterpart; several ask for these versions together. */
function matrixPath(participant: string, version: string, counterparts: ReadonlyMap<string, string>): string {
  const query = new URLSearchParams();
  for (const [name, itsVersion] of [[participant, version], ...counterparts] as const) {
    query.append('q[][pacticipant]', name);
    query.append('q[][version]', itsVersion);
  }
  query.append('latestby', counterparts.size === 0 ? 'cvp' : 'cvpv');
  if (counterparts.size === 0) query.append('latest', 'true');
  return `/matrix?${query}`;
}

function rowsOf({ body }: BrokerAnswer): readonly BrokerRow[] {
  const lines = Array.isArray(body.matrix) ? body.matrix.filter(isObject) : [];
  return lines.map((line) => {
    const result = line.verificationResult;
    const verified = isObject(result) ? (result.success === true ? 'yes' : 'failed') : 'unknown';
    const [consumer, provider] = [line.consumer, line.provider].map((side) => (isObject(side) ? side : {}));
    return {
      consumer: nameOf(consumer),
      consumerVersion: versionOf(consumer),
      provider: nameOf(provider),
      providerVersion: versionOf(provider),
      verified,
    };
  });
}

type Fields = Record<string, unknown>;

function nameOf(side: Fields | undefined): string {
  return typeof side?.name === 'string' ? printable(side.name) : '?';
}

function versionOf(side: Fields | undefined): string | null {
  return isObject(side?.version) && typeof side.version.number === 'string' ? printable(side.version.number) : null;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
