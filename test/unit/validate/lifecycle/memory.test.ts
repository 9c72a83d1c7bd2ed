import { describe, expect, it } from 'vitest';
import { judgeLimited } from '../../../../emulator/validate/checks/fits-instance.ts';
import { judgeSharedMemory } from '../../../../emulator/validate/checks/shared-memory.ts';
import { instanceSize, smallestInstance } from '../../../../emulator/validate/instance-sizes.ts';
import { instanceTypesIn } from '../../../../emulator/validate/probes/declared-instance-types.ts';
import type { LimitedRun } from '../../../../emulator/validate/probes/limited-run.ts';

const gibibyte = 1024 ** 3;
const mebibyte = 1024 ** 2;

describe('fits-instance', () => {
  const run: LimitedRun = {
    ...{ limitsOf: 'ml.m5.large', memoryBytes: 8 * gibibyte, cpus: 2, isSmallerHere: false, readyMs: 500 },
    ...{ exit: null, hasOomEvent: false, invoked: null, logLines: [] },
  };
  it.each([
    ['serves', {}, 'passed'],
    ['is killed', { exit: { code: 137, outOfMemory: true, error: '' } }, 'failed'],
    ['loses a worker', { hasOomEvent: true }, 'failed'],
    ['never serves', { readyMs: null }, 'failed'],
    ['answers nothing', { invoked: { kind: 'failed', reason: 'timedOut', durationMs: 60_000 } as const }, 'failed'],
    ['serves with even less', { isSmallerHere: true }, 'passed'],
    ['has less here and loses a worker', { isSmallerHere: true, hasOomEvent: true }, 'notDecided'],
  ])('judges one that %s', (_, more, outcome) => {
    expect(judgeLimited({ ...run, ...more }).outcome).toBe(outcome);
  });
});

describe('the size of an instance type', () => {
  it.each([
    ['ml.m5.large', 2, 8],
    ['ml.c5.9xlarge', 36, 72],
    ['ml.g5.xlarge', 4, 16],
    ['ml.t2.medium', 2, 4],
    ['ml.r6g.2xlarge', 8, 64],
    ['ml.c6g.medium', 1, 2],
  ])('%s', (type, cpus, gibibytes) => {
    expect(instanceSize(type)).toEqual({ type, cpus, memoryBytes: gibibytes * gibibyte });
  });

  it('is not known for every type, and none is guessed', () => {
    expect(['ml.p5.48xlarge', 'ml.m5', 'm5.large', 'ml.m5.huge'].map(instanceSize)).toEqual([null, null, null, null]);
    expect(smallestInstance(['ml.p5.48xlarge', 'ml.m5.xlarge', 'ml.c5.xlarge'])?.type).toBe('ml.c5.xlarge');
    expect(smallestInstance(['ml.p5.48xlarge'])).toBeNull();
  });
});

it.each([
  [
    'JSON',
    '{"InferenceSpecification":{"SupportedTransformInstanceTypes":["ml.m5.large"],"SupportedRealtimeInferenceInstanceTypes":["ml.c5.large","ml.m5.large"]}}',
  ],
  ['YAML', 'Resources:\n  P:\n    Properties:\n      Role: !Ref R\n      SupportedTransformInstanceTypes: [ml.m5.large, ml.c5.large]\n'],
])('instance types are found in %s', (_, text) => {
  expect([...instanceTypesIn(text)].sort()).toEqual(['ml.c5.large', 'ml.m5.large']);
});

it.each(['{', '', 'null', '{"SupportedTransformInstanceTypes": "ml.m5.large"}'])('no instance types are found in %j', (text) => {
  expect(instanceTypesIn(text)).toEqual([]);
});

describe('shared-memory', () => {
  const use = (megabytes: number) => ({ bytes: megabytes * mebibyte, bytesMax: 64 * mebibyte });
  it.each([
    ['nothing in it', { use: use(0) }, 'passed'],
    ['most of it in use', { use: use(40) }, 'warned'],
    ['all of it in use', { use: use(64) }, 'failed'],
    ['a use that cannot be seen', {}, 'passed'],
    ['SIGBUS', { exitCode: 135 }, 'failed'],
    ['a worker that met it', { logLines: ['DataLoader worker (pid 9) is killed by signal: Bus error.'] }, 'failed'],
    ['a full one', { logLines: ['ENOSPC: no space left on device, open /dev/shm/a'] }, 'failed'],
    ['a full disk, which is something else', { logLines: ['no space left on device: /tmp/a'] }, 'passed'],
  ])('with %s', (_, more, outcome) => {
    expect(judgeSharedMemory({ use: null, logLines: [], exitCode: null, ...more }).outcome).toBe(outcome);
  });
});
