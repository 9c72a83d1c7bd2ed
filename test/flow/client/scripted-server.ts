// A server that answers what a test says, request by request, and tells what it saw. It can pass a request on to a real API.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Turn = (response: ServerResponse, seen: SeenRequest) => void;

export interface ScriptedServer extends AsyncDisposable {
  /** With the stage. */
  readonly apiUrl: string;
  readonly seen: readonly SeenRequest[];
  /** Seen at this path's end, e.g. /init. */
  at(path: string): readonly SeenRequest[];
}

/** `turnFor` gets the number of the request at its path, from 1. */
export async function startScriptedServer(turnFor: (seen: SeenRequest, count: number) => Turn): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const at = (path: string) => seen.filter((each) => each.path.endsWith(path));
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const current = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
    };
    seen.push(current);
    turnFor(current, at(current.path).length)(response, current);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    at,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Turn {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export const hangUp: Turn = (response) => response.destroy();
export const saySilent: Turn = () => {};

/** The real API's answer, handed over or, where `finish` says so, lost on the way. */
export function passOn(
  apiUrl: string,
  finish: (response: ServerResponse, upstream: IncomingMessage, body: Buffer) => void = handOver,
): Turn {
  return (response, { method, path, headers, body }) => {
    const { hostname, port } = new URL(apiUrl);
    // The Host header stays: it is signed.
    const outgoing = request({ hostname, port, path, method, headers }, async (upstream) => {
      const chunks: Buffer[] = [];
      for await (const chunk of upstream) chunks.push(chunk);
      finish(response, upstream, Buffer.concat(chunks));
    });
    outgoing.once('error', () => response.destroy());
    response.once('close', () => outgoing.destroy());
    outgoing.end(body);
  };
}

function handOver(response: ServerResponse, { statusCode = 500, headers }: IncomingMessage, body: Buffer): void {
  response.writeHead(statusCode, headers).end(body);
}
