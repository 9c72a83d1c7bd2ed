// Between Pact's verifier and the provider: every request and state change passes here, so that nothing gets lost on the way. What passes
// may be signed with the user's credentials, so nobody else on the machine, and no page in a browser, may send anything through it.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ContractError } from '../contract-error.ts';
import type { StateChange } from '../provider-states.ts';
import type { InteractionRun } from './interaction-run.ts';
import { bodyBytesMax, type ProviderAnswer } from './provider.ts';

export interface VerificationProxy extends AsyncDisposable {
  /** What passes belongs to this one, until the next call. */
  begin(run: InteractionRun, names: ContractHeaders): InteractionAddress;
}

/** Names of the headers that the contract has itself. */
export interface ContractHeaders {
  readonly request: readonly string[];
  readonly response: readonly string[];
}

/** Good for one interaction; whoever knows it may send. */
export interface InteractionAddress {
  readonly baseUrl: string;
  readonly statesUrl: string;
}

interface Current {
  readonly run: InteractionRun;
  /** First segment of each path, without slashes. */
  readonly secret: string;
  /** Lower case. */
  readonly ownHeaders: { readonly request: ReadonlySet<string>; readonly response: ReadonlySet<string> };
  /** Host and port. */
  readonly host: string;
}

/** No provider has a path like it. */
const statesPath = '/_airlock/provider-states';
const secretBytes = 32;

/** Headers about one connection (RFC 9110, 7.6.1), and those that the next hop writes itself. */
const ofOneHop = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'host', 'content-length', 'expect'],
]);

/** On a free port of 127.0.0.1. */
export async function startVerificationProxy(): Promise<VerificationProxy> {
  let current: Current | null = null;
  const server = createServer((request, response) => {
    void answer(current, request, response);
  });
  const host = `127.0.0.1:${await listen(server)}`;
  return {
    begin(run, names) {
      const secret = randomBytes(secretBytes).toString('base64url');
      current = { run, secret, ownHeaders: { request: lowerCase(names.request), response: lowerCase(names.response) }, host };
      const baseUrl = `http://${host}/${secret}`;
      return { baseUrl, statesUrl: `${baseUrl}${statesPath}` };
    },
    async [Symbol.asyncDispose]() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}

async function answer(current: Current | null, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = current === null ? null : pathBehind(current.secret, request.url ?? '');
  // Before its body is read, and without a word to the interaction: a stranger can neither use nor spoil it.
  if (current === null || path === null) {
    refuse(response);
    return;
  }
  const { run } = current;
  const foreign = foreignHeader(current, request, path);
  if (foreign !== null) {
    run.fail(new ContractError('VERIFICATION_FAILED', `A request with a foreign ${foreign} was refused.`, 'Nothing was sent for it.'));
    refuse(response);
    return;
  }
  try {
    const body = await readBody(request);
    if (path === statesPath) {
      await answerStateChange(run, body, response);
    } else {
      // Of a request, Node joins what comes more than once.
      const headers = withoutVerifierHeaders(current, withoutHopHeaders(request.headers) as Record<string, string>);
      const answered = await run.request({ method: request.method ?? 'GET', path, headers, body });
      checkEncoding(current, answered);
      writeAnswer(response, request.method, answered);
    }
  } catch (error) {
    run.fail(error);
    // Whatever is answered here would be compared with the contract, so nothing is; Pact does not try again.
    response.destroy();
    request.destroy();
  }
}

/** What follows the secret; null where it is another one. Compared in constant time: guessing gets no nearer by measuring. */
function pathBehind(secret: string, url: string): string | null {
  const end = secret.length + 1;
  const [given, expected] = [Buffer.from(url.slice(0, end)), Buffer.from(`/${secret}`)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const path = url.slice(end);
  if (path === '' || path.startsWith('?')) return `/${path}`;
  return path.startsWith('/') ? path : null;
}

/** A browser names the page that asks, and the name that it looked up; Pact's verifier sends neither, but where the contract has them. */
function foreignHeader({ host, ownHeaders }: Current, { headers }: IncomingMessage, path: string): string | null {
  const isOwn = (name: string) => path !== statesPath && ownHeaders.request.has(name);
  if (headers.host !== host && !isOwn('host')) return 'Host';
  return headers.origin !== undefined && !isOwn('origin') ? 'Origin' : null;
}

/** What Pact's verifier says of itself: the consumer, whose request it is, says it only where the contract has it. */
function withoutVerifierHeaders({ ownHeaders }: Current, headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => !['accept-encoding', 'user-agent'].includes(name) || ownHeaders.request.has(name),
  );
  return Object.fromEntries(kept);
}

/** Pact's verifier unpacks an answer by itself; the consumer, who has not asked for a packed one, does not. */
function checkEncoding({ ownHeaders }: Current, { headers }: ProviderAnswer): void {
  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding === 'identity' || ownHeaders.response.has('content-encoding')) return;
  const message = `The provider's answer is packed (Content-Encoding: ${encoding.slice(0, 50)}), which the contract does not say.`;
  throw new ContractError('VERIFICATION_FAILED', message, 'Answer unpacked: the request did not ask for anything else.');
}

function lowerCase(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

/** The rest of the request is not read. */
function refuse(response: ServerResponse): void {
  response.writeHead(403, { connection: 'close' }).end();
}

async function answerStateChange(run: InteractionRun, body: Buffer, response: ServerResponse): Promise<void> {
  const { state, params, action } = JSON.parse(body.toString('utf8')) as StateChange;
  let status = 200;
  let values: Record<string, unknown> = {};
  try {
    // An interaction without states: Pact asks for the state "".
    if (state !== '') values = await run.changeState({ state, params: params ?? {}, action });
  } catch (error) {
    run.fail(error);
    // Pact tries a 5xx again for two minutes, a 4xx it takes at once.
    status = 400;
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(values));
}

function writeAnswer(response: ServerResponse, method: string | undefined, { status, headers, body }: ProviderAnswer): void {
  response.sendDate = false;
  try {
    for (const [name, value] of Object.entries(withoutHopHeaders(headers))) response.setHeader(name, value as string | string[]);
    if (method !== 'HEAD' && status !== 204 && status !== 304) response.setHeader('content-length', body.length);
    response.writeHead(status);
  } catch (cause) {
    const message = `The provider's answer is none that HTTP can carry: ${(cause as Error).message}.`;
    throw new ContractError('VERIFICATION_FAILED', message, 'Its own log says why.', { cause });
  }
  response.end(body);
}

function withoutHopHeaders<Value>(headers: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const kept = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !ofOneHop.has(name.toLowerCase()) && !named.includes(name),
  );
  return Object.fromEntries(kept) as Record<string, Value>;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) {
      const hint = `At most ${bodyBytesMax} can be verified.`;
      throw new ContractError('VERIFICATION_FAILED', `The contract's request has more than ${bodyBytesMax} bytes.`, hint);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => resolve((server.address() as AddressInfo).port));
  });
}
