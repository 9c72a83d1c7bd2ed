import { describe, expect, test } from 'vitest';
import { type AwsFault, isFault } from '../../../../emulator/aws/fault.ts';
import type { Model, ModelState } from '../../../../emulator/model/model.ts';
import { createControlPlane } from '../../../../emulator/sagemaker/control-plane/control-plane.ts';
import { type CallOptions, customerAccount, denied, makeCall, partnerAccount, userOf } from '../../kms/aws-call.ts';
import { endpoint, endpointConfig, modelDefinition } from '../sagemaker-fixture.ts';

const modelIn = (state: ModelState): Model => ({
  sealed: false,
  description: 'a model of this test',
  state,
  request: () => Promise.reject(new Error('the control plane asks no container')),
  open: () => Promise.reject(new Error('the control plane asks no container')),
  close: async () => {},
});
const now = Date.UTC(2026, 10, 22, 12);
const named = (endpointName: string) => ({ ...endpoint, endpointName, arn: endpoint.arn.replace('identity-resolver', endpointName) });

interface Asked {
  readonly states?: Readonly<Record<string, ModelState>>;
  readonly call?: CallOptions;
}

async function ask(operation: string, input: unknown, { states = { 'Identity-Resolver': 'inService' }, call = {} }: Asked = {}) {
  const endpoints = [
    endpoint,
    ...Object.keys(states)
      .filter((name) => name !== endpoint.endpointName)
      .map(named),
  ];
  const controlPlane = createControlPlane({
    ...{ endpoints, endpointConfigs: [endpointConfig], models: [modelDefinition], region: 'us-east-1' },
    modelFor: (name) => (states[name] === undefined ? undefined : modelIn(states[name])),
    clock: { now: () => now },
  });
  const made = makeCall({
    headers: { 'x-amz-target': `SageMaker.${operation}` },
    body: typeof input === 'string' ? input : JSON.stringify(input),
    principal: userOf(customerAccount),
    ...call,
  });
  const result = await controlPlane(made.call);
  if (result === null) throw new Error('not a call of the control plane');
  const [answer, fault] = isFault(result) ? [null, result satisfies AwsFault] : [JSON.parse(String(result.body)), null];
  return { answer, fault, checks: made.checks };
}

describe('the status of an endpoint', () => {
  test.each([
    ['starting', 'Creating', 0],
    ['inService', 'InService', 2],
    ['failed', 'Failed', 0],
    ['stopped', 'OutOfService', 0],
  ] as const)('%s is %s', async (state, EndpointStatus, CurrentInstanceCount) => {
    const { answer } = await ask('DescribeEndpoint', { EndpointName: 'Identity-Resolver' }, { states: { 'Identity-Resolver': state } });
    expect(answer).toMatchObject({ EndpointStatus, ProductionVariants: [{ CurrentInstanceCount, DesiredInstanceCount: 2 }] });
    expect('FailureReason' in answer).toBe(state === 'failed');
  });

  test('of a model that was not started yet is Creating', async () => {
    expect((await ask('DescribeEndpoint', { EndpointName: 'Identity-Resolver' }, { states: {} })).answer.EndpointStatus).toBe('Creating');
  });
});

describe('what is refused', () => {
  const arn = (kind: string, name: string, account = customerAccount) => `arn:aws:sagemaker:us-east-1:${account}:${kind}/${name}`;
  const pattern = '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}';
  test.each([
    ['DescribeEndpoint', { EndpointName: 'Other' }, `Could not find endpoint "${arn('endpoint', 'other')}".`],
    ['DescribeEndpointConfig', { EndpointConfigName: 'o' }, `Could not find endpoint configuration "${arn('endpoint-config', 'o')}".`],
    ['DescribeModel', { ModelName: 'o' }, `Could not find model "${arn('model', 'o')}".`],
    [
      'DescribeEndpoint',
      {},
      "1 validation error detected: Value null at 'endpointName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'DescribeEndpoint',
      { EndpointName: 'a_b' },
      `1 validation error detected: Value 'a_b' at 'endpointName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
    ],
    ['DescribeEndpoint', { EndpointName: '' }, `1 validation error detected: Value '' at 'endpointName' failed`],
    ['DescribeEndpoint', { EndpointName: 'a'.repeat(64) }, 'Member must have length less than or equal to 63'],
    ['DescribeEndpoint', { EndpointName: 'a'.repeat(1_000_000) }, "Value at 'endpointName' failed"],
    ['DescribeEndpoint', { EndpointName: `${'-'.repeat(62)}!` }, 'regular expression pattern'],
    [
      'ListEndpoints',
      { MaxResults: 0 },
      "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    ['ListEndpoints', { MaxResults: 101, StatusEquals: 'Up' }, '2 validation errors detected: '],
    ['ListEndpoints', { NameContains: 'a/b' }, "at 'nameContains'"],
    ['ListEndpoints', { NextToken: 'rubbish' }, 'Invalid NextToken.'],
    ['ListEndpoints', { NextToken: Buffer.from('["x","",""]').toString('base64url') }, 'Invalid NextToken.'],
  ])('%s %j', async (operation, input, message) => {
    expect((await ask(operation, input)).fault).toMatchObject({
      status: 400,
      code: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ['{', 'not a JSON object'],
    ['[]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['{"EndpointName":7}', 'NUMBER_VALUE can not be converted to a String'],
    ['{"EndpointName":["a"]}', 'START_ARRAY can not be converted to a String'],
    ['{"EndpointName":true}', 'TRUE_VALUE can not be converted to a String'],
  ])('the body %s is SerializationException', async (body, message) => {
    expect((await ask('DescribeEndpoint', body)).fault).toMatchObject({
      ...{ status: 400, code: 'SerializationException', message: expect.stringContaining(message) },
    });
  });

  test.each([
    ['MaxResults', 1.5, 'an Integer'],
    ['MaxResults', '5', 'an Integer'],
    ['CreationTimeAfter', '2026-11-22', 'a Timestamp'],
  ])('%s %j is SerializationException', async (name, value, type) => {
    expect((await ask('ListEndpoints', { [name]: value })).fault).toMatchObject({
      code: 'SerializationException',
      message: expect.stringContaining(type),
    });
  });

  test('an endpoint of another account, which is not even named', async () => {
    const { fault } = await ask('DescribeEndpoint', { EndpointName: 'Identity-Resolver' }, { call: { principal: userOf(partnerAccount) } });
    expect(fault?.message).toBe(`Could not find endpoint "${arn('endpoint', 'identity-resolver', partnerAccount)}".`);
  });

  test.each(['SageMaker.', 'SageMaker.Describe Endpoint', 'SageMaker.DescribeEndpoint.x'])('the target %s', async (target) => {
    const { fault } = await ask('', {}, { call: { headers: { 'x-amz-target': target } } });
    expect(fault).toMatchObject({ status: 400, code: 'UnknownOperationException' });
  });

  test.each(['CreateEndpoint', 'constructor', 'DeleteEndpoint'])('%s by name', async (name) => {
    expect((await ask(name, {})).fault).toMatchObject({ status: 501, message: `SageMaker ${name} is not emulated by Airlock yet.` });
  });
});

describe('authorization', () => {
  test.each([
    ['DescribeEndpoint', { EndpointName: 'Identity-Resolver' }, endpoint.arn],
    ['DescribeEndpointConfig', { EndpointConfigName: 'identity-config' }, endpointConfig.arn],
    ['DescribeModel', { ModelName: 'identity' }, modelDefinition.arn],
    ['ListEndpoints', {}, '*'],
  ])('%s asks for its action on %j', async (operation, input, resourceArn) => {
    expect((await ask(operation, input)).checks).toEqual([
      { action: `sagemaker:${operation}`, resourceArn, resourceAccountId: customerAccount, resourcePolicies: [] },
    ]);
  });

  test.each(['Identity-Resolver', 'none'])('comes before the look: %s', async (EndpointName) => {
    expect((await ask('DescribeEndpoint', { EndpointName }, { call: { authorize: () => denied() } })).fault?.code).toBe(
      'AccessDeniedException',
    );
  });

  test('is asked before a page is read', async () => {
    expect((await ask('ListEndpoints', { NextToken: 'rubbish' }, { call: { authorize: () => denied() } })).fault?.code).toBe(
      'AccessDeniedException',
    );
  });
});

describe('ListEndpoints', () => {
  const states = { 'Identity-Resolver': 'inService', 'a-1': 'failed', 'b-2': 'starting', 'c-3': 'inService', 'd-4': 'stopped' } as const;
  const names = async (input: object, asked: Asked = { states }) =>
    ((await ask('ListEndpoints', input, asked)).answer.Endpoints as { EndpointName: string }[]).map((each) => each.EndpointName);

  test.each([
    [{}, ['d-4', 'c-3', 'b-2', 'a-1', 'Identity-Resolver']],
    [{ SortBy: 'Name', SortOrder: 'Ascending' }, ['Identity-Resolver', 'a-1', 'b-2', 'c-3', 'd-4']],
    [{ SortBy: 'Status', SortOrder: 'Ascending' }, ['b-2', 'a-1', 'Identity-Resolver', 'c-3', 'd-4']],
    [{ StatusEquals: 'InService' }, ['c-3', 'Identity-Resolver']],
    [{ StatusEquals: 'Deleting' }, []],
    [{ NameContains: '-Res' }, ['Identity-Resolver']],
    [{ CreationTimeAfter: now / 1_000, LastModifiedTimeAfter: now / 1_000 }, ['d-4', 'c-3', 'b-2', 'a-1', 'Identity-Resolver']],
    [{ CreationTimeBefore: now / 1_000 }, []],
    [{ LastModifiedTimeBefore: now / 1_000 + 1, CreationTimeAfter: now / 1_000 + 1 }, []],
  ])('%j', async (input, expected) => {
    expect(await names(input)).toEqual(expected);
  });

  test('tells pages that together are the whole list, each endpoint once', async () => {
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const { answer } = await ask('ListEndpoints', { MaxResults: 2, SortBy: 'Status', ...(NextToken && { NextToken }) }, { states });
      seen.push(...answer.Endpoints.map((each: { EndpointName: string }) => each.EndpointName));
      NextToken = answer.NextToken;
    } while (NextToken !== undefined && seen.length < 10);
    expect(seen).toEqual(['d-4', 'c-3', 'Identity-Resolver', 'a-1', 'b-2']);
  });

  test('takes ten for a page, and a token for its own question only', async () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`e-${index}`, 'inService' as const]));
    const { answer } = await ask('ListEndpoints', {}, { states: many });
    expect(answer.Endpoints).toHaveLength(10);
    expect(await names({ NextToken: answer.NextToken }, { states: many })).toHaveLength(2);
    expect((await ask('ListEndpoints', { NextToken: answer.NextToken, SortBy: 'Name' }, { states: many })).fault?.message).toBe(
      'Invalid NextToken.',
    );
  });

  test('lists nothing to another account', async () => {
    expect(await names({}, { states, call: { principal: userOf(partnerAccount) } })).toEqual([]);
  });
});
