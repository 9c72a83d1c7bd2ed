import type { ImageInspectInfo } from 'dockerode';
import { describe, expect, it } from 'vitest';
import type { Check, Verdict } from '../../../../emulator/validate/check.ts';
import { entrypointExecForm } from '../../../../emulator/validate/checks/entrypoint-exec-form.ts';
import { imageSize } from '../../../../emulator/validate/checks/image-size.ts';
import { noCredentials } from '../../../../emulator/validate/checks/no-credentials.ts';
import { noGpuDrivers } from '../../../../emulator/validate/checks/no-gpu-drivers.ts';
import { noInitWrapper } from '../../../../emulator/validate/checks/no-init-wrapper.ts';
import { noSecrets } from '../../../../emulator/validate/checks/no-secrets.ts';
import { runsAsRoot } from '../../../../emulator/validate/checks/runs-as-root.ts';
import { NotDecided, type Probe } from '../../../../emulator/validate/evidence.ts';
import { imageFiles } from '../../../../emulator/validate/probes/image-files.ts';
import { file, link, madeUp, madeUpImage } from './made-up-evidence.ts';

type Config = Partial<ImageInspectInfo['Config']>;
type Outcome = Verdict['outcome'];

const judge = (check: Check, ...image: Parameters<typeof madeUpImage>) => check.judge(madeUp(madeUpImage(...image)));
const linesOf = (verdict: Verdict): string => ('findings' in verdict ? verdict.findings.join('\n') : '');

describe('the configuration of an image', () => {
  const configs: readonly (readonly [Check, Config, Outcome])[] = [
    [entrypointExecForm, { Entrypoint: ['node', 'serve.ts'] }, 'passed'],
    [entrypointExecForm, {}, 'passed'],
    [entrypointExecForm, { Entrypoint: ['/bin/bash', '/opt/start.sh'] }, 'passed'],
    [entrypointExecForm, { Entrypoint: ['/bin/sh', '-c', 'node serve.ts'] }, 'failed'],
    [entrypointExecForm, { Entrypoint: ['bash', '-lc', 'node serve.ts'] }, 'failed'],
    [entrypointExecForm, { Entrypoint: ['/bin/bash', '-o', 'pipefail', '-c', 'x'] }, 'failed'],
    [noInitWrapper, { Entrypoint: ['node', 'tini'] }, 'passed'],
    [noInitWrapper, {}, 'passed'],
    [noInitWrapper, { Entrypoint: ['/usr/bin/tini', '--', 'node'] }, 'failed'],
    [noInitWrapper, { Entrypoint: ['dumb-init', 'node'] }, 'failed'],
    [noInitWrapper, { Entrypoint: ['/bin/sh', '-c', 'exec /tini -- node'] }, 'failed'],
    ...['', 'root', '0', '0:0', 'root:root'].map((user) => [runsAsRoot, { User: user }, 'passed'] as const),
    ...['node', '1000', '1000:0', 'rooty'].map((user) => [runsAsRoot, { User: user }, 'failed'] as const),
  ];

  it.each(configs.map(([check, config, outcome]) => ({ id: check.id, check, config, outcome })))(
    '$id of $config has $outcome',
    async ({ check, config, outcome }) => {
      expect((await judge(check, { config })).outcome).toBe(outcome);
    },
  );
});

describe('secrets in an image', () => {
  const what = { what: 'a private key', isAws: false, isOfDependency: false };
  const credential = { what: 'an AWS access key', isAws: true, isOfDependency: false };
  const value = 'never-told-value';

  it.each([
    ['in ENV', { config: { Env: [`AWS_SESSION_TOKEN=${value}`] } }, { config: { Env: [`DB_PASSWORD=${value}`] } }],
    [
      'in the build history',
      { history: [{ createdBy: `RUN |1 AWS_SECRET_ACCESS_KEY=${value} /bin/sh -c make`, bytes: 0 }] },
      { history: [{ createdBy: `ARG NPM_TOKEN="${value}"`, bytes: 0 }] },
    ],
    ['in a file', { visible: [file('a', { secrets: [credential] })] }, { visible: [file('a', { secrets: [what] })] }],
    ['in an older layer', { hidden: [file('a', { secrets: [credential] })] }, { hidden: [file('a', { secrets: [what] })] }],
  ])('%s fail the one check that they are for, and are not told', async (_, aws, other) => {
    for (const [failing, passing, image] of [
      [noCredentials, noSecrets, aws],
      [noSecrets, noCredentials, other],
    ] as const) {
      const verdict = await judge(failing, image);
      expect(verdict.outcome).toBe('failed');
      expect(JSON.stringify(verdict)).not.toContain(value);
      expect(await judge(passing, image)).toEqual({ outcome: 'passed' });
    }
  });

  it('that a package brings along are only worth a look', async () => {
    const visible = [file('venv/tests/a.key', { secrets: [{ ...what, isOfDependency: true }] })];
    expect(linesOf(await judge(noSecrets, { visible }))).toContain('/venv/tests/a.key holds a private key; it is part of a package');
    expect((await judge(noSecrets, { visible })).outcome).toBe('warned');
  });

  it('that the container is given count, too: on SageMaker there are none', async () => {
    const evidence = madeUp(madeUpImage({}), { environment: { AWS_ACCESS_KEY_ID: value, LOG_LEVEL: 'debug' } });
    expect(linesOf(await noCredentials.judge(evidence))).toMatch(/holds AWS_ACCESS_KEY_ID; on SageMaker there are no credentials$/);
  });

  it.each([noCredentials, noSecrets])(
    '$id is not decided where the files could not be listed, unless something was found',
    async (check) => {
      const findings = (Env: string[]) =>
        madeUpImage({ config: { Env } }).set(imageFiles as Probe<unknown> as Probe<never>, new NotDecided('too many files'));
      await expect(check.judge(madeUp(findings([])))).rejects.toThrow('too many files');
      const both = [`AWS_SESSION_TOKEN=${value}`, `DB_PASSWORD=${value}`];
      expect((await check.judge(madeUp(findings(both)))).outcome).toBe('failed');
    },
  );
});

describe("NVIDIA's driver", () => {
  it.each(['usr/lib/libcuda.so.550.54.14', 'usr/lib64/libnvidia-ml.so.1', 'lib/modules/6.1/nvidia-uvm.ko.xz', 'usr/lib/libnvcuvid.so'])(
    'is found: %s',
    async (path) => {
      expect(linesOf(await judge(noGpuDrivers, { visible: [file(path, { bytes: 4_096 })] }))).toContain(`/${path} `);
    },
  );

  it.each([
    ['a link', link('usr/lib/libcuda.so.1', 'libcuda.so.550')],
    ['an empty file', file('usr/lib/libcuda.so.1', { bytes: 0 })],
    ['a stub', file('usr/local/cuda/lib64/stubs/libcuda.so')],
    ['for compatibility', file('usr/local/cuda-12.4/compat/libcuda.so.550.54.14')],
    ['the toolkit', file('usr/local/cuda/lib64/libcudart.so.12')],
  ])('is not: %s', async (_, visible) => {
    expect((await judge(noGpuDrivers, { visible: [visible] })).outcome).toBe('passed');
  });
});

describe('the size of an image', () => {
  it('is told, and warned of above 10 GB or above what ECR takes', async () => {
    const of = (Size: number) => judge(imageSize, { inspect: { Size }, history: [{ createdBy: '', bytes: Size }] });
    expect(await of(2e8)).toMatchObject({ outcome: 'passed', note: expect.stringContaining('200 MB unpacked in 1 layers') });
    expect(linesOf(await of(11e9))).toMatch(/^11\.0 GB .* wanted: less than 10 GB$/);
    expect(linesOf(await of(60e9))).toContain('the largest layer has 60.0 GB unpacked; ECR takes 52,000 MiB packed');
  });
});
