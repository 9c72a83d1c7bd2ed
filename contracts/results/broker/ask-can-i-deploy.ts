// The broker's own answer to "may this version be deployed?".
// Documented: doc/views/can-i-deploy.markdown (into an environment) and doc/views/matrix.markdown (with named versions, or the newest);
// the answer's shape: api/decorators/matrix_decorator.rb, approvals features_get_matrix_approval_spec. Not run against a real broker.
// What it says is not taken on trust: the rows have to show it, with the versions that were asked for.
import { ContractError } from '../../contract-error.ts';
import { isJsonObject } from '../../pact/exact-json.ts';
import type { DeploymentQuestion } from '../decide-deployment.ts';
import { shippedPairs } from '../known-pairs.ts';
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
 * Yes only where the broker says `deployable: true`, and has a row with a success for each named counterpart and each of the contracts
 * that ship, with the versions that were asked for, and none of another outcome.
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
  if (!isJsonObject(summary) || !('deployable' in summary))
    throw new ContractError(
      'BROKER_FAILED',
      `The Pact Broker at ${broker.baseUrl.href} answers without a summary.`,
      'Is PACT_BROKER_BASE_URL the address of a Pact Broker?',
    );
  const rows = rowsOf(answer);
  const own = rows.flatMap((row) => counterpartIn(row, participant, version));
  const needed = new Set([...counterparts.keys(), ...shippedCounterparts(participant)]);
  const isProved = (name: string) => {
    const found = own.filter((each) => each.name === name && each.version === (counterparts.get(name) ?? each.version));
    return found.length > 0 && found.every((each) => each.verified === 'yes');
  };
  const asked = (name: string) => (counterparts.has(name) ? `${name} ${counterparts.get(name)}` : name);
  const unproved = [...new Set([...needed, ...own.filter((each) => each.verified !== 'yes').map((each) => each.name)])].filter(
    (name) => !isProved(name),
  );
  const doubt =
    unproved.length === 0 ? '' : ` It has no successful result of ${participant} ${version} with ${unproved.map(asked).join(', ')}.`;
  return {
    // Its null says "not known".
    deployable: summary.deployable === true && unproved.length === 0,
    reason: printable(typeof summary.reason === 'string' ? summary.reason : 'It gives no reason.') + doubt,
    rows: rows.map(printableRow),
  };
}

function environmentPath(participant: string, version: string, environment: string): string {
  return `/can-i-deploy?${new URLSearchParams({ pacticipant: participant, version, environment })}`;
}

function shippedCounterparts(participant: string): readonly string[] {
  return shippedPairs.flatMap(({ consumer, provider }) =>
    consumer === participant ? [provider] : provider === participant ? [consumer] : [],
  );
}

interface Counterpart {
  readonly name: string;
  readonly version: string | null;
  readonly verified: BrokerRow['verified'];
}

/** Who is on the other side of a row that is about this version of the participant; a row about another version proves nothing. */
function counterpartIn(row: BrokerRow, participant: string, version: string): readonly Counterpart[] {
  const { consumer, consumerVersion, provider, providerVersion, verified } = row;
  if (consumer === participant && consumerVersion === version) return [{ name: provider, version: providerVersion, verified }];
  // A contract that no version of the provider was verified against has a row without one.
  if (provider === participant && (providerVersion === version || providerVersion === null))
    return [{ name: consumer, version: consumerVersion, verified }];
  return [];
}

/** `latest`: the newest of every counterpart that is not named. Without it the broker leaves those out where several are named. */
function matrixPath(participant: string, version: string, counterparts: ReadonlyMap<string, string>): string {
  const query = new URLSearchParams();
  for (const [name, itsVersion] of [[participant, version], ...counterparts] as const) {
    query.append('q[][pacticipant]', name);
    query.append('q[][version]', itsVersion);
  }
  query.append('latestby', counterparts.size === 0 ? 'cvp' : 'cvpv');
  query.append('latest', 'true');
  return `/matrix?${query}`;
}

function rowsOf({ body }: BrokerAnswer): readonly BrokerRow[] {
  const lines = Array.isArray(body.matrix) ? body.matrix.filter(isJsonObject) : [];
  return lines.map((line) => {
    const result = line.verificationResult;
    const verified = isJsonObject(result) ? (result.success === true ? 'yes' : 'failed') : 'unknown';
    const [consumer, provider] = [line.consumer, line.provider].map((side) => (isJsonObject(side) ? side : {}));
    return {
      consumer: nameOf(consumer),
      consumerVersion: versionOf(consumer),
      provider: nameOf(provider),
      providerVersion: versionOf(provider),
      verified,
    };
  });
}

function printableRow(row: BrokerRow): BrokerRow {
  const [consumer, provider] = [printable(row.consumer), printable(row.provider)];
  const [consumerVersion, providerVersion] = [row.consumerVersion, row.providerVersion].map((each) =>
    each === null ? null : printable(each),
  );
  return { ...row, consumer, provider, consumerVersion: consumerVersion ?? null, providerVersion: providerVersion ?? null };
}

type Fields = Record<string, unknown>;

function nameOf(side: Fields | undefined): string {
  return typeof side?.name === 'string' ? side.name : '?';
}

function versionOf(side: Fields | undefined): string | null {
  return isJsonObject(side?.version) && typeof side.version.number === 'string' ? side.version.number : null;
}
