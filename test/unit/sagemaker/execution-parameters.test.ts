import { expect, test } from 'vitest';
import { type Model, ModelFailure, type ModelRequest } from '../../../emulator/model/model.ts';
import { readExecutionParameters } from '../../../emulator/sagemaker/execution-parameters.ts';

const defaults = { maxConcurrentTransforms: 1, batchStrategy: 'MULTI_RECORD', maxPayloadInMB: 6 };

function modelThat(answer: (request: ModelRequest) => { status: number; body: string }): Model {
  return {
    sealed: false,
    description: 'a model of this test',
    state: 'inService',
    request: async (request) => {
      const { status, body } = answer(request);
      return { status, headers: {}, body: Buffer.from(body) };
    },
    open: () => Promise.reject(new Error('the answer is small')),
    close: async () => {},
  };
}

const saying = (value: unknown) => modelThat(() => ({ status: 200, body: JSON.stringify(value) }));

test('the values of the container are used', async () => {
  const requests: ModelRequest[] = [];
  const model = modelThat((request) => {
    requests.push(request);
    return { status: 200, body: '{"MaxConcurrentTransforms":8,"BatchStrategy":"SINGLE_RECORD","MaxPayloadInMB":12}' };
  });
  expect(await readExecutionParameters(model)).toEqual({
    maxConcurrentTransforms: 8,
    batchStrategy: 'SINGLE_RECORD',
    maxPayloadInMB: 12,
    problems: [],
  });
  expect(requests).toMatchObject([{ method: 'GET', path: '/execution-parameters' }]);
});

test('a container without the route gets the defaults, and that is no problem', async () => {
  expect(await readExecutionParameters(modelThat(() => ({ status: 404, body: '' })))).toEqual({ ...defaults, problems: [] });
});

test('a value that is not said is the default', async () => {
  expect(await readExecutionParameters(saying({ MaxPayloadInMB: 0 }))).toEqual({ ...defaults, maxPayloadInMB: 0, problems: [] });
});

test.each([
  ['another status', modelThat(() => ({ status: 500, body: '{"MaxPayloadInMB":1}' })), '/execution-parameters answered 500'],
  ['no JSON', modelThat(() => ({ status: 200, body: 'MaxPayloadInMB=1' })), 'the answer of /execution-parameters is not a JSON object'],
  ['an array', saying([]), 'the answer of /execution-parameters is not a JSON object'],
  ['a number as text', saying({ MaxConcurrentTransforms: '8' }), 'MaxConcurrentTransforms must be a whole number from 1'],
  ['no concurrency', saying({ MaxConcurrentTransforms: 0 }), 'MaxConcurrentTransforms must be a whole number from 1'],
  ['half a MB', saying({ MaxPayloadInMB: 0.5 }), 'MaxPayloadInMB must be a whole number from 0 to 100'],
  ['more than a body may have', saying({ MaxPayloadInMB: 101 }), 'MaxPayloadInMB must be a whole number from 0 to 100'],
  ['a strategy in camel case', saying({ BatchStrategy: 'MultiRecord' }), 'BatchStrategy must be MULTI_RECORD or SINGLE_RECORD'],
  [
    'more at once than a container takes',
    saying({ MaxConcurrentTransforms: 17, MaxPayloadInMB: 6 }),
    'MaxConcurrentTransforms times MaxPayloadInMB is 102, at most 100 MB may be under way',
  ],
])('%s gives the default, and is told', async (_, model, problem) => {
  expect(await readExecutionParameters(model)).toEqual({ ...defaults, problems: [problem] });
});

test('a container that does not answer gives the defaults, and that is told', async () => {
  const model = modelThat(() => {
    throw new ModelFailure('timedOut', 'The model gave no complete answer within 2000 ms.');
  });
  expect(await readExecutionParameters(model)).toEqual({ ...defaults, problems: ['/execution-parameters was not answered: timedOut'] });
});

test('an error that is no failure of the model is ours and comes through', async () => {
  const model = modelThat(() => {
    throw new TypeError('ours');
  });
  await expect(readExecutionParameters(model)).rejects.toThrow('ours');
});
