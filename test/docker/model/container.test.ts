import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closing, invocation, until } from '../../flow/model/model-fixture.ts';
import { buildModelStub, buildTestImage } from '../../images/build-image.ts';
import { containerOf, docker, hasDocker, leftBehind, startModel, transports } from './docker-fixture.ts';

const inspect = async (model: Parameters<typeof containerOf>[0]) => JSON.parse(await docker('inspect', containerOf(model)))[0];

describe.skipIf(!hasDocker)('a model that runs as a container', () => {
  let image = '';
  beforeAll(async () => {
    image = await buildModelStub();
  });

  describe.each(transports)('with a relay reached by %s', (transport) => {
    it('answers records, sealed, and leaves nothing', async () => {
      const model = await startModel(image, { transport });
      try {
        expect(model.description).toMatch(/^container \w{12} of .+, sealed: /);
        expect(model.sealed).toBe(true);
        const answer = await model.request(invocation());
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.body.toString()).results).toMatchObject([{ id: 1 }]);
      } finally {
        await Promise.all([model.close(), model.close()]);
      }
      expect(model.state).toBe('stopped');
      expect(await leftBehind()).toEqual([]);
    });

    it('keeps 100 requests at the same time apart', async () => {
      await using running = closing(await startModel(image, { transport }));
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, id) => running.model.request(invocation({ body: JSON.stringify({ records: [{ id }] }) }))),
      );
      expect(answers.map(({ body }) => JSON.parse(body.toString()).results[0].id)).toEqual(Array.from({ length: 100 }, (_, id) => id));
    });

    it('is started again in a fresh container when it is killed', async () => {
      await using running = closing(await startModel(image, { transport }));
      const killed = containerOf(running.model);
      await docker('kill', '--signal', 'KILL', killed);
      await until(() => running.model.state === 'inService' && containerOf(running.model) !== killed, 20_000);
      expect((await running.model.request(invocation())).status).toBe(200);
      expect(running.model.sealed).toBe(true);
      // The dead one is removed behind the new one.
      await until(async () => (await docker('ps', '--all', '--quiet', '--filter', `id=${killed}`)) === '');
    });

    it('is started again when its relay dies', async () => {
      await using running = closing(await startModel(image, { transport }));
      const before = containerOf(running.model);
      const run = (await inspect(running.model)).Config.Labels['airlock.run'];
      await docker('kill', await docker('ps', '--quiet', '--filter', `label=airlock.run=${run}`, '--filter', 'label=airlock.role=relay'));
      await until(() => running.model.state === 'inService' && containerOf(running.model) !== before, 20_000);
      expect((await running.model.request(invocation())).status).toBe(200);
    });

    it('that gives up starting leaves nothing, whenever it does', async () => {
      for (const afterMs of [0, 30, 80, 150, 250, 400]) {
        const signal = AbortSignal.timeout(afterMs);
        await startModel(image, { transport, signal }).then(
          (model) => model.close(),
          (error: unknown) => expect(error).toMatchObject({ code: 'MODEL_NOT_READY' }),
        );
        expect(await leftBehind(), `given up after ${afterMs} ms`).toEqual([]);
      }
    });
  });

  it('is created as SageMaker would run it', async () => {
    const limits = { memoryBytes: 256 * 1024 * 1024, cpus: 0.5 };
    await using running = closing(await startModel(image, { ...limits, environment: { GREETING: 'hello' } }));
    const { Config: config, HostConfig: host, Mounts: mounts, NetworkSettings: network } = await inspect(running.model);
    expect(config.Cmd).toEqual(['serve']);
    expect(config.Env).toContain('GREETING=hello');
    expect(config.Env.filter((entry: string) => /^(AWS|DOCKER|AIRLOCK)_/.test(entry))).toEqual([]);
    expect(host).toMatchObject({
      ...{ NetworkMode: 'none', ShmSize: 67_108_864, Memory: limits.memoryBytes, MemorySwap: limits.memoryBytes, NanoCpus: 500_000_000 },
      ...{ Privileged: false, CapAdd: null, Binds: null, PortBindings: {}, SecurityOpt: ['no-new-privileges'] },
      ...{ RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } },
    });
    expect(host.Devices ?? []).toEqual([]);
    expect(Object.keys(network.Networks)).toEqual(['none']);
    expect(mounts).toMatchObject([{ Type: 'volume', Destination: '/opt/ml/model', RW: false }]);
  });

  it('gets a network, and is not called sealed, where the template does not ask for isolation', async () => {
    await using running = closing(await startModel(image, { isolated: false }));
    expect(running.model.sealed).toBe(false);
    expect(running.model.description).toMatch(/NOT sealed: the template does not set EnableNetworkIsolation to true/);
    expect((await inspect(running.model)).HostConfig.NetworkMode).toBe('bridge');
    expect((await running.model.request(invocation())).status).toBe(200);
  });
});

describe.skipIf(!hasDocker)('the artifact at /opt/ml/model', () => {
  let image = '';
  beforeAll(async () => {
    image = await buildTestImage('shows-artifact');
  });
  const directory = mkdtempSync(join(tmpdir(), 'model-directory-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const look = async (model: Parameters<typeof containerOf>[0]) =>
    JSON.parse((await model.request({ method: 'GET', path: '/look', headers: {}, timeoutMs: 5_000 })).body.toString());

  it('is what the image has there, and read-only', async () => {
    await using running = closing(await startModel(image));
    expect(await look(running.model)).toEqual({ files: { 'weights.txt': "the image's" }, writing: 'EROFS' });
  });

  it('is the given directory instead, and read-only', async () => {
    const deep = join('layers', 'x'.repeat(90));
    mkdirSync(join(directory, deep), { recursive: true });
    writeFileSync(join(directory, 'weights.txt'), 'the given', { mode: 0o600 });
    writeFileSync(join(directory, deep, 'größe.txt'), 'deep');
    await using running = closing(await startModel(image, { modelDirectory: directory }));
    expect(await look(running.model)).toEqual({
      files: { 'weights.txt': 'the given', [join(deep, 'größe.txt')]: 'deep' },
      writing: 'EROFS',
    });
  });

  it('is an error where there is no such directory', async () => {
    await expect(startModel(image, { modelDirectory: join(directory, 'nowhere') })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    expect(await leftBehind()).toEqual([]);
  });
});
