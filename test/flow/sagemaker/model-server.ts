// A model container's server, small and real: HTTP on a Unix socket, with one path of behaviour for each way to fail.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Model } from '../../../emulator/model/model.ts';
import { createModelChannel } from '../../../emulator/model/model-channel.ts';

interface SeenRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** The body's first word chooses what the server does: see `answer`. */
export async function startModelServer() {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-model-'));
  const socketPath = join(directory, 'model.sock');
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    answer(body, response);
  }).listen(socketPath);
  await once(server, 'listening');
  const channel = createModelChannel({ origin: 'http://model', socketPath });
  const close = async () => {
    await channel.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(directory, { recursive: true, force: true });
  };
  const model: Model = {
    sealed: false,
    description: 'HTTP server of this test',
    state: 'inService',
    request: (request) => channel.send(request),
    open: (request) => channel.open(request),
    close,
  };
  return { model, seen, [Symbol.asyncDispose]: close };
}

function answer(body: Buffer, response: ServerResponse): void {
  const [what] = body.toString('latin1', 0, 32).split(' ');
  switch (what) {
    case 'refuse':
      response.writeHead(415, { 'content-type': 'text/plain' }).end('unsupported');
      return;
    case 'fail':
      response.writeHead(500).end('{"error":"inside"}');
      return;
    case 'hang':
      return;
    case 'die':
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
      return;
    default:
      response.setHeader('content-type', 'application/octet-stream');
      response.setHeader('x-amzn-sagemaker-custom-attributes', 'records=2');
      response.setHeader('x-amzn-inference-metering', '{"Dimension":"inference.count","ConsumedUnits":2}');
      response.end(body);
  }
}
