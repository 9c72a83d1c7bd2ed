import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closing, invocation, until } from '../../flow/model/model-fixture.ts';
import { docker, hasDocker, leftBehind, relayImage, startModel, stubImage } from './docker-fixture.ts';

const directory = mkdtempSync(join(tmpdir(), 'leftovers-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const path = (name: string) => JSON.stringify(fileURLToPath(new URL(`../../../emulator/${name}`, import.meta.url)));

/** An Airlock of another process; `then` is JavaScript that runs when its model serves. */
function ownerOf(image: string, then: string, stderr: 'inherit' | 'ignore' = 'inherit'): ChildProcess {
  const script = join(directory, `owner-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(
    script,
    `import { startDockerModel } from ${path('model/docker/docker-model.ts')};
     import { createLog } from ${path('log.ts')};
     setInterval(() => {}, 1_000);
     const options = { image: ${JSON.stringify(image)}, environment: {}, relayImage: ${JSON.stringify(relayImage)}, log: createLog('silent') };
     const model = await startDockerModel(options);
     process.stdout.write('serving');
     ${then}`,
  );
  return spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', stderr] });
}

const socketDirectoriesOf = (pid: number) => readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-model-${pid}-`));
const serving = (owner: ChildProcess) => once(owner.stdout ?? owner, 'data');
const pidOfOwner = (owner: ChildProcess) => owner.pid ?? 0;

describe.skipIf(!hasDocker)('what an Airlock leaves in Docker', () => {
  let image = '';
  beforeAll(async () => {
    image = await stubImage();
  });

  it('when it was killed is removed by the next one, which leaves a live one alone', async () => {
    await using live = closing(await startModel(image));
    const killed = ownerOf(image, '');
    await serving(killed);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await leftBehind(pidOfOwner(killed))).toHaveLength(3);

    const next = ownerOf(image, 'await model.close(); process.exit();');
    await once(next, 'exit');
    expect(await leftBehind(pidOfOwner(killed))).toEqual([]);
    expect(await leftBehind(pidOfOwner(next))).toEqual([]);
    expect(socketDirectoriesOf(pidOfOwner(killed))).toEqual([]);
    expect(await leftBehind()).toHaveLength(3);
    expect((await live.model.request(invocation())).status).toBe(200);
  });

  it.each([
    ['ends without closing its model', 130, 'process.exit(130);'],
    ['ends by an exception that nobody caught', 1, "throw new Error('for this test');"],
  ])('when it %s is removed at once', async (_, exitCode, then) => {
    const owner = ownerOf(image, then, 'ignore');
    expect((await once(owner, 'exit'))[0]).toBe(exitCode);
    await until(async () => (await leftBehind(pidOfOwner(owner))).length === 0, 20_000);
    await until(() => socketDirectoriesOf(pidOfOwner(owner)).length === 0);
  });

  it('is nobody else’s business: what has no such label stays', async () => {
    const volume = await docker('volume', 'create', '--label', 'airlock-test=other');
    try {
      await (await startModel(image)).close();
      expect(await docker('volume', 'ls', '--quiet', '--filter', `name=${volume}`)).toBe(volume);
    } finally {
      await docker('volume', 'rm', volume);
    }
  });
});
