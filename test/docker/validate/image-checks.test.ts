// The checks of the image group over real images: the stub passes what is decided, and a registry is asked what it holds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../emulator/validate/check.ts';
import { checkList } from '../../../emulator/validate/check-list.ts';
import { validateImage } from '../../../emulator/validate/validate-image.ts';
import type { ValidateOptions } from '../../../emulator/validate/validate-options.ts';
import { silentLog } from '../../flow/model/model-fixture.ts';
import { startTestRegistry } from '../images/test-registry.ts';
import { docker, hasDocker, leftBehind, relayImage } from '../model/docker-fixture.ts';
import { buildStub } from './gallery-images.ts';

const checks = checkList.filter(({ group }) => group === 'image');
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';

describe.skipIf(!hasDocker)('the checks of an image', () => {
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'airlock-image-checks-'));
  afterAll(() => rmSync(temporaryDirectory, { recursive: true }));

  async function validate(
    image: string,
    ids: readonly string[] | null,
    more: Partial<ValidateOptions> = {},
  ): Promise<Record<string, Verdict>> {
    const options: ValidateOptions = {
      ...{ image, samples: null, packageFile: null, only: [], skip: [], startupTimeoutMs: 15_000, modelDirectory: null },
      ...{ environment: {}, memoryBytes: null, cpus: null, relayImage, ...more },
    };
    const selected = checks.filter(({ id }) => ids === null || ids.includes(id));
    const parts = { checks: selected, temporaryDirectory, log: silentLog, signal: AbortSignal.timeout(100_000) };
    const { results } = await validateImage(options, parts);
    return Object.fromEntries(results.map(({ check, verdict }) => [check.id, verdict]));
  }

  it('pass on the stub, as far as they are decided, and leave nothing behind', async () => {
    const verdicts = await validate(await buildStub(), null);
    expect(Object.entries(verdicts).filter(([, { outcome }]) => outcome !== 'passed' && outcome !== 'notDecided')).toEqual([]);
    const decided = ['platform-matches-instances', 'serve-resolves', 'entrypoint-exec-form', 'no-init-wrapper', 'runs-as-root'];
    decided.push('no-credentials', 'no-secrets', 'no-gpu-drivers', 'image-size', 'labels-match');
    expect(Object.keys(verdicts)).toEqual(expect.arrayContaining(decided));
    for (const id of decided) expect(verdicts[id]?.outcome, id).toBe('passed');
    expect(verdicts['image-reference']).toMatchObject({ outcome: 'notDecided' });
    expect(verdicts['model-archive']).toMatchObject({ outcome: 'notDecided', reason: expect.stringContaining('--model-archive FILE') });
    expect(await leftBehind()).toEqual([]);
  });

  it('judge the name by which an image would be pushed to ECR', async () => {
    const names = { 'image-reference': '123456789012.dkr.ecr.us-east-1.amazonaws.com/airlock-test:1' };
    await docker('tag', await buildStub(), names['image-reference']);
    try {
      expect(await validate(names['image-reference'], ['image-reference'])).toMatchObject({ 'image-reference': { outcome: 'passed' } });
    } finally {
      await docker('image', 'rm', names['image-reference']);
    }
  });

  it('ask the registry that has the image for its manifest', async () => {
    await using registry = await startTestRegistry();
    const repository = 'airlock-test/small';
    const name = `${registry.host}/${repository}:1`;
    const ids = ['manifest-media-type', 'single-platform'];
    const small = await buildSmall();
    await docker('tag', small, name);
    try {
      await docker('push', '--quiet', name);
      const pushed = registry.manifests.get(`${repository}:1`);
      if (pushed?.mediaType === dockerManifest) {
        const passed = { outcome: 'passed' };
        expect(await validate(name, ids)).toMatchObject({ 'manifest-media-type': passed, 'single-platform': passed });
      }
      // The same content as another tool pushes it: Docker takes it, CreateModel does not.
      const asOci = (pushed?.body.toString() ?? '').replaceAll(dockerManifest, ociManifest);
      await put(`http://${registry.host}/v2/${repository}/manifests/2`, ociManifest, asOci);
      const other = { 'manifest-media-type': { outcome: 'notDecided', reason: expect.stringContaining('another image under this name') } };
      await put(`http://${registry.host}/v2/${repository}/manifests/1`, ociManifest, asOci);
      expect(await validate(name, ids)).toMatchObject(other);
    } finally {
      await docker('image', 'rm', name, small);
    }
  });

  it('decide nothing of the manifest where the registry is gone', async () => {
    const small = await buildSmall();
    let name = '';
    try {
      {
        await using registry = await startTestRegistry();
        name = `${registry.host}/airlock-test/small:gone`;
        await docker('tag', small, name);
        await docker('push', '--quiet', name);
      }
      const reason = expect.stringContaining('the registry does not tell its manifest');
      expect(await validate(name, ['manifest-media-type'])).toMatchObject({ 'manifest-media-type': { outcome: 'notDecided', reason } });
    } finally {
      await docker('image', 'rm', name, small);
    }
  });
});

/** Small enough to be pushed at once. */
async function buildSmall(): Promise<string> {
  const tag = `airlock-test/small:${process.pid}`;
  const directory = join(import.meta.dirname, '../../images/other-architecture');
  const platform = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;
  await docker('build', '--quiet', '--label', 'airlock.test-image=true', '--platform', platform, '--tag', tag, directory);
  return tag;
}

async function put(url: string, mediaType: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'PUT', headers: { 'content-type': mediaType }, body });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}
