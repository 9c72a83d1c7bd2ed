// A provider with states, over real HTTP, and pacts written for it: what a verification is tried on.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { StateChange } from '../../../contracts/provider-states.ts';

export interface SmallServer extends AsyncDisposable {
  readonly url: string;
}

export async function serve(listener: RequestListener): Promise<SmallServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A port that nothing listens on: it was free a moment ago. */
export async function closedUrl(): Promise<string> {
  const server = await serve(() => {});
  await server[Symbol.asyncDispose]();
  return server.url;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface SmallProvider extends SmallServer {
  readonly seen: SeenRequest[];
  readonly changes: StateChange[];
  readonly stateUrl: string;
}

export interface SmallProviderOptions {
  answer(request: SeenRequest, response: ServerResponse): void;
  /** What the setup of each state answers; a number is a status. */
  readonly states?: Readonly<Record<string, Record<string, unknown> | number>>;
}

export async function startSmallProvider({ answer, states = {} }: SmallProviderOptions): Promise<SmallProvider> {
  const seen: SeenRequest[] = [];
  const changes: StateChange[] = [];
  const server = await serve(async (request, response) => {
    const body = await buffer(request);
    if (request.url === '/provider-states') {
      const change = JSON.parse(body.toString()) as StateChange;
      changes.push(change);
      const values = states[change.state];
      if (values === undefined) response.writeHead(404).end(JSON.stringify({ error: { code: 'UNKNOWN_STATE', message: 'no such state' } }));
      else if (typeof values === 'number')
        response.writeHead(values).end(JSON.stringify({ error: { code: 'STATE_NOT_SET', message: 'out of order' } }));
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(values));
      return;
    }
    const asSeen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    seen.push(asSeen);
    answer(asSeen, response);
  });
  return {
    url: server.url,
    stateUrl: `${server.url}/provider-states`,
    seen,
    changes,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export function answerJson(status: number, value: unknown, headers: Record<string, string> = {}) {
  return (_request: SeenRequest, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

export interface Agreed {
  readonly description: string;
  readonly states?: readonly string[];
  readonly request?: Readonly<Record<string, unknown>>;
  readonly response?: Readonly<Record<string, unknown>>;
}

/** The text of a pact file, version 4. */
export function pactText(interactions: readonly Agreed[], { provider = 'small-provider', version = '4.0' } = {}): string {
  return JSON.stringify({
    consumer: { name: 'small-consumer' },
    provider: { name: provider },
    interactions: interactions.map(({ description, states = [], request, response }) => ({
      type: 'Synchronous/HTTP',
      description,
      ...(states.length > 0 && { providerStates: states.map((name) => ({ name })) }),
      request: { method: 'GET', path: '/thing', ...request },
      response: { status: 200, ...response },
    })),
    metadata: { pactSpecification: { version } },
  });
}

export function jsonBody(content: unknown): Record<string, unknown> {
  return { headers: { 'Content-Type': ['application/json'] }, body: { content, contentType: 'application/json', encoded: false } };
}

export interface PactFile extends AsyncDisposable {
  readonly path: string;
}

export async function writePact(text: string): Promise<PactFile> {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-pact-'));
  const path = join(directory, 'pact.json');
  await writeFile(path, text);
  return { path, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}
