import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closing, invocation, until } from '../../flow/model/model-fixture.ts';
import { buildModelStub } from '../../images/build-image.ts';
import { docker, hasDocker, leftBehind, relayImage, startModel } from './docker-fixture.ts';

const directory = mkdtempSync(join(tmpdir(), 'leftovers-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const path = (name: string) => JSON.stringify(fileURLToPath(new URL(`../../../emulator/${name}`, import.meta.url)));

/** A program that is an Airlock of another process; `then` is JavaScript that runs when its model serves. */
function ownerScript(image: string, then: string): string {
  const script = join(directory, `owner-${randomUUID()}.mjs`);
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
  return script;
}

function ownerOf(image: string, then: string): ChildProcess {
  return spawn(process.execPath, [ownerScript(image, then)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/**
 * An owner whose end nobody takes note of: its number stays taken, as a zombie's, so no other Airlock that starts meanwhile takes what
 * it leaves for left behind. Resolves when it has ended.
 */
async function ownerThatEnded(image: string, then: string): Promise<AsyncDisposable & { readonly pid: number; readonly said: string }> {
  const program = '"$0" "$1" & echo "$!"; exec sleep 60 >/dev/null';
  const holder = spawn('sh', ['-c', program, process.execPath, ownerScript(image, then)], { stdio: ['ignore', 'pipe', 'ignore'] });
  // The end of the output is the end of the owner: sleep has none.
  const output = await text(holder.stdout);
  const [, pid, said = ''] = /^(\d+)\n(.*)$/s.exec(output) ?? [];
  return {
    ...{ pid: Number(pid), said },
    async [Symbol.asyncDispose]() {
      holder.kill('SIGKILL');
      if (holder.signalCode === null) await once(holder, 'exit');
    },
  };
}

const socketDirectoriesOf = (pid: number) => readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-model-${pid}-`));
const serving = (owner: ChildProcess) => once(owner.stdout ?? owner, 'data');
const pidOfOwner = (owner: ChildProcess) => owner.pid ?? 0;

describe.skipIf(!hasDocker)('what an Airlock leaves in Docker', () => {
  let image = '';
  beforeAll(async () => {
    image = await buildModelStub();
  });

  it('when it was killed is removed by the next one, which leaves a live one alone', async () => {
    await using live = closing(await startModel(image));
    const killed = ownerOf(image, '');
    await serving(killed);
    // Not looked for after its end: any Airlock that starts meanwhile removes it.
    expect(await leftBehind(pidOfOwner(killed))).toHaveLength(3);
    killed.kill('SIGKILL');
    await once(killed, 'exit');

    const next = ownerOf(image, 'await model.close(); process.exit();');
    await once(next, 'exit');
    expect(await leftBehind(pidOfOwner(killed))).toEqual([]);
    expect(await leftBehind(pidOfOwner(next))).toEqual([]);
    expect(socketDirectoriesOf(pidOfOwner(killed))).toEqual([]);
    expect(await leftBehind()).toHaveLength(3);
    expect((await live.model.request(invocation())).status).toBe(200);
  });

  it.each([
    ['ends without closing its model', 'process.exit(130);'],
    ['ends by an exception that nobody caught', "throw new Error('for this test');"],
  ])('when it %s is removed at once', async (_, then) => {
    await using owner = await ownerThatEnded(image, then);
    expect(owner.said).toBe('serving');
    await until(async () => (await leftBehind(owner.pid)).length === 0, 20_000);
  });

  it('in the temporary directory is removed at once, too', async () => {
    const owner = ownerOf(image, 'process.exit(130);');
    expect((await once(owner, 'exit'))[0]).toBe(130);
    await until(() => socketDirectoriesOf(pidOfOwner(owner)).length === 0, 20_000);
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
