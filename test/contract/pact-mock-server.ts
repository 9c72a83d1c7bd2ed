// Pact's own verdict: its native mock server, asked over HTTP whether a request fits an expectation.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeConsumerPact } from '@pact-foundation/pact-core/dist/consumer/index.js';

export interface Expectation {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, readonly string[]>>;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** JSON where it is no string. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** As in a pact file of specification 4. */
  readonly rules?: Readonly<Record<string, unknown>>;
}

export interface SentRequest {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface PactMockServer extends AsyncDisposable {
  /** Text of the pact file that Pact writes for the expectation. */
  readonly pactText: string;
  matches(sent: SentRequest): Promise<boolean>;
}

const specificationV4 = 5;

export async function startPactMockServer(expectation: Expectation): Promise<PactMockServer> {
  process.env.PACT_DO_NOT_TRACK = 'true';
  const directory = await mkdtemp(join(tmpdir(), 'airlock-pact-rules-'));
  const pact = makeConsumerPact('someone', 'something', specificationV4, 'error');
  const interaction = pact.newInteraction('a request');
  interaction.withRequest(expectation.method ?? 'POST', expectation.path ?? '/x');
  for (const [name, values] of Object.entries(expectation.query ?? {})) {
    for (const [index, value] of values.entries()) interaction.withQuery(name, index, value);
  }
  for (const [name, values] of Object.entries(expectation.headers ?? {})) {
    for (const [index, value] of values.entries()) interaction.withRequestHeader(name, index, value);
  }
  const { body, contentType = 'application/json' } = expectation;
  if (Buffer.isBuffer(body)) interaction.withRequestBinaryBody(body, contentType);
  else if (body !== undefined) interaction.withRequestBody(typeof body === 'string' ? body : JSON.stringify(body), contentType);
  if (expectation.rules !== undefined) interaction.withRequestMatchingRules(JSON.stringify(expectation.rules));
  interaction.withStatus(200);
  const port = pact.createMockServer('127.0.0.1', 0);
  pact.writePactFile(directory, false);
  return {
    pactText: readFileSync(join(directory, 'someone-something.json'), 'utf8'),
    matches: (sent) => send(port, sent),
    async [Symbol.asyncDispose]() {
      pact.cleanupMockServer(port);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What goes over the wire, with what Node adds to it. */
export function headersOf({ headers = {}, body }: SentRequest, contentType = 'application/json'): Record<string, string> {
  const isDeclared = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return isDeclared || body === undefined ? { ...headers } : { 'Content-Type': contentType, ...headers };
}

function send(port: number, sent: SentRequest): Promise<boolean> {
  const path = `${sent.path ?? '/x'}${sent.query === undefined ? '' : `?${sent.query}`}`;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method: sent.method ?? 'POST', path, headers: headersOf(sent), agent: false },
      (response) => {
        response.resume();
        // 500 is how the mock server says that nothing fits.
        response.on('end', () => resolve(response.statusCode !== 500));
      },
    );
    request.on('error', reject);
    request.end(sent.body ?? '');
  });
}
