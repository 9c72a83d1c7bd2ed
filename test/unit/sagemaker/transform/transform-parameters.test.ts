import { expect, test } from 'vitest';
import { transformEnvironment } from '../../../../emulator/sagemaker/transform/transform-environment.ts';
import { chooseParameters, parametersLine } from '../../../../emulator/sagemaker/transform/transform-parameters.ts';

const container = { maxConcurrentTransforms: 4, maxPayloadInMB: 6, batchStrategy: 'MULTI_RECORD' } as const;
const silent = { maxConcurrentTransforms: null, maxPayloadInMB: null, batchStrategy: null };

test('the job is asked before the container', () => {
  expect(chooseParameters(silent, container)).toEqual(container);
  expect(chooseParameters({ maxConcurrentTransforms: 2, maxPayloadInMB: 0, batchStrategy: 'SingleRecord' }, container)).toEqual({
    maxConcurrentTransforms: 2,
    maxPayloadInMB: 0,
    batchStrategy: 'SINGLE_RECORD',
  });
});

test('zero transforms at a time leave it to the container', () => {
  expect(chooseParameters({ ...silent, maxConcurrentTransforms: 0 }, container).maxConcurrentTransforms).toBe(4);
});

test.each([
  [
    { maxConcurrentTransforms: 20, maxPayloadInMB: null },
    'MaxConcurrentTransforms 20 (of the job) times MaxPayloadInMB 6 (of the container, or the default)',
  ],
  [
    { maxConcurrentTransforms: null, maxPayloadInMB: 26 },
    'MaxConcurrentTransforms 4 (of the container, or the default) times MaxPayloadInMB 26 (of the job)',
  ],
  [{ maxConcurrentTransforms: 2, maxPayloadInMB: 51 }, 'MaxConcurrentTransforms 2 (of the job) times MaxPayloadInMB 51 (of the job)'],
])('more than 100 MB at the same time is refused: %o', (job, what) => {
  expect(() => chooseParameters({ ...silent, ...job }, container)).toThrow(
    expect.objectContaining({ name: 'TransformFailure', message: `ClientError: ${what} is more than 100 MB; set both in the job` }),
  );
});

test('one body has at most 100 MB', () => {
  expect(() => chooseParameters({ ...silent, maxConcurrentTransforms: 1, maxPayloadInMB: 101 }, container)).toThrow('at most 100');
  expect(chooseParameters({ ...silent, maxConcurrentTransforms: 1, maxPayloadInMB: 100 }, container).maxPayloadInMB).toBe(100);
});

test('the log tells them as AWS does', () => {
  expect(parametersLine({ ...container, maxConcurrentTransforms: 1, maxPayloadInMB: 1 })).toBe(
    'MaxConcurrentTransforms=1, MaxPayloadInMB=1, BatchStrategy=MULTI_RECORD',
  );
});

test('a container hears of a batch job, and of what the job itself set', () => {
  expect(transformEnvironment({ ...silent, environment: {} })).toEqual({ SAGEMAKER_BATCH: 'true' });
  expect(transformEnvironment({ ...silent, maxConcurrentTransforms: 0, maxPayloadInMB: 0, environment: {} })).toEqual({
    SAGEMAKER_BATCH: 'true',
    SAGEMAKER_MAX_PAYLOAD_IN_MB: '0',
  });
  const job = { maxConcurrentTransforms: 8, maxPayloadInMB: 12, batchStrategy: 'SingleRecord' } as const;
  expect(transformEnvironment({ ...job, environment: { LEVEL: 'debug', SAGEMAKER_BATCH: 'no' } })).toEqual({
    LEVEL: 'debug',
    SAGEMAKER_BATCH: 'true',
    SAGEMAKER_MAX_PAYLOAD_IN_MB: '12',
    SAGEMAKER_BATCH_STRATEGY: 'SINGLE_RECORD',
    SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: '8',
  });
});
