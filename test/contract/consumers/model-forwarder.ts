// Stands where the container stands, so that one emulator serves a whole file of tests: passes each request on to the mock server of
// the test that is running, byte for byte. It answers /ping itself: the model is in service before the first test.
import { once } from 'node:events';
import { createServer, request as openRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

export interface ModelForwarder {
  readonly url: string;
  /** Null: requests are answered 503. */
  forwardTo(mockUrl: string | null): void;
  /** Bytes of the last answer that was passed back. */
  readonly answeredBytes: number;
  close(): Promise<void>;
}

export async function startModelForwarder(): Promise<ModelForwarder> {
  let target: string | null = null;
  let answeredBytes = 0;
  const server = createServer(async (request, response) => {
    if (request.url === '/ping' || target === null) {
      request.resume();
      response.writeHead(request.url === '/ping' ? 200 : 503).end();
      return;
    }
    const outgoing = openRequest(new URL(request.url ?? '/', target), { method: request.method, headers: request.headers, agent: false });
    try {
      const [answer] = await Promise.all([once(outgoing, 'response'), pipeline(request, outgoing)]).then(([[incoming]]) => [incoming]);
      response.writeHead(answer.statusCode, answer.headers);
      answeredBytes = 0;
      answer.on('data', (chunk: Buffer) => {
        answeredBytes += chunk.length;
      });
      await pipeline(answer, response);
    } catch (error) {
      // Nobody waits for this promise: the emulator sees a model that closes the connection, and the test fails by its answer.
      response.destroy(error instanceof Error ? error : undefined);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forwardTo(mockUrl) {
      target = mockUrl;
    },
    get answeredBytes() {
      return answeredBytes;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
