import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closing, invocation, until } from '../../flow/model/model-fixture.ts';
import { runAirlock } from '../../flow/run-airlock.ts';
import { buildModelStub } from '../../images/build-image.ts';
import { required } from '../../required.ts';
import { containerOf, docker, hasDocker, leftBehind, startModel } from './docker-fixture.ts';
import { restoreDockerHost, startDockerProxy } from './docker-proxy.ts';

const hasSocket = hasDocker && required('docker', existsSync('/var/run/docker.sock'), 'no /var/run/docker.sock to put a proxy before');

/** Longer than eight starts in succession take to fail. */
const outageMs = 6_000;

/** A log whose lines can be looked at. */
function collectLog() {
  const lines: { readonly msg: string; readonly reason?: string }[] = [];
  const stream = new PassThrough();
  stream.on('data', (line: Buffer) => lines.push(JSON.parse(line.toString())));
  return { log: pino({ level: 'info', base: null }, stream), lines };
}

describe.skipIf(!hasSocket)('a daemon whose connection breaks', () => {
  let image = '';
  beforeAll(async () => {
    image = await buildModelStub();
  });
  afterEach(restoreDockerHost);

  it('is waited for, however long it is away; then the model serves again, and the container of before is removed', async () => {
    await using proxy = await startDockerProxy({ host: '127.0.0.1', port: 0 });
    process.env.DOCKER_HOST = `tcp://127.0.0.1:${proxy.port}`;
    const { log, lines } = collectLog();
    await using running = closing(await startModel(image, { log }));
    const earlier = containerOf(running.model);
    await proxy.cut();
    await until(() => running.model.state === 'starting');
    await delay(outageMs);
    expect(running.model.state).toBe('starting');
    await proxy.mend();
    await until(() => running.model.state === 'inService', 20_000);
    expect((await running.model.request(invocation())).status).toBe(200);
    await until(async () => (await docker('ps', '--all', '--quiet', '--filter', `id=${earlier}`)) === '', 15_000);
    expect((await leftBehind()).map((name) => name.replace(/^airlock-\w+-/, '')).sort()).toEqual([
      'artifact',
      expect.stringMatching(/^model-\d$/),
      expect.stringMatching(/^relay-\d-stream$/),
    ]);
    const told = lines.filter(({ msg }) => msg === 'the model cannot be started again at present; trying on until it can');
    expect(told).toMatchObject([{ reason: expect.stringMatching(/^Docker at tcp:.* cannot be reached: /) }]);
    await running.model.close();
    expect(await leftBehind()).toEqual([]);
  });

  it('does not hold up the end', async () => {
    await using proxy = await startDockerProxy({ host: '127.0.0.1', port: 0 });
    process.env.DOCKER_HOST = `tcp://127.0.0.1:${proxy.port}`;
    const model = await startModel(image);
    const id = containerOf(model);
    const run = await docker('inspect', '--format', '{{index .Config.Labels "airlock.run"}}', id);
    await proxy.cut();
    const startedAt = performance.now();
    await model.close();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await proxy.mend();
    // Nobody could remove these.
    const left = (await docker('ps', '--all', '--quiet', '--filter', `label=airlock.run=${run}`)).split('\n');
    await docker('rm', '--force', '--volumes', ...left);
    await docker('volume', 'rm', `airlock-${run}-artifact`);
  });
});

describe('a daemon that takes connections and never answers', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mute-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  it('is one clear line after 10 s, and the end of the process', async () => {
    const connections = new Set<Socket>();
    const path = join(directory, 'mute.sock');
    const server = createServer((connection) => void connections.add(connection.on('error', () => {})));
    server.listen(path);
    await once(server, 'listening');
    try {
      const args = ['demo', '--model', 'docker', '--image', 'any:1', '--log-level', 'error'];
      await using airlock = runAirlock(args, { env: { DOCKER_HOST: `unix://${path}` } });
      const exitCode = await Promise.race([airlock.exitCode, delay(25_000, 'it runs on')]);
      expect(exitCode).toBe(3);
      expect(airlock.stderr()).toMatch(
        /^error Docker at unix:.*mute\.sock cannot be reached: no answer within 10 s\n {6}Check DOCKER_HOST .*\n$/,
      );
    } finally {
      for (const connection of connections) connection.destroy();
      server.close();
    }
  });
});
