// Where the Pact Broker is and who asks, from the environment variables that Pact's own tools read.
import { ContractError } from '../../contract-error.ts';

export interface BrokerConnection {
  /** Without a trailing slash in its path, without credentials. */
  readonly baseUrl: URL;
  /** The Authorization header, null where the broker is open. Never printed. */
  readonly authorization: string | null;
  /** One request with its answer. */
  readonly timeoutMs: number;
}

const timeoutMsDefault = 30_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Null where PACT_BROKER_BASE_URL is not set.
 * @throws ContractError BAD_USAGE for a URL that is none, or credentials that are incomplete or twofold
 */
export function brokerFromEnvironment(environment: Environment): BrokerConnection | null {
  const text = environment.PACT_BROKER_BASE_URL;
  if (text === undefined || text === '') return null;
  return { baseUrl: baseUrlOf(text), authorization: authorizationOf(environment), timeoutMs: timeoutMsDefault };
}

function baseUrlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  // The text is not repeated: it may hold a password.
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new ContractError('BAD_USAGE', 'PACT_BROKER_BASE_URL is no http or https URL.', 'Give it as https://broker.example.com.');
  if (url.username !== '' || url.password !== '')
    throw new ContractError(
      'BAD_USAGE',
      'PACT_BROKER_BASE_URL holds a user name or a password.',
      'Give them as PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD.',
    );
  url.search = '';
  url.hash = '';
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

function authorizationOf({
  PACT_BROKER_TOKEN: token,
  PACT_BROKER_USERNAME: user,
  PACT_BROKER_PASSWORD: password,
}: Environment): string | null {
  const given = (value: string | undefined): value is string => value !== undefined && value !== '';
  if (given(token) && given(user))
    throw new ContractError(
      'BAD_USAGE',
      'PACT_BROKER_TOKEN and PACT_BROKER_USERNAME are both set.',
      'A broker takes one of them: unset the other.',
    );
  if (given(token)) {
    if (!/^[\x21-\x7e]+$/.test(token))
      throw new ContractError('BAD_USAGE', 'PACT_BROKER_TOKEN holds characters that no header may hold.', 'Look for a line end in it.');
    return `Bearer ${token}`;
  }
  if (!given(user)) {
    if (given(password)) throw new ContractError('BAD_USAGE', 'PACT_BROKER_PASSWORD is set without PACT_BROKER_USERNAME.', 'Set both.');
    return null;
  }
  return `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
}
