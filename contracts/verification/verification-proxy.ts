// Between Pact's verifier and the provider: every request and state change passes here, so that nothing gets lost on the way.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { ContractError } from '../contract-error.ts';
import type { StateChange } from '../provider-states.ts';
import type { InteractionRun } from './interaction-run.ts';
import { bodyBytesMax, type ProviderAnswer } from './provider.ts';

export interface VerificationProxy extends AsyncDisposable {
  readonly baseUrl: string;
  readonly statesUrl: string;
  /** What passes belongs to this one, until the next call. */
  begin(run: InteractionRun): void;
}

/** No provider has a path like it. */
const statesPath = '/_airlock/provider-states';

/** Headers about one connection (RFC 9110, 7.6.1), and those that the next hop writes itself. */
const ofOneHop = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'host', 'content-length', 'expect'],
]);

/** On a free port of 127.0.0.1. */
export async function startVerificationProxy(): Promise<VerificationProxy> {
  let current: InteractionRun | null = null;
  const server = createServer((request, response) => {
    void answer(current, request, response);
  });
  const baseUrl = `http://127.0.0.1:${await listen(server)}`;
  return {
    baseUrl,
    statesUrl: `${baseUrl}${statesPath}`,
    begin(run) {
      current = run;
    },
    async [Symbol.asyncDispose]() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}

async function answer(run: InteractionRun | null, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await readBody(request);
    if (run === null) throw new Error('No interaction is being verified.');
    if (request.url === statesPath) {
      await answerStateChange(run, body, response);
    } else {
      // Of a request, Node joins what comes more than once.
      const headers = withoutHopHeaders(request.headers) as Record<string, string>;
      writeAnswer(
        response,
        request.method,
        await run.request({ method: request.method ?? 'GET', path: request.url ?? '/', headers, body }),
      );
    }
  } catch (error) {
    run?.fail(error);
    // Whatever is answered here would be compared with the contract, so nothing is; Pact does not try again.
    response.destroy();
    request.destroy();
  }
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
  response.statusCode = status;
  for (const [name, value] of Object.entries(withoutHopHeaders(headers))) response.setHeader(name, value as string | string[]);
  if (method !== 'HEAD' && status !== 204 && status !== 304) response.setHeader('content-length', body.length);
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
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > bodyBytesMax)
    throw new ContractError(
      'VERIFICATION_FAILED',
      `The contract's request has ${length} bytes.`,
      `At most ${bodyBytesMax} can be verified.`,
    );
  return buffer(request);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => resolve((server.address() as AddressInfo).port));
  });
}
