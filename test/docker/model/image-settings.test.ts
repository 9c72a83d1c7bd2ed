import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closing, invocation, until } from '../../flow/model/model-fixture.ts';
import { buildModelStub, buildTestImage } from '../../images/build-image.ts';
import { containerOf, docker, hasDocker, leftBehind, startModel } from './docker-fixture.ts';

const built: string[] = [];

/** Another image with these lines added. */
async function extend(base: string, name: string, lines: readonly string[]): Promise<string> {
  const tag = `airlock-test/settings-${name}:${process.pid}`;
  const build = spawn('docker', ['build', '--quiet', '--label', 'airlock.test-image=true', '--tag', tag, '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, DOCKER_BUILDKIT: '1' },
  });
  build.stdin.end([`FROM ${base}`, ...lines, ''].join('\n'));
  const [code] = await once(build, 'exit');
  expect(code).toBe(0);
  built.push(tag);
  return tag;
}

describe.skipIf(!hasDocker)('an image', () => {
  let stub = '';
  beforeAll(async () => {
    stub = await buildModelStub();
  });
  afterAll(async () => {
    if (built.length > 0) await docker('image', 'rm', ...built);
  });

  const settings: readonly [string, readonly string[]][] = [
    ['user', ['USER 65534:65534']],
    ['volumes', ['VOLUME ["/opt/ml", "/opt/ml/model", "/data"]']],
    ['ports', ['EXPOSE 8080/tcp 9000']],
    ['healthcheck', ['HEALTHCHECK --interval=1s --retries=1 CMD false']],
    ['signal', ['STOPSIGNAL SIGUSR1']],
    ['command', ['CMD ["something", "else"]']],
    ['directory', ['WORKDIR /not/there/before']],
  ];
  it.each(settings)('with its own %s serves, sealed, and leaves nothing', async (name, lines) => {
    const volumes = async () => (await docker('volume', 'ls', '--quiet', '--filter', 'dangling=true')).split('\n').filter(Boolean);
    await using running = closing(await startModel(await extend(stub, name, lines), { stopTimeoutMs: 5_000 }));
    expect(running.model.sealed).toBe(true);
    expect((await running.model.request(invocation())).status).toBe(200);
    const { Mounts: mounts, NetworkSettings: network } = JSON.parse(await docker('inspect', containerOf(running.model)))[0];
    expect(Object.values(network.Ports ?? {}).filter(Boolean)).toEqual([]);
    await running.model.close();
    expect(await leftBehind()).toEqual([]);
    // Its anonymous ones, too.
    const names = mounts.map(({ Name }: { Name: string }) => Name);
    expect((await volumes()).filter((volume) => names.includes(volume))).toEqual([]);
  });

  it('of another user reads the artifact of a relative --model-directory', async () => {
    const image = await extend(await buildTestImage('shows-artifact'), 'artifact', ['USER 65534:65534']);
    const modelDirectory = relative(process.cwd(), join(import.meta.dirname, '../../../model-stub/model'));
    await using running = closing(await startModel(image, { modelDirectory }));
    const { body } = await running.model.request({ method: 'GET', path: '/look', headers: {}, timeoutMs: 5_000 });
    const { files } = JSON.parse(body.toString());
    const [first = ''] = Object.keys(files);
    expect(files[first]).toBe(readFileSync(join(modelDirectory, first), 'utf8'));
  });

  it('with an ENTRYPOINT for the shell serves as it can, and a warning says what it misses', async () => {
    const warnings: string[] = [];
    const stream = new PassThrough().on('data', (line: Buffer) => warnings.push(JSON.parse(line.toString()).msg));
    const image = await extend(stub, 'shell', ['ENTRYPOINT exec node /opt/program/serve.ts serve']);
    await using running = closing(await startModel(image, { log: pino({ level: 'warn' }, stream), stopTimeoutMs: 1_000 }));
    expect((await running.model.request(invocation())).status).toBe(200);
    await until(() => warnings.length > 0);
    expect(warnings).toEqual(['the ENTRYPOINT is a text for the shell: the program gets neither "serve" nor, maybe, SIGTERM']);
  });
});
