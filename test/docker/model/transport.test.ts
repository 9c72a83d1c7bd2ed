import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closing, invocation, until } from '../../flow/model/model-fixture.ts';
import { buildModelStub } from '../../images/build-image.ts';
import { required } from '../../required.ts';
import { containerOf, docker, hasDocker, leftBehind, startModel } from './docker-fixture.ts';
import { restoreDockerHost, startDockerProxy } from './docker-proxy.ts';

const hasSocket = hasDocker && required('docker', existsSync('/var/run/docker.sock'), 'no /var/run/docker.sock to put a proxy before');
const directory = mkdtempSync(join(tmpdir(), 'proxy-'));
const renamed = new Set([directory]);
afterAll(() => {
  for (const path of renamed) rmSync(path, { recursive: true, force: true });
});

describe.skipIf(!hasSocket)('a daemon that is reached by DOCKER_HOST', () => {
  let image = '';
  beforeAll(async () => {
    image = await buildModelStub();
  });
  afterEach(restoreDockerHost);

  it('over TCP runs the model, with its artifact, through a stream', async () => {
    await using proxy = await startDockerProxy({ host: '127.0.0.1', port: 0 });
    process.env.DOCKER_HOST = `tcp://127.0.0.1:${proxy.port}`;
    const artifact = join(import.meta.dirname, '../../../model-stub/model');
    await using running = closing(await startModel(image, { modelDirectory: artifact }));
    expect(running.model).toMatchObject({ sealed: true, description: expect.stringContaining('reached through a stream') });
    expect((await running.model.request(invocation())).status).toBe(200);
    await running.model.close();
    expect(await leftBehind()).toEqual([]);
  });

  it.each([
    ['has other files than we have', (source: string) => source.replace('airlock-model-', 'airlock_model_')],
    [
      'shares directories, but no sockets in them',
      (source: string) => {
        const other = source.replace(/.\/socket$/, '-/socket');
        mkdirSync(other, { recursive: true });
        renamed.add(dirname(other));
        return other;
      },
    ],
  ])('by a socket, which %s, is noticed once, and a stream taken instead', async (_, rename) => {
    // Its own: connections that were kept alive still lead to the proxy of another test.
    const path = join(mkdtempSync(join(directory, 'case-')), 'docker.sock');
    let bindMounts = 0;
    const renameSources = (sent: string) =>
      sent.replace(/("Type":"bind","Source":")([^"]+)/g, (_, before, source) => {
        bindMounts += 1;
        return before + rename(source);
      });
    await using _proxy = await startDockerProxy({ path }, renameSources);
    process.env.DOCKER_HOST = `unix://${path}`;
    await using running = closing(await startModel(image));
    expect(running.model).toMatchObject({ sealed: true, description: expect.stringContaining('reached through a stream') });
    const killed = containerOf(running.model);
    await docker('kill', '--signal', 'KILL', killed);
    await until(() => running.model.state === 'inService' && containerOf(running.model) !== killed, 20_000);
    expect(bindMounts).toBe(1);
    expect((await running.model.request(invocation())).status).toBe(200);
    await running.model.close();
    expect(await leftBehind()).toEqual([]);
  });
});
