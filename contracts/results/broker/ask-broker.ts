// One request to the Pact Broker: HAL JSON in both directions, a limit on everything, and credentials that go to the configured host alone.
//
// Written from the broker's own documentation and source (github.com/pact-foundation/pact_broker: lib/pact_broker/doc/views,
// api/resources, spec/fixtures/approvals) and from what Pact's Rust verifier sends. Never run against a real broker.
import { ContractError } from '../../contract-error.ts';
import { isJsonObject } from '../../pact/exact-json.ts';
import type { BrokerConnection } from './broker-connection.ts';

export interface BrokerAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The body as it came: numbers are written there as the broker wrote them. */
  readonly text: string;
}

const answerBytesMax = 32 * 1024 * 1024;
const redirectsMax = 3;

/**
 * Asks for a path below the broker's address, with its query. A body makes it a POST. Answers of 200-299, and of the statuses in
 * `expected`, come back; anything else is an error.
 * @throws ContractError BROKER_FAILED
 */
export async function askBroker(
  broker: BrokerConnection,
  path: string,
  { body, expected = [] }: { body?: unknown; expected?: readonly number[] } = {},
): Promise<BrokerAnswer> {
  const signal = AbortSignal.timeout(broker.timeoutMs);
  let url = urlBelow(broker, path);
  for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
    const response = await send(broker, url, body, signal);
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) return await readAnswer(broker, response, expected);
    await response.body?.cancel();
    url = redirected(broker, url, location, body !== undefined);
  }
  throw failed(broker, `redirects more than ${redirectsMax} times`);
}

/**
 * The path of a link in an answer, to be asked for. A broker behind a proxy writes links with a host of its own: only the path is
 * taken, so the credentials stay where they belong. Null where there is no such link.
 */
export function linkPath(broker: BrokerConnection, body: BrokerAnswer['body'], relation: string): string | null {
  const links = isJsonObject(body._links) ? body._links : {};
  return pathOfLink(broker, links[relation]);
}

/** As linkPath, of one link object. */
export function pathOfLink(broker: BrokerConnection, link: unknown): string | null {
  if (!isJsonObject(link) || typeof link.href !== 'string' || !URL.canParse(link.href, broker.baseUrl.href)) return null;
  const { protocol, pathname, search } = new URL(link.href, broker.baseUrl);
  // `x:1/steal` and `data:.elsewhere/x` have paths too, which do not begin with a slash.
  if (!['http:', 'https:'].includes(protocol) || !pathname.startsWith('/')) return null;
  const prefix = prefixOf(broker);
  return (pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname) + search;
}

/** Path and query are set as such, never joined with the address as text: no text in them can become a part of the host. */
function urlBelow(broker: BrokerConnection, path: string): URL {
  const query = path.indexOf('?');
  const url = new URL(broker.baseUrl);
  url.pathname = prefixOf(broker) + (query === -1 ? path : path.slice(0, query));
  url.search = query === -1 ? '' : path.slice(query);
  if (path.startsWith('/') && url.origin === broker.baseUrl.origin) return url;
  throw failed(broker, 'names a link that leads away from it, which is not followed: the credentials would go with it');
}

function prefixOf(broker: BrokerConnection): string {
  return broker.baseUrl.pathname.replace(/\/$/, '');
}

/** What a broker says of a request it does not take: `{"errors": {field: [texts]}}`, `{"errors": [texts]}` or `{"error": …}`. One line. */
export function errorsOf({ body }: Pick<BrokerAnswer, 'body'>): string {
  const texts: string[] = [];
  collect(body.errors ?? body.error ?? body.message, texts, 0);
  return printable(texts.join('; ')) || 'it gives no reason';
}

/** Text of a broker, fit for a terminal: one line, no control characters, at most 500. */
export function printable(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)} …` : line;
}

async function send(broker: BrokerConnection, url: URL, body: unknown, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/hal+json, application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(broker.authorization !== null && { authorization: broker.authorization }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // fetch would follow to any host; whether a redirect is taken is decided here.
      redirect: 'manual',
      signal,
    });
  } catch (cause) {
    throw failed(broker, unanswered(broker, cause), cause);
  }
}

function redirected(broker: BrokerConnection, from: URL, location: string, isPost: boolean): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (to === null || to.origin !== broker.baseUrl.origin)
    throw failed(
      broker,
      `redirects to ${to === null ? 'an address that is none' : to.origin}, which is not followed: the credentials would go with it`,
    );
  if (isPost) throw failed(broker, 'redirects what is published');
  return to;
}

async function readAnswer(broker: BrokerConnection, response: Response, expected: readonly number[]): Promise<BrokerAnswer> {
  const { status } = response;
  if (status === 401 || status === 403) {
    await response.body?.cancel();
    const hint = 'Set PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, to credentials with permission to do this.';
    throw new ContractError(
      'BROKER_FAILED',
      `The Pact Broker at ${broker.baseUrl.href} answers ${status}: it does not take these credentials.`,
      hint,
    );
  }
  const contentType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  const text = await readBounded(broker, response);
  // 201 and 204 may come without a body.
  if (response.ok && text === '') return { status, body: {}, text };
  const isJson = /^application\/(?:[\w.+-]+\+)?json$/.test(contentType);
  if (!isJson) {
    // A 404 page of a web server in between is a 404 all the same; a page in place of an answer is not one.
    if (!response.ok && expected.includes(status)) return { status, body: {}, text };
    throw failed(broker, `answers ${status} with ${printable(contentType) || 'no content type'}, not JSON`);
  }
  const answer = { status, body: parsed(broker, text), text };
  if (!response.ok && !expected.includes(status)) throw failed(broker, `answers ${status}: ${errorsOf(answer)}`);
  return answer;
}

async function readBounded(broker: BrokerConnection, response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > answerBytesMax) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw failed(broker, unanswered(broker, cause), cause);
  }
  if (bytes > answerBytesMax) throw failed(broker, `answers with more than ${answerBytesMax} bytes`);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(broker: BrokerConnection, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw failed(broker, 'says that it answers with JSON, and does not', cause);
  }
  return isJsonObject(value) ? value : {};
}

function unanswered(broker: BrokerConnection, cause: unknown): string {
  if (cause instanceof Error && cause.name === 'TimeoutError') return `gave no whole answer within ${broker.timeoutMs / 1000} s`;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : 'the connection broke';
  return `does not answer (${code})`;
}

function failed(broker: BrokerConnection, what: string, cause?: unknown): ContractError {
  const hint =
    'Is PACT_BROKER_BASE_URL the address of a Pact Broker that can be reached from here? Without it, results are kept in files alone.';
  return new ContractError('BROKER_FAILED', `The Pact Broker at ${broker.baseUrl.href} ${what}.`, hint, { cause });
}

function collect(value: unknown, into: string[], depth: number): void {
  if (typeof value === 'string') into.push(value);
  else if (typeof value === 'object' && value !== null && depth < 5)
    for (const [name, inner] of Object.entries(value)) {
      const texts: string[] = [];
      collect(inner, texts, depth + 1);
      into.push(...texts.map((text) => (Array.isArray(value) ? text : `${name} ${text}`)));
    }
}
