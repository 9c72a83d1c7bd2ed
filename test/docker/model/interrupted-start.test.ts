// Ctrl-C and SIGKILL, sent to the real command line at several moments of its start.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../flow/model/model-fixture.ts';
import { type RunningAirlock, runAirlock } from '../../flow/run-airlock.ts';
import { buildModelStub, buildTestImage } from '../../images/build-image.ts';
import { type ContainerEvent, containerEvent } from './container-event.ts';
import { hasDocker, leftBehind } from './docker-fixture.ts';

const endLimitMs = 5_000;
const artifact = join(import.meta.dirname, '../../../model-stub/model');
const directory = mkdtempSync(join(tmpdir(), 'interrupted-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const events: readonly ContainerEvent[] = ['create volume', 'create model', 'create relay', 'start model', 'start relay'];

function upWith(image: string, logLevel = 'error'): RunningAirlock {
  const ports = ['--port', '0', '--aws-port', '0', '--control-port', '0'];
  const args = ['up', '--model', 'docker', '--image', image, '--model-directory', artifact, ...ports, '--log-level', logLevel];
  return runAirlock(args, { cwd: directory });
}

const pidOf = (airlock: RunningAirlock) => airlock.process.pid ?? 0;
const socketDirectoriesOf = (pid: number) => readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-model-${pid}-`));

async function expectNothingLeft(pid: number): Promise<void> {
  expect(await leftBehind(pid)).toEqual([]);
  expect(socketDirectoriesOf(pid)).toEqual([]);
}

async function expectCtrlCEnds(airlock: RunningAirlock): Promise<void> {
  airlock.process.kill('SIGINT');
  const code = await Promise.race([airlock.exitCode, delay(endLimitMs, 'still running', { ref: false })]);
  expect(code, airlock.stderr()).toBe(130);
  await expectNothingLeft(pidOf(airlock));
}

describe.skipIf(!hasDocker)('Ctrl-C while --model docker starts', () => {
  let image = '';
  beforeAll(async () => {
    image = await buildModelStub();
  });

  it.each(events)('at "%s" ends with 130 and leaves nothing', async (event) => {
    await using airlock = upWith(image);
    await containerEvent(pidOf(airlock), event);
    await expectCtrlCEnds(airlock);
  });

  it('when it serves ends with 130 and leaves nothing', async () => {
    await using airlock = upWith(image);
    await airlock.waitFor('Ctrl-C ends everything');
    await expectCtrlCEnds(airlock);
  });

  it('while the model never answers ends with 130 and leaves nothing', async () => {
    await using airlock = upWith(await buildTestImage('never-answers-ping'), 'debug');
    await until(() => airlock.stderr().includes('loading the model'), 20_000);
    await expectCtrlCEnds(airlock);
  });

  it('while the image is pulled ends with 130 and leaves nothing', async () => {
    const registry = createServer(() => {});
    registry.listen(0, '127.0.0.1');
    await once(registry, 'listening');
    try {
      const asked = once(registry, 'request');
      await using airlock = upWith(`127.0.0.1:${(registry.address() as { port: number }).port}/slow:1`);
      await asked;
      await expectCtrlCEnds(airlock);
    } finally {
      registry.closeAllConnections();
      registry.close();
    }
  });

  it('leaves nothing whenever it comes', async () => {
    for (const afterMs of [100, 300, 500, 700]) {
      await using airlock = upWith(image);
      await delay(afterMs);
      airlock.process.kill('SIGINT');
      // Null: before our first line it is Node that ends by the signal.
      expect([130, null], airlock.stderr()).toContain(await airlock.exitCode);
      await expectNothingLeft(pidOf(airlock));
    }
  });
});

describe.skipIf(!hasDocker)('SIGKILL while --model docker starts', () => {
  it('leaves what the next start removes', async () => {
    const image = await buildModelStub();
    const killed: number[] = [];
    for (const event of events) {
      await using airlock = upWith(image);
      await containerEvent(pidOf(airlock), event);
      airlock.process.kill('SIGKILL');
      await airlock.exitCode;
      killed.push(pidOf(airlock));
    }
    await using next = upWith(image);
    await next.waitFor('Ctrl-C ends everything');
    // It removes them in the background, and before it ends.
    await expectCtrlCEnds(next);
    for (const pid of killed) await until(async () => (await leftBehind(pid)).length === 0);
    expect(killed.flatMap(socketDirectoriesOf)).toEqual([]);
  });
});
