// A partner's image is verified as it will run: sealed. And the command works from Airlock's own image.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { packageVersion } from '../../../emulator/package-files.ts';
import { runAirlock } from '../../flow/run-airlock.ts';
import { hasAirlockImages } from '../../images/airlock-images.ts';

const run = promisify(execFile);
const stub = `airlock-model-stub:${packageVersion()}`;

/** Containers of the image, running or not. */
async function containersOf(image: string): Promise<readonly string[]> {
  const { stdout } = await run('docker', ['ps', '--all', '--quiet', '--filter', `ancestor=${image}`]);
  return stdout.split('\n').filter((line) => line !== '');
}

describe.skipIf(!hasAirlockImages)('airlock contract verify', () => {
  test('verifies an image in a container without network, and removes it', async () => {
    const before = await containersOf(stub);
    await using airlock = runAirlock(['contract', 'verify', '--provider', 'model-container', '--image', stub, '--json'], {
      env: process.env.DOCKER_HOST === undefined ? {} : { DOCKER_HOST: process.env.DOCKER_HOST },
    });
    expect(await airlock.exitCode, airlock.stderr()).toBe(0);
    const { ok, verifications } = JSON.parse(airlock.stdout()) as { ok: boolean; verifications: { interactions: unknown[] }[] };
    expect([ok, verifications[0]?.interactions.length]).toEqual([true, 6]);
    expect((await containersOf(stub)).filter((id) => !before.includes(id))).toEqual([]);
  });

  test('works in the image of Airlock, where no certificates are installed', async () => {
    const { stdout } = await run('docker', ['run', '--rm', '--network', 'none', `airlock:${packageVersion()}`, 'contract', 'verify']);
    expect(stdout.match(/ honours .*: (\d+) of \1$/gm)).toHaveLength(3);
  });
});
