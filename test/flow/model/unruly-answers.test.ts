import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createModelChannel } from '../../../emulator/model/model-channel.ts';
import { invocation } from './model-fixture.ts';

/** A server that answers every request in its own way, in bytes. */
async function serve(answer: (connection: Socket) => void) {
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.once('data', () => answer(connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const channel = createModelChannel({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return {
    channel,
    connections,
    async [Symbol.asyncDispose]() {
      await channel.destroy();
      for (const connection of connections) connection.destroy();
      server.close();
    },
  };
}

const complete = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const interim = 'HTTP/1.1 100 Continue\r\n\r\n';

describe('a model that answers beside the rules of HTTP', () => {
  it('may send a few interim answers before its own', async () => {
    await using served = await serve((connection) => connection.write(`${interim}HTTP/1.1 102 Processing\r\n\r\n${complete}`));
    expect(await served.channel.send(invocation())).toMatchObject({ status: 200 });
  });

  it('with interim answers without end is not listened to for long', async () => {
    await using served = await serve((connection) => {
      const more = () => !connection.destroyed && connection.write(interim.repeat(100), () => setImmediate(more));
      more();
    });
    await expect(served.channel.send(invocation({ timeoutMs: 4_000 }))).rejects.toMatchObject({
      reason: 'connectionLost',
      message: 'The model gave more than 16 interim answers.',
    });
  });

  it.each(['Connection: upgrade\r\nUpgrade: other\r\n', ''])(
    'with 101 Switching Protocols (%j) fails the request at once',
    async (headers) => {
      await using served = await serve((connection) => connection.write(`HTTP/1.1 101 Switching Protocols\r\n${headers}\r\n`));
      const startedAt = performance.now();
      await expect(served.channel.send(invocation({ timeoutMs: 8_000 }))).rejects.toMatchObject({
        reason: 'connectionLost',
        message: 'The model answered 101 Switching Protocols, which nobody asked for.',
      });
      expect(performance.now() - startedAt).toBeLessThan(4_000);
    },
  );
});
