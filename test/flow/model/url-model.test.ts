import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectUrlModel } from '../../../emulator/model/url-model.ts';
import { loadArtifact } from '../../../model-stub/artifact.ts';
import { createIdentityModel } from '../../../model-stub/identity-model.ts';
import { createModelServer } from '../../../model-stub/server.ts';
import { readSettings } from '../../../model-stub/settings.ts';
import { closing, invocation, silentLog } from './model-fixture.ts';

const servers: { close(): void; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serveStub(): Promise<string> {
  const model = createIdentityModel(await loadArtifact(new URL('../../../model-stub/model', import.meta.url).pathname));
  const server = createModelServer({ model: () => model, faults: readSettings({}).faults, onEvent: () => {} });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a model at a URL', () => {
  it('answers, and never counts as sealed', async () => {
    await using running = closing(await connectUrlModel({ url: await serveStub(), log: silentLog }));
    expect((await running.model.request(invocation())).status).toBe(200);
    expect(running.model).toMatchObject({ sealed: false, state: 'inService' });
    expect(running.model.description).toContain('NOT sealed');
  });

  it('keeps the path of the URL in front of /ping and /invocations', async () => {
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      response.end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/a/`;
    await using running = closing(await connectUrlModel({ url, log: silentLog }));
    await running.model.request(invocation());
    expect(paths).toEqual(['/models/a/ping', '/models/a/invocations']);
  });

  it('is refused where nothing answers in time', async () => {
    // Port 9 (discard) of the loopback address: connection refused.
    const connected = connectUrlModel({ url: 'http://127.0.0.1:9', startupTimeoutMs: 100, log: silentLog });
    await expect(connected).rejects.toMatchObject({ code: 'MODEL_NOT_READY' });
  });

  it.each(['ftp://127.0.0.1/', 'docker', 'http://user:secret@127.0.0.1/', 'http://127.0.0.1/?a=b'])(
    'is a wrong option as %s',
    async (url) => {
      await expect(connectUrlModel({ url, log: silentLog })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    },
  );

  it('reports a server that is gone as notReady', async () => {
    await using running = closing(await connectUrlModel({ url: await serveStub(), log: silentLog }));
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
    await expect(running.model.request(invocation())).rejects.toMatchObject({ name: 'ModelFailure' });
  });
});
