// What a provider that is broken, or means harm, does to whoever verifies it: a red interaction within the limit, and no memory to speak of.
import { createServer, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sendOverHttp } from '../../../contracts/verification/send-http.ts';
import { verifyPact } from '../../../contracts/verification/verify-pact.ts';
import { pactText, serve, writePact } from './small-provider.ts';

const bytesMax = 300 * 1_024 * 1_024;

/** What a socket is told when a request has come, and whatever is said again and again until it breaks. */
async function speak(first: string, endless: string | null) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    socket.once('data', () => {
      socket.write(first);
      if (endless === null) return;
      const more = () => {
        while (!socket.destroyed && socket.write(endless));
      };
      socket.on('drain', more);
      more();
    });
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function verifyAt(url: string, descriptions: readonly string[] = ['a thing']) {
  await using pact = await writePact(pactText(descriptions.map((description) => ({ description }))));
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  try {
    const report = await verifyPact({ pactFile: pact.path, send: sendOverHttp(url), setState: async () => ({}), timeoutMs: 2_000 });
    return { report, grownBytes: most - before };
  } finally {
    clearInterval(watch);
  }
}

const text = 'x'.repeat(64 * 1_024);

test.each([
  ['an endless body', 'HTTP/1.1 200 OK\r\n\r\n', text, /larger than/],
  ['an endless chunked body', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', `10000\r\n${text}\r\n`, /larger than/],
  ['a body of one endless chunk extension', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;', text, /broke off/],
  ['an endless header', 'HTTP/1.1 200 OK\r\nx-long: ', text, /HPE_HEADER_OVERFLOW/],
  ['endless headers', 'HTTP/1.1 200 OK\r\n', 'x-more: 1\r\n'.repeat(1_000), /HPE_HEADER_OVERFLOW/],
  ['an endless trailer', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-long: ', text, /broke off/],
  ['an endless status line', 'HTTP/1.1 200 ', text, /broke off|no answer within/],
  ['a flood of 100', '', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000), /no answer within 2 s/],
  ['a flood of 103', '', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(1_000), /no answer within 2 s/],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', text, /101/],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', null, /broke off/],
  ['an impossible status', 'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n', null, /broke off|none that HTTP can carry/],
  [
    'a second answer nobody asked for',
    'HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
    /500/,
  ],
])('%s is red within the limit, and nothing grows', async (_what, first, endless, reason) => {
  await using provider = await speak(first, endless);
  const beganAtMs = performance.now();
  const { report, grownBytes } = await verifyAt(provider.url);
  expect(report.ok).toBe(false);
  expect(report.interactions[0]?.mismatches.join('\n')).toMatch(reason);
  expect(performance.now() - beganAtMs).toBeLessThan(10_000);
  expect(grownBytes).toBeLessThan(bytesMax);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
] as const)('an answer that is small with %s and huge without goes no further', async (encoding, pack) => {
  const packed = pack(Buffer.alloc(64 * 1_024 * 1_024));
  await using provider = await serve((_request, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(packed));
  const { report } = await verifyAt(provider.url);
  expect(report).toMatchObject({
    ok: false,
    interactions: [{ code: 'VERIFICATION_FAILED', mismatches: [expect.stringContaining('unpacked')] }],
  });
});

test('a provider that dies in the middle leaves the rest red, each at once', async () => {
  const server = await serve((_request, response) => {
    response.end(() => void server[Symbol.asyncDispose]());
  });
  const { report } = await verifyAt(server.url, ['one', 'two', 'three']);
  expect(report.ok).toBe(false);
  expect(report.interactions).toMatchObject([{ ok: true }, { ok: false }, { ok: false, code: 'PROVIDER_UNREACHABLE' }]);
});
