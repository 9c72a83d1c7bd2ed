// SageMaker's control plane as the tools of a deployment use it: the unmodified SDK and the AWS CLI against the whole emulator.
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CreateEndpointCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointsCommand,
  paginateListEndpoints,
  SageMakerClient,
  waitUntilEndpointInService,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { required } from '../../required.ts';
import { callRequest, oneRecord } from '../application.ts';
import { pidOf, until } from '../model/model-fixture.ts';

let airlock: Airlock;
let EndpointName: string;
const clients: SageMakerClient[] = [];
beforeAll(async () => {
  airlock = await startAirlock();
  EndpointName = airlock.deployment.endpoints[0]?.endpointName ?? '';
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await airlock?.[Symbol.asyncDispose]();
});

function optionsOf(principal: keyof Airlock['credentials']) {
  return { endpoint: airlock.awsUrl, region: airlock.region, credentials: airlock.credentials[principal], maxAttempts: 1 };
}
function clientOf(principal: keyof Airlock['credentials']): SageMakerClient {
  const client = new SageMakerClient(optionsOf(principal));
  clients.push(client);
  return client;
}
const account = '222222222222';

describe('with the client of the SDK', () => {
  test('an endpoint, its configuration and its model are found by each other, with what the template says', async () => {
    const client = clientOf('customer-admin');
    const endpoint = await client.send(new DescribeEndpointCommand({ EndpointName }));
    expect(endpoint).toMatchObject({
      EndpointArn: `arn:aws:sagemaker:us-east-1:${account}:endpoint/${EndpointName.toLowerCase()}`,
      EndpointStatus: 'InService',
      ProductionVariants: [
        { VariantName: 'AllTraffic', CurrentWeight: 1, DesiredWeight: 1, CurrentInstanceCount: 1, DesiredInstanceCount: 1 },
      ],
      CreationTime: expect.any(Date),
      LastModifiedTime: expect.any(Date),
    });
    expect(Math.abs(Date.now() - Number(endpoint.CreationTime))).toBeLessThan(120_000);
    const { EndpointConfigName } = endpoint;
    const config = await client.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    expect(config).toMatchObject({
      EndpointConfigArn: `arn:aws:sagemaker:us-east-1:${account}:endpoint-config/${EndpointConfigName?.toLowerCase()}`,
      ProductionVariants: [{ VariantName: 'AllTraffic', InstanceType: expect.stringMatching(/^ml\./), InitialInstanceCount: 1 }],
    });
    const model = await client.send(new DescribeModelCommand({ ModelName: config.ProductionVariants?.[0]?.ModelName }));
    const role = airlock.deployment.roles.find(({ logicalId }) => logicalId === 'ModelRole');
    expect(model).toMatchObject({
      ModelArn: `arn:aws:sagemaker:us-east-1:${account}:model/${model.ModelName?.toLowerCase()}`,
      PrimaryContainer: { ModelPackageName: expect.stringMatching(/:model-package\//), Mode: 'SingleModel' },
      ExecutionRoleArn: role?.arn,
      EnableNetworkIsolation: true,
    });
  });

  test('the list has the endpoint, also through the paginator', async () => {
    const client = clientOf('customer-admin');
    const found: (string | undefined)[] = [];
    for await (const page of paginateListEndpoints({ client, pageSize: 1 }, { NameContains: EndpointName, StatusEquals: 'InService' })) {
      found.push(...(page.Endpoints ?? []).map((each) => each.EndpointName));
    }
    expect(found).toEqual([EndpointName]);
    const none = await client.send(new ListEndpointsCommand({ CreationTimeAfter: new Date(Date.now() + 60_000) }));
    expect(none.Endpoints).toEqual([]);
  });

  test('waitUntilEndpointInService waits while a model that died is started again', async () => {
    const client = clientOf('customer-admin');
    const [model] = airlock.models.values();
    if (!model) throw new Error('no model');
    process.kill(pidOf(model), 'SIGKILL');
    const status = async () => (await client.send(new DescribeEndpointCommand({ EndpointName }))).EndpointStatus;
    await until(async () => (await status()) === 'Creating');
    const waited = await waitUntilEndpointInService({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { EndpointName });
    expect(waited.state).toBe('SUCCESS');
    expect((await callRequest(airlock, oneRecord)).status).toBe(200);
  });

  test('waitUntilEndpointInService gives up at once on a name that does not exist', async () => {
    const client = clientOf('customer-admin');
    const waiting = waitUntilEndpointInService({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { EndpointName: 'missing' });
    await expect(waiting).rejects.toThrow(/Could not find endpoint/);
  });

  test.each([
    [
      'customer-admin',
      'missing',
      'ValidationException',
      `Could not find endpoint "arn:aws:sagemaker:us-east-1:${account}:endpoint/missing".`,
    ],
    [
      'customer-admin',
      'a_b',
      'ValidationException',
      "Value 'a_b' at 'endpointName' failed to satisfy constraint: Member must satisfy regular",
    ],
    [
      'customer-app',
      'missing',
      'AccessDeniedException',
      `User: arn:aws:iam::${account}:user/customer-app is not authorized to perform: sagemaker:DescribeEndpoint on resource: arn:aws:sagemaker:us-east-1:${account}:endpoint/missing because no identity-based policy allows the sagemaker:DescribeEndpoint action`,
    ],
  ] as const)('%s, endpoint %s: %s', async (principal, name, errorName, message) => {
    await expect(clientOf(principal).send(new DescribeEndpointCommand({ EndpointName: name }))).rejects.toMatchObject({
      name: errorName,
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  test('another account sees nothing of it', async () => {
    const client = clientOf('stranger');
    await expect(client.send(new DescribeEndpointCommand({ EndpointName }))).rejects.toThrow(/Could not find endpoint/);
    expect((await client.send(new ListEndpointsCommand({}))).Endpoints).toEqual([]);
  });

  test('what is not there says so by name', async () => {
    const command = new CreateEndpointCommand({ EndpointName: 'new', EndpointConfigName: 'config' });
    await expect(clientOf('customer-admin').send(command)).rejects.toMatchObject({
      ...{
        name: 'NotImplemented',
        message: 'SageMaker CreateEndpoint is not emulated by Airlock yet.',
        $metadata: { httpStatusCode: 501 },
      },
    });
  });
});

test('faults are JSON 1.1, with a lower-case message, also for a call that nobody signed', async () => {
  const response = await fetch(airlock.awsUrl, {
    ...{ method: 'POST', body: '{}' },
    headers: { 'x-amz-target': 'SageMaker.ListEndpoints', 'content-type': 'application/x-amz-json-1.1' },
  });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
  expect(await response.json()).toEqual({ __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' });
});

const hasCli = required('aws-cli', spawnSync('aws', ['--version']).status === 0, 'the AWS CLI is not installed');

describe.skipIf(!hasCli)('with the AWS CLI', () => {
  async function aws(...args: readonly string[]) {
    const { accessKeyId, secretAccessKey } = airlock.credentials['customer-admin'];
    const env = {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
      ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: airlock.region },
    };
    const whole = ['--endpoint-url', airlock.awsUrl, '--output', 'json', 'sagemaker', ...args];
    return promisify(execFile)('aws', whole, { env, timeout: 60_000 });
  }

  test('describes, lists and waits', async () => {
    const { stdout } = await aws('describe-endpoint', '--endpoint-name', EndpointName);
    expect(JSON.parse(stdout)).toMatchObject({ EndpointName, EndpointStatus: 'InService' });
    expect(JSON.parse((await aws('list-endpoints', '--max-items', '1')).stdout).Endpoints).toHaveLength(1);
    await aws('wait', 'endpoint-in-service', '--endpoint-name', EndpointName);
  }, 120_000);

  test('tells of a name that does not exist as of AWS', async () => {
    await expect(aws('describe-model', '--model-name', 'missing')).rejects.toMatchObject({
      stderr: expect.stringContaining(
        '(ValidationException) when calling the DescribeModel operation: Could not find model "arn:aws:sagemaker',
      ),
    });
  }, 60_000);
});
