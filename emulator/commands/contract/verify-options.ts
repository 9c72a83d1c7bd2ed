// Flags of `airlock contract verify` -> what to do. A flag that does not belong to the provider is refused, not ignored.
import { ContractError } from '../../../contracts/contract-error.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { packageFile } from '../../package-files.ts';

export const providerNames = ['partner-token', 'customer-api', 'model-container'] as const;
export type ProviderName = (typeof providerNames)[number];

export interface VerifyOptions {
  readonly providers: readonly ProviderName[];
  /** Empty: the one that ships with Airlock. */
  readonly pacts: readonly string[];
  readonly functionArn: string | null;
  readonly handler: string | null;
  readonly url: string | null;
  readonly image: string | null;
  readonly awsUrl: string | null;
  readonly stateUrl: string | null;
  readonly credentialsFile: string | null;
  readonly only: readonly string[];
  readonly providerVersion: string | null;
  readonly results: string;
  readonly timeoutMs: number;
  /** Null: as the template says. */
  readonly startupTimeoutMs: number | null;
  readonly json: boolean;
}

/** The flags that choose the provider's implementation, by provider. Keys are commander's names. */
const ofProvider: Readonly<Record<ProviderName, readonly string[]>> = {
  'partner-token': ['function', 'handler', 'awsUrl', 'stateUrl', 'credentialsFile'],
  'customer-api': ['url', 'stateUrl', 'credentialsFile'],
  'model-container': ['url', 'image', 'startupTimeout'],
};

/** Of every provider, but of one at a time. */
const ofEvery = ['pact', 'only'];

/** Each names an implementation; without one the shipped one is meant. */
const targets = ['function', 'handler', 'url', 'image'];

const flagNames: Readonly<Record<string, string>> = {
  pact: '--pact',
  only: '--only',
  function: '--function',
  handler: '--handler',
  url: '--url',
  image: '--image',
  awsUrl: '--aws-url',
  stateUrl: '--state-url',
  credentialsFile: '--credentials-file',
  startupTimeout: '--startup-timeout',
};

const shippedPacts: Readonly<Record<ProviderName, string>> = {
  'partner-token': 'contracts/pacts/customer-init-partner-token.json',
  'customer-api': 'contracts/pacts/customer-app-customer-api.json',
  'model-container': 'contracts/pacts/request-function-model-container.json',
};

export function shippedPact(provider: ProviderName): string {
  return packageFile(shippedPacts[provider]);
}

const defaultTimeoutSeconds = 30;
/** Lambda's longest. */
const timeoutSecondsMax = 900;

/** @throws ContractError BAD_USAGE */
export function readVerifyOptions(flags: Readonly<Record<string, unknown>>): VerifyOptions {
  const text = (name: string) => textOf(flags, name);
  const provider = providerOf(text('provider'));
  checkFlags(flags, provider);
  const results = text('results');
  const providerVersion = text('providerVersion');
  if (results !== null && providerVersion === null)
    throw usage('--results has nothing to record.', 'Say which version it is: --provider-version V.');
  checkWhoseVersion(flags, providerVersion);
  return {
    providers: provider === null ? providerNames : [provider],
    pacts: listOf(flags.pact),
    functionArn: text('function'),
    handler: text('handler'),
    url: urlOf(text('url'), '--url'),
    image: text('image'),
    awsUrl: urlOf(text('awsUrl'), '--aws-url'),
    stateUrl: urlOf(text('stateUrl'), '--state-url'),
    credentialsFile: text('credentialsFile'),
    only: listOf(flags.only),
    providerVersion,
    results: results ?? 'contracts/verifications',
    timeoutMs: timeoutOf(text('timeout'), '--timeout') ?? defaultTimeoutSeconds * 1_000,
    startupTimeoutMs: timeoutOf(text('startupTimeout'), '--startup-timeout'),
    json: flags.json === true,
  };
}

function providerOf(name: string | null): ProviderName | null {
  const found = providerNames.find((each) => each === name);
  if (name === null || found !== undefined) return found ?? null;
  throw usage(`There is no provider "${name}".${didYouMean(name, providerNames)}`, `Providers: ${providerNames.join(', ')}.`);
}

function checkFlags(flags: Readonly<Record<string, unknown>>, provider: ProviderName | null): void {
  const given = Object.keys(flagNames).filter((name) => flags[name] !== undefined);
  for (const name of given) {
    const owners = ofEvery.includes(name) ? providerNames : providerNames.filter((each) => ofProvider[each].includes(name));
    if (provider === null) throw usage(`${flagNames[name]} needs --provider.`, `It belongs to ${owners.join(' and ')}.`);
    if (!owners.includes(provider))
      throw usage(`${flagNames[name]} does not belong to ${provider}.`, `It belongs to ${owners.join(' and ')}.`);
  }
  const has = (name: string) => given.includes(name);
  for (const [one, other] of [
    ['function', 'handler'],
    ['url', 'image'],
  ] as const)
    if (has(one) && has(other)) throw usage(`${flagNames[one]} and ${flagNames[other]} name two implementations.`, 'Give one of them.');
  if (has('startupTimeout') && !has('image')) throw usage('--startup-timeout needs --image.', 'Nothing else is started by it.');
  const deployed = provider === 'partner-token' ? 'function' : 'url';
  for (const name of ['awsUrl', 'stateUrl', 'credentialsFile'])
    if (has(name) && !has(deployed))
      throw usage(`${flagNames[name]} needs ${flagNames[deployed]}.`, 'The emulator that is started otherwise has its own.');
}

/** The shipped implementation, recorded as the version of somebody's own, would be a wrong yes when it is asked whether that may be deployed. */
function checkWhoseVersion(flags: Readonly<Record<string, unknown>>, providerVersion: string | null): void {
  const [target] = targets.filter((name) => flags[name] !== undefined);
  const shipped = flags.shipped === true;
  if (shipped && target !== undefined) throw usage(`--shipped and ${flagNames[target]} name two implementations.`, 'Give one of them.');
  if (providerVersion === null || shipped || target !== undefined) return;
  throw usage(
    `--provider-version ${providerVersion} does not say whose version it is.`,
    'Name the implementation with --image, --handler, --function or --url; --shipped records the one that ships with Airlock.',
  );
}

function textOf(flags: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = flags[name];
  if (value === undefined) return null;
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw usage(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is empty.`, 'Give it a value, or leave it out.');
}

function listOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value.map(String) : [];
  if (list.some((each) => each === '')) throw usage('--only and --pact take no empty text.', 'Give it a value, or leave it out.');
  return list;
}

function urlOf(text: string | null, flag: string): string | null {
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  // The contract's paths are appended to the others: a query would be lost.
  const isTaken = url?.search === '' || flag === '--state-url';
  if (url !== null && isTaken && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.hash === '')
    return text;
  const shown = text.replace(/\/\/[^/]*@/, '//…@').replace(/[?#].*$/s, '?…');
  const hint = `Write it as http://HOST:PORT/PATH, without credentials${flag === '--state-url' ? '' : ' and without a query'}.`;
  throw usage(`${shown} (${flag}) is no URL that can be called.`, hint);
}

function timeoutOf(text: string | null, flag: string): number | null {
  if (text === null) return null;
  const seconds = Number(text);
  if (seconds > 0 && seconds <= timeoutSecondsMax) return Math.ceil(seconds * 1_000);
  throw usage(`${flag} ${text} is no time limit.`, `In seconds, at most ${timeoutSecondsMax}.`);
}

function usage(message: string, hint: string): ContractError {
  return new ContractError('BAD_USAGE', message, hint);
}
