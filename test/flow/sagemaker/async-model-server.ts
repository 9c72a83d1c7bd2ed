// A model that somebody else runs, for --model URL: it outlives the emulator, counts what it is given and does what the body says.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

interface SeenInvocation {
  readonly headers: IncomingMessage['headers'];
  readonly bytes: number;
  /** Of the body, its first 64 bytes. */
  readonly start: string;
}

export interface AsyncModelServer {
  readonly url: string;
  readonly seen: readonly SeenInvocation[];
  /** The most invocations that were under way at the same time. */
  readonly mostAtOnce: number;
  /** Ends those that hang: they echo. */
  release(): void;
  /** From now on what says 'hang' does not. */
  hangNoMore(): void;
}

export async function startAsyncModelServer(): Promise<AsyncModelServer> {
  const seen: SeenInvocation[] = [];
  const hanging = new Set<() => void>();
  let [atOnce, mostAtOnce, hangs] = [0, 0, true];
  const release = () => {
    for (const end of hanging) end();
    hanging.clear();
  };
  const server = createServer(async (request, response) => {
    if (request.url === '/ping') return void response.end();
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    response.once('close', () => {
      atOnce -= 1;
    });
    let bytes = 0;
    let start = '';
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        if (bytes < 64) start = (start + chunk.subarray(0, 64).toString('latin1')).slice(0, 64);
        bytes += chunk.length;
      }
    } catch (error) {
      if (request.destroyed) return;
      throw error;
    }
    seen.push({ headers: request.headers, bytes, start });
    // The head is written with the body: only so node:http gives it a Content-Length.
    const echo = () => response.setHeader('content-type', 'text/plain').end(`echo ${start}`);
    if (start.startsWith('hang') && hangs) hanging.add(echo);
    else answer(start, response, echo);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get mostAtOnce() {
      return mostAtOnce;
    },
    release,
    hangNoMore() {
      hangs = false;
      release();
    },
  };
}

function answer(start: string, response: ServerResponse, echo: () => void): void {
  switch (start.split(' ')[0]) {
    case 'refuse':
      response.writeHead(415, { 'content-type': 'text/plain' }).end('unsupported');
      return;
    case 'fail':
      response.writeHead(500).end('{"error":"inside"}');
      return;
    case 'die':
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
      return;
    case 'chunked':
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('one');
      response.end('two');
      return;
    case 'empty':
      response.writeHead(204).end();
      return;
    case 'headers':
      response.setHeader('x-long', 'x'.repeat(4_096)).end('ok');
      return;
    case 'large':
      response.setHeader('content-type', 'application/octet-stream').end(Buffer.alloc(30 * 1024 * 1024, 'x'));
      return;
    case 'metered':
      response.setHeader('x-amzn-inference-metering', '{"Dimension":"inference.count","ConsumedUnits":7}');
      echo();
      return;
    default:
      echo();
  }
}
