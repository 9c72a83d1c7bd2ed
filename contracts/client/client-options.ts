// The client's options, with defaults, checked once so that a mistake shows where it was made and not at the first call.
import { wait } from './abortable.ts';
import { type AwsCredentials, checkCredentials } from './aws-credentials.ts';
import { checkNames } from './check-names.ts';

export interface IdentityClientOptions {
  /** URL of the API with its stage: https://<id>.execute-api.<region>.amazonaws.com/v1, or an emulator's http://127.0.0.1:3000/v1. */
  readonly apiUrl: string;
  readonly productCode: string;
  /** Region that /init is signed for. Default: the one in an execute-api host name, else us-east-1; give it for a domain name of your own. */
  readonly region?: string;
  /** May call /init (execute-api:Invoke). A function is asked before every attempt at /init, and its time counts as the attempt's. */
  readonly credentials: AwsCredentials | (() => Promise<AwsCredentials>);
  /** Lets apiUrl be http: for a host that is not this machine. Token and records then cross the network in clear text. Default false. */
  readonly allowPlainHttp?: boolean;
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970; for signatures and the end of tokens. Default Date.now. */
  readonly now?: () => number;
  /** A token is renewed this long before its end, by the first request then, and that request does not wait for it. Default 60,000. */
  readonly renewBeforeMs?: number;
  /** Attempts at one call, the first included; 1 to 10. Default 3. */
  readonly attemptsMax?: number;
  /** For one attempt. Default 30,000: API Gateway gives up after 29 s. */
  readonly timeoutMs?: number;
  /** Between attempts. Must reject, or be given up, when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** At least 0, below 1; for the jitter. Default Math.random. */
  readonly random?: () => number;
}

export type ResolvedClientOptions = Required<Omit<IdentityClientOptions, 'apiUrl' | 'allowPlainHttp'>> & {
  readonly urls: { readonly init: URL; readonly request: URL };
};

const msMax = 3_600_000;

const names = Object.keys({
  apiUrl: 0,
  productCode: 0,
  region: 0,
  credentials: 0,
  allowPlainHttp: 0,
  fetch: 0,
  now: 0,
  renewBeforeMs: 0,
  attemptsMax: 0,
  timeoutMs: 0,
  wait: 0,
  random: 0,
} satisfies Record<keyof IdentityClientOptions, 0>);

/** @throws TypeError naming the option; never with a credential in it */
export function resolveClientOptions(options: IdentityClientOptions): ResolvedClientOptions {
  check(typeof options === 'object' && options !== null, 'the options must be an object with apiUrl, productCode and credentials');
  checkNames(options, names);
  const { productCode, credentials, renewBeforeMs = 60_000, attemptsMax = 3, timeoutMs = 30_000 } = options;
  const { allowPlainHttp = false } = options;
  check(typeof allowPlainHttp === 'boolean', 'allowPlainHttp must be true or false');
  const base = readApiUrl(options.apiUrl, allowPlainHttp);
  const urlOf = (path: string) => new URL(`${base.href.replace(/\/+$/, '')}/${path}`);
  check(typeof productCode === 'string' && productCode !== '', 'productCode must be the code of the product');
  if (typeof credentials !== 'function') checkCredentials(credentials);
  check(isWhole(renewBeforeMs, 0, msMax), `renewBeforeMs must be a whole number from 0 to ${msMax}`);
  check(isWhole(attemptsMax, 1, 10), 'attemptsMax must be a whole number from 1 to 10');
  check(isWhole(timeoutMs, 1, msMax), `timeoutMs must be a whole number from 1 to ${msMax}`);
  const region = options.region ?? regionOf(base.hostname) ?? 'us-east-1';
  check(typeof region === 'string' && /^[a-z0-9-]{1,64}$/.test(region), 'region must be the name of a Region, such as us-east-1');
  for (const name of ['fetch', 'now', 'wait', 'random'] as const) {
    check(['undefined', 'function'].includes(typeof options[name]), `${name} must be a function`);
  }
  return {
    urls: { init: urlOf('init'), request: urlOf('request') },
    productCode,
    region,
    credentials,
    renewBeforeMs,
    attemptsMax,
    timeoutMs,
    // Looked up at each call, so that whoever instruments the global one is not passed by.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    now: options.now ?? Date.now,
    wait: options.wait ?? wait,
    random: options.random ?? Math.random,
  };
}

/** The messages do not repeat the URL: one that is wrong may be one with a password. */
function readApiUrl(text: string, allowPlainHttp: boolean): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw new TypeError('apiUrl must be an https URL');
  check(url.username === '' && url.password === '', 'apiUrl must not hold a user or a password');
  // Of a bare ? or # the URL's search and hash say nothing.
  check(!/[?#]/.test(text), 'apiUrl must end with the stage, without a query or a fragment');
  check(
    url.protocol === 'https:' || isThisMachine(url.hostname) || allowPlainHttp,
    `apiUrl must be https for ${url.hostname}: over http the token could be read on its way (allowPlainHttp lets it through)`,
  );
  return url;
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Also of a private API's host names: <id>-<endpoint>.execute-api.<region>.amazonaws.com and ….execute-api.<region>.vpce.amazonaws.com. */
function regionOf(hostname: string): string | undefined {
  return /(?:^|\.)execute-api\.([a-z]{2,}(?:-[a-z0-9]+)+)\./.exec(hostname)?.[1];
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new TypeError(message);
}
