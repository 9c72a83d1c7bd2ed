// The images that tests of a container's faults use: each has the fault that its name says.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { buildTestImage, type TestImageName } from '../../images/build-image.ts';
import { dockerImage } from '../../images/engine.ts';
import { required } from '../../required.ts';

const base = dockerImage('node:24-bookworm-slim');

describe.skipIf(!required('docker', base.isThere, base.reason))('test images', () => {
  test('exits-at-once ends with 1 after three lines', async () => {
    const { status, stderr } = await runToItsEnd('exits-at-once');
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(3);
  });

  test('exits-with-no-serve cannot be started with serve', async () => {
    const { status, stderr } = await runToItsEnd('exits-with-no-serve');
    expect(status).toBe(127);
    expect(stderr).toMatch(/"serve": executable file not found/);
  });

  test('out-of-memory is killed for memory', async () => {
    expect((await runToItsEnd('out-of-memory', '--memory', '128m', '--memory-swap', '128m')).status).toBe(137);
  });

  test('other-architecture is not for this machine', async () => {
    const { stdout } = spawnSync(
      'docker',
      ['image', 'inspect', '--format', '{{ .Architecture }}', await buildTestImage('other-architecture')],
      { encoding: 'utf8' },
    );
    expect(stdout.trim()).toBe('s390x');
  });

  test('asked for twice at once, an image is built once', async () => {
    const [first, second] = await Promise.all([buildTestImage('ping-503'), buildTestImage('ping-503')]);
    expect(first).toBe(second);
    expect(first).toMatch(/^airlock-test\/ping-503:[0-9a-f]{16}$/);
  });

  test('egress-probe reports one result an attempt, and reaches nothing without a network', async () => {
    const image = await buildTestImage('egress-probe');
    const script = "import { attempts, tryAll } from '/opt/program/attempts.ts'; console.log(JSON.stringify(await tryAll(attempts({}))))";
    const run = (network: string) => {
      const args = [
        'run',
        '--rm',
        '--label',
        'airlock.test=images',
        '--network',
        network,
        '--entrypoint',
        'node',
        image,
        '--input-type=module',
        '--eval',
        script,
      ];
      return JSON.parse(spawnSync('docker', args, { encoding: 'utf8', timeout: 60_000 }).stdout) as { target: string; reached: boolean }[];
    };
    expect(run('none').filter(({ reached }) => reached)).toEqual([]);
    // It can fail: with a network the bridge's address answers, if only to refuse.
    expect(run('bridge').filter(({ reached }) => reached)).not.toEqual([]);
  });
});

async function runToItsEnd(name: TestImageName, ...options: string[]) {
  const args = ['run', '--rm', '--label', 'airlock.test=images', '--network', 'none', ...options, await buildTestImage(name), 'serve'];
  return spawnSync('docker', args, { encoding: 'utf8', timeout: 60_000 });
}
