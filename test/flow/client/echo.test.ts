import { createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createIdentityClient, IdentityNetworkError } from '../../../contracts/client/identity-client.ts';

const credentials = { accessKeyId: 'AKIACANARY', secretAccessKey: 'secretcanary', sessionToken: 'sessioncanary' };
const issued = JSON.stringify({ token: 'tokencanary.aaaa.bbbb', tokenType: 'Bearer', expiresAt: '2099-01-01T00:00:00Z' });
const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** Issues a token properly, where it should, and else writes what `answer` makes of the bytes that were sent. */
async function startEcho(answer: (sent: string) => string, issues: boolean) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    let sent = '';
    socket.on('data', (bytes) => {
      sent += bytes.toString('latin1');
      const [top = '', body = ''] = sent.split('\r\n\r\n');
      if (body.length < Number(/content-length: (\d+)/i.exec(top)?.[1])) return;
      if (issues && top.startsWith('POST /v1/init'))
        socket.end(`${head}connection: close\r\ncontent-length: ${issued.length}\r\n\r\n${issued}`);
      else socket.end(answer(sent));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    apiUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const oneLine = (sent: string) => sent.replaceAll(/\s+/g, ' ');

describe('a server that repeats the bytes that it was sent', () => {
  it.each([
    ['as its answer', (sent: string) => sent],
    ['as a header', (sent: string) => `${head}${oneLine(sent)}\r\n\r\n`],
    ['as the length', (sent: string) => `${head}content-length: ${oneLine(sent)}\r\n\r\n`],
    ['as chunks', (sent: string) => `${head}transfer-encoding: chunked\r\n\r\n${sent}`],
    ['as something compressed', (sent: string) => `${head}content-encoding: gzip\r\ncontent-length: ${sent.length}\r\n\r\n${sent}`],
    ['as its words', (sent: string) => `HTTP/1.1 999 ${oneLine(sent)}\r\n`],
  ])('%s gets none of them into an error', async (_name, answer) => {
    for (const issues of [true, false]) {
      await using server = await startEcho(answer, issues);
      const client = createIdentityClient({ apiUrl: server.apiUrl, productCode: 'p', credentials, attemptsMax: 1, timeoutMs: 5_000 });
      const error = await client
        .request({ records: [{ email: 'lena.canary@example.com' }] }, { idempotencyKey: 'order-canary' })
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(IdentityNetworkError);
      expect(error).toMatchObject({ code: 'NETWORK_FAILED', cause: { message: expect.any(String) } });
      expect(inspect(error, { depth: 10, showHidden: true, maxStringLength: null })).not.toMatch(/canary|AWS4|Bearer/i);
    }
  });
});
