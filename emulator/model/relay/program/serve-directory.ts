// LISTEN is a directory: two Unix sockets in it.
import { renameSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { refusals } from '../relay-limits.ts';
import { answerQuestion, run } from './answer-namespace.ts';
import { carry, type Target } from './carry.ts';

/** Resolves when both sockets are there. */
export async function serveDirectory(directory: string, target: Target): Promise<void> {
  // Sockets get 0666: who may come near them is for the directory to say, and the emulator may be another user.
  process.umask(0o111);
  const model = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
    // Closed unread: a client that has already written sees ECONNRESET.
    carry(client, target, { accepted: () => {}, refused: () => client.destroy() });
  });
  const relay = createHttpServer(async (request, response) => {
    const { status, body } = await answerQuestion(request.method, request.url, target);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  relay.on('connect', (_request, client, head) => {
    carry(client, target, {
      accepted: () => {
        client.write(`HTTP/1.1 200 OK\r\nrelay-run: ${run}\r\n\r\n`);
        if (head.length > 0) client.unshift(head);
      },
      refused: (why) => client.end(`HTTP/1.1 ${refusals[why]} Refused\r\ncontent-length: 0\r\n\r\n`, () => client.destroy()),
    });
  });
  await listen(model, join(directory, 'model.sock'));
  await listen(relay, join(directory, 'relay.sock'));
}

/** Whatever name an earlier run left is replaced, with no moment in between at which there is none. */
function listen(server: Server, path: string): Promise<void> {
  const newPath = `${path}.new`;
  rmSync(newPath, { force: true });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(newPath, () => {
      renameSync(newPath, path);
      resolve();
    });
  });
}
