import { describe, expect, it } from 'vitest';
import type { Check } from '../../../../emulator/validate/check.ts';
import { judgeReference } from '../../../../emulator/validate/checks/image-reference.ts';
import { labelsMatch } from '../../../../emulator/validate/checks/labels-match.ts';
import { manifestMediaType } from '../../../../emulator/validate/checks/manifest-media-type.ts';
import { architectureOf, judgePlatform } from '../../../../emulator/validate/checks/platform-matches-instances.ts';
import { singlePlatform } from '../../../../emulator/validate/checks/single-platform.ts';
import { NotDecided, type Probe } from '../../../../emulator/validate/evidence.ts';
import { boundPort } from '../../../../emulator/validate/probes/bound-port.ts';
import { type HeldManifest, heldManifest, isOfRegistry } from '../../../../emulator/validate/probes/held-manifest.ts';
import { streamingPath } from '../../../../emulator/validate/probes/streaming-path.ts';
import { madeUp, madeUpImage } from './made-up-evidence.ts';

const schema2 = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const ociIndex = 'application/vnd.oci.image.index.v1+json';

describe('the manifest of an image', () => {
  const judge = async (check: Check, held: Partial<HeldManifest> | NotDecided) => {
    const found = held instanceof NotDecided ? held : { where: 'in the registry', platforms: null, ...held };
    return (await check.judge(madeUp(new Map([[heldManifest as Probe<unknown> as Probe<never>, found]])))).outcome;
  };

  it.each([
    [schema2, null, 'passed', 'passed'],
    [schema2, ['linux/amd64'], 'passed', 'passed'],
    [ociManifest, ['linux/amd64'], 'failed', 'passed'],
    [ociIndex, null, 'failed', 'failed'],
    [ociIndex, ['linux/amd64', 'unknown/unknown'], 'failed', 'failed'],
    [dockerList, ['linux/amd64', 'linux/arm64'], 'failed', 'failed'],
  ] as const)('%s with %o: its type has %s, its platforms have %s', async (mediaType, platforms, ofType, ofPlatforms) => {
    expect(await judge(manifestMediaType, { mediaType, platforms })).toBe(ofType);
    expect(await judge(singlePlatform, { mediaType, platforms })).toBe(ofPlatforms);
  });

  it('is not decided where nobody knows it', async () => {
    await expect(judge(manifestMediaType, new NotDecided('a push decides'))).rejects.toThrow('a push decides');
  });

  it('is asked of a registry only under a name that it was pushed or pulled as', () => {
    const digests = ['localhost:5000/a/b@sha256:1'];
    expect(isOfRegistry('localhost:5000/a/b:1', digests)).toBe(true);
    expect(isOfRegistry('localhost:5000/a/b@sha256:1', digests)).toBe(true);
    expect(isOfRegistry('localhost:5000/a/b', digests)).toBe(true);
    expect(isOfRegistry('localhost:5000/a:1', digests)).toBe(false);
    expect(isOfRegistry('b:1', [])).toBe(false);
  });
});

describe('the platform of an image', () => {
  it.each([
    ['linux', 'amd64', null, 'passed'],
    ['linux', 'arm64', null, 'warned'],
    ['linux', 's390x', null, 'failed'],
    ['windows', 'amd64', null, 'failed'],
    ['linux', 'amd64', ['ml.m5.large', 'ml.g5.xlarge'], 'passed'],
    ['linux', 'arm64', ['ml.c7g.large'], 'passed'],
    ['linux', 'amd64', ['ml.m5.large', 'ml.c7g.large'], 'failed'],
    ['linux', 'arm64', ['ml.m5.large'], 'failed'],
  ] as const)('%s/%s for %o has %s', (os, architecture, instanceTypes, outcome) => {
    expect(judgePlatform({ os, architecture }, instanceTypes).outcome).toBe(outcome);
  });

  it.each(['ml.c7g.large', 'ml.c6gn.xlarge', 'ml.m7gd.large', 'ml.r8g.medium', 'ml.g5g.xlarge', 'ml.x2gd.large'])(
    'of %s is arm64',
    (type) => {
      expect(architectureOf(type)).toBe('arm64');
    },
  );

  it.each(['ml.g4dn.xlarge', 'ml.g5.xlarge', 'ml.gr6.xlarge', 'ml.p4de.24xlarge', 'ml.m6i.large', 'ml.inf2.xlarge'])(
    'of %s is amd64',
    (type) => {
      expect(architectureOf(type)).toBe('amd64');
    },
  );
});

describe('the name of an image', () => {
  const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
  const digest = `sha256:${'a'.repeat(64)}`;

  it.each([
    [`${registry}/model:1`, 'passed'],
    [`${registry}/team/model@${digest}`, 'passed'],
    [`${registry}/team/model:1@${digest}`, 'passed'],
    ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/model:1', 'passed'],
    ['model:1', 'notDecided'],
    ['ghcr.io/team/model:1', 'notDecided'],
    [`sha256:${'a'.repeat(64)}`, 'notDecided'],
    [`${registry}/model`, 'failed'],
    [`${registry}/model:`, 'failed'],
    [`${registry}/Model:1`, 'failed'],
    [`${registry}/model@sha256:abc`, 'failed'],
    [`${registry}/${'m'.repeat(250)}:1`, 'failed'],
    ['12345.dkr.ecr.us-east-1.amazonaws.com/model:1', 'failed'],
    ['123456789012.dkr.ecr.here.amazonaws.com/model:1', 'failed'],
    ['s3.amazonaws.com/model:1', 'failed'],
    ['public.ecr.aws/team/model:1', 'failed'],
  ])('%s has %s', (reference, outcome) => {
    expect(judgeReference(reference).outcome).toBe(outcome);
  });
});

describe('the labels of an image', () => {
  const prefix = 'com.amazonaws.sagemaker.capabilities';
  const bind = { [`${prefix}.accept-bind-to-port`]: 'true' };
  const stream = { [`${prefix}.bidirectional-streaming`]: 'true' };

  it.each([
    ['none, and nothing to say', {}, 404, false, 'passed'],
    ['of a WebSocket that opens', stream, 101, false, 'passed'],
    ['of a WebSocket that does not', stream, 404, false, 'failed'],
    ['of a WebSocket that gives no answer', stream, null, false, 'failed'],
    ['none, though a WebSocket opens', {}, 101, false, 'failed'],
    ['of the port, which is listened on', bind, 404, true, 'passed'],
    ['of the port, which is not', bind, 404, false, 'failed'],
  ])('%s', async (_, Labels, status, isBound, outcome) => {
    const findings = madeUpImage({ config: { Labels } })
      .set(streamingPath as Probe<unknown> as Probe<never>, { status })
      .set(boundPort as Probe<unknown> as Probe<never>, { asked: 8081, isBound, listening: [8080] });
    expect((await labelsMatch.judge(madeUp(findings))).outcome).toBe(outcome);
  });
});
