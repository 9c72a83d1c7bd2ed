// `airlock contract can-i-deploy`: asks the recorded results, or the broker where there is one. Exit code 0 yes, 1 no.
import { ContractError } from '../../../contracts/contract-error.ts';
import { readPactFile } from '../../../contracts/pact/read-pact-file.ts';
import { printable } from '../../../contracts/results/broker/ask-broker.ts';
import { askCanIDeploy } from '../../../contracts/results/broker/ask-can-i-deploy.ts';
import { type BrokerConnection, brokerFromEnvironment } from '../../../contracts/results/broker/broker-connection.ts';
import { checkShippedResults } from '../../../contracts/results/check-shipped-results.ts';
import { checkVersion } from '../../../contracts/results/check-version.ts';
import { type DeploymentQuestion, decideDeployment } from '../../../contracts/results/decide-deployment.ts';
import { participantsOf, shippedPairs, withShippedPairs } from '../../../contracts/results/known-pairs.ts';
import { readResults, resultsDirectoryDefault } from '../../../contracts/results/results-directory.ts';
import { shellWord } from '../../../contracts/results/shell-word.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { packageFile } from '../../package-files.ts';

interface Flags {
  readonly participant: string;
  readonly version: string;
  readonly with?: readonly string[];
  readonly to?: string;
  readonly results?: string;
  readonly json?: boolean;
}

/**
 * Resolves to the exit code.
 * @throws ContractError UNKNOWN_PARTICIPANT, BAD_USAGE, RESULTS_DAMAGED, BROKER_FAILED
 */
export async function runCanIDeploy(flags: Readonly<Record<string, unknown>>): Promise<number> {
  const { participant, version, with: named = [], to = null, results = resultsDirectoryDefault, json = false } = flags as unknown as Flags;
  const question = { participant, version: checkVersion(version), counterparts: counterpartsOf(named) };
  const broker = brokerFromEnvironment(process.env);
  if (to !== null && broker === null)
    throw new ContractError(
      'BAD_USAGE',
      '--to names an environment, and only a broker knows environments.',
      'Set PACT_BROKER_BASE_URL, or name versions with --with.',
    );
  if (to !== null && question.counterparts.size > 0)
    throw new ContractError(
      'BAD_USAGE',
      '--to and --with exclude each other.',
      'An environment says which versions are meant; --with names them.',
    );
  const answer = broker === null ? await askFiles(results, question) : await askTheBroker(broker, question, to);
  process.stdout.write(json ? `${JSON.stringify(answer.json)}\n` : answer.text);
  return answer.deployable ? 0 : 1;
}

interface Answer {
  readonly deployable: boolean;
  readonly json: object;
  readonly text: string;
}

async function askFiles(directory: string, question: DeploymentQuestion): Promise<Answer> {
  const pairs = withShippedPairs(await readResults(directory));
  checkShippedResults(
    pairs,
    await Promise.all(shippedPairs.map(({ consumer, provider }) => readPactFile(shippedPact(consumer, provider)))),
  );
  for (const name of [question.participant, ...question.counterparts.keys()]) refuseUnknown(name, participantsOf(pairs));
  const decision = decideDeployment(pairs, question);
  const where = (command: string) =>
    directory === resultsDirectoryDefault || !command.startsWith('airlock ') ? '' : ` --results ${shellWord(directory)}`;
  const reasons = decision.rows.flatMap((row) => [
    ...(row.problem === null ? [] : [`  ${row.problem}`]),
    ...row.failed.flatMap(({ interaction, mismatches }) => [
      `    ${printable(interaction)}`,
      ...mismatches.map((each) => `      ${printable(each)}`),
    ]),
    ...(row.mend === null ? [] : [`    ${row.verified === 'failed' ? 'mend it, then: ' : ''}${row.mend}${where(row.mend)}`]),
  ]);
  return {
    deployable: decision.deployable,
    json: { source: 'files', ...decision },
    text: `${table(decision.rows)}\n${conclusion(question, decision.deployable)}\n${lines(reasons)}`,
  };
}

async function askTheBroker(broker: BrokerConnection, question: DeploymentQuestion, environment: string | null): Promise<Answer> {
  const { participant, version } = question;
  const { deployable, reason, rows } = await askCanIDeploy(broker, { ...question, environment });
  return {
    deployable,
    json: { source: 'broker', participant, version, deployable, reason, rows },
    text: `${table(rows)}\n${conclusion(question, deployable)}\n  the broker says: ${reason}\n`,
  };
}

function shippedPact(consumer: string, provider: string): string {
  return packageFile(`contracts/pacts/${consumer}-${provider}.json`);
}

function counterpartsOf(named: readonly string[]): ReadonlyMap<string, string> {
  const counterparts = new Map<string, string>();
  for (const text of named) {
    const [, name, version] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (name === undefined || version === undefined)
      throw new ContractError(
        'BAD_USAGE',
        `--with ${JSON.stringify(text)} is not name=version.`,
        'For example --with partner-token=1.4.0.',
      );
    if (counterparts.has(name)) throw new ContractError('BAD_USAGE', `--with names ${name} twice.`, 'Ask once for each of its versions.');
    counterparts.set(name, checkVersion(version));
  }
  return counterparts;
}

function refuseUnknown(name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new ContractError(
    'UNKNOWN_PARTICIPANT',
    `There is no participant ${JSON.stringify(name)}.${didYouMean(name, known)}`,
    `Known are: ${known.join(', ')}.`,
  );
}

interface TableRow {
  readonly consumer: string;
  readonly consumerVersion: string | null;
  readonly provider: string;
  readonly providerVersion: string | null;
  readonly verified: string;
}

function table(rows: readonly TableRow[]): string {
  const cells = rows.map((row) => [row.consumer, row.consumerVersion ?? '-', row.provider, row.providerVersion ?? '-', row.verified]);
  const all = [['consumer', 'version', 'provider', 'version', 'verified'], ...cells];
  const widths = all.reduce((widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)), [] as number[]);
  return lines(
    all.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  );
}

function conclusion({ participant, version }: DeploymentQuestion, deployable: boolean): string {
  return deployable ? `yes: ${participant} ${version} may be deployed` : `no: ${participant} ${version} may not be deployed`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
