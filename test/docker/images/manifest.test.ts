// What a registry gets of the model stub's image: SageMaker and the Marketplace take one platform in a Docker schema 2 manifest.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildModelStub } from '../../images/build-image.ts';
import { dockerImage } from '../../images/engine.ts';
import { required } from '../../required.ts';
import { startTestRegistry, type TestRegistry } from './test-registry.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');
/** The first push compresses every layer of the base. */
const pushLimitMs = 110_000;
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

const base = dockerImage('node:24-bookworm-slim');
const hasDocker = required('docker', base.isThere, base.reason);

describe.skipIf(!hasDocker)('the model stub in a registry', () => {
  let registry: TestRegistry;
  const pushed = new Set<string>();
  beforeAll(async () => {
    registry = await startTestRegistry();
  });
  afterAll(async () => {
    for (const name of pushed) await docker('image', 'rm', name);
    await registry[Symbol.asyncDispose]();
  });

  it('is one platform with a schema 2 manifest, pushed by the line in its Dockerfile', async () => {
    const name = `${registry.host}/airlock-test/model-stub:by-buildx`;
    pushed.add(name);
    const [command, ...args] = lineOfDockerfile(name);
    expect([command, ...args.slice(0, 2)]).toEqual(['docker', 'buildx', 'build']);
    // The daemon's own builder: another one has neither the local base nor our 127.0.0.1.
    await docker('buildx', '--builder', 'default', ...args.slice(1));
    expectOnePlatform('airlock-test/model-stub:by-buildx');
  });

  it('is so, too, as docker build makes it and docker push sends it', async (test) => {
    const store = await docker('info', '--format', '{{json .DriverStatus}}');
    if (store.includes('io.containerd.snapshotter'))
      test.skip("this engine's image store pushes an OCI index where it is not told otherwise");
    const name = `${registry.host}/airlock-test/model-stub:by-push`;
    await docker('tag', await buildModelStub(), name);
    pushed.add(name);
    await docker('push', '--quiet', name);
    expectOnePlatform('airlock-test/model-stub:by-push');
  });

  function expectOnePlatform(reference: string): void {
    const manifest = registry.manifests.get(reference);
    expect(manifest?.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
    const { schemaVersion, mediaType, config, layers, manifests } = JSON.parse(manifest?.body.toString() ?? '{}');
    expect({ schemaVersion, mediaType, manifests }).toEqual({ schemaVersion: 2, mediaType: manifest?.mediaType, manifests: undefined });
    expect(config.mediaType).toBe('application/vnd.docker.container.image.v1+json');
    for (const layer of layers) expect(layer.mediaType).toBe('application/vnd.docker.image.rootfs.diff.tar.gzip');
    const { os, architecture: builtFor } = JSON.parse(registry.blobs.get(config.digest)?.toString() ?? '{}');
    expect({ os, builtFor }).toEqual({ os: 'linux', builtFor: architecture });
  }
});

/** `docker buildx build …` of the comment, with this name and this machine's processor. */
function lineOfDockerfile(name: string): string[] {
  const text = readFileSync(join(root, 'model-stub/Dockerfile'), 'utf8').replaceAll(/ \\\n#\s*/g, ' ');
  const line = /^#\s+(docker buildx build .*)$/m.exec(text)?.[1] ?? '';
  return line.replace('<registry>/<repository>:<tag>', name).replace('linux/amd64', `linux/${architecture}`).split(/\s+/);
}

async function docker(...args: readonly string[]): Promise<string> {
  return (await run('docker', [...args], { cwd: root, timeout: pushLimitMs, env: { ...process.env, DOCKER_BUILDKIT: '1' } })).stdout.trim();
}
