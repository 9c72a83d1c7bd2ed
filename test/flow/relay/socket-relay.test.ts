// A relay that is looked at first: what may happen to the connection in the meantime.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectSocketRelay } from '../../../emulator/model/relay/connect-relay.ts';
import { post, temporaryDirectory } from './relay-fixture.ts';

describe('a connection over a Unix socket', () => {
  it('that the model closed while its namespace was looked at is lost at once', async () => {
    using directory = temporaryDirectory();
    const report = JSON.stringify({ run: 'a', interfaces: ['lo'], routesOut: 0, listening: [] });
    const server = createServer((_request, response) => void setTimeout(() => response.end(report), 50));
    server.on('connect', (_request, client) => client.end('HTTP/1.1 200 OK\r\nrelay-run: a\r\n\r\n'));
    server.listen(join(directory.path, 'relay.sock'));
    await once(server, 'listening');
    const relay = connectSocketRelay({ directory: directory.path, admit: () => {} });
    await expect(relay.channel.send(post({ timeoutMs: 2_000 }))).rejects.toMatchObject({ reason: 'connectionLost' });
    await relay.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
