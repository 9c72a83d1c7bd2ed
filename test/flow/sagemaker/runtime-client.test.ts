import { randomBytes } from 'node:crypto';
import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandInput,
  ModelError,
  SageMakerRuntimeClient,
  ServiceUnavailable,
} from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSageMakerService } from '../../../emulator/sagemaker/sagemaker-service.ts';
import { customerAccount, roleSessionOf } from '../../unit/kms/aws-call.ts';
import { endpoint as identityEndpoint } from '../../unit/sagemaker/sagemaker-fixture.ts';
import { allowing, log, region, startTestEndpoint } from '../kms/aws-endpoint.ts';
import { startModelServer } from './model-server.ts';

const idleEndpoint = { ...identityEndpoint, endpointName: 'Idle', arn: identityEndpoint.arn.replace('identity-resolver', 'idle') };
const caller = allowing(roleSessionOf(customerAccount, 'request'), {
  Effect: 'Allow',
  Action: 'sagemaker:InvokeEndpoint',
  Resource: [identityEndpoint.arn, idleEndpoint.arn, `arn:aws:sagemaker:${region}:${customerAccount}:endpoint/missing`],
});
const timeoutMs = 300;
let modelServer: Awaited<ReturnType<typeof startModelServer>>;
let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
let client: SageMakerRuntimeClient;

beforeAll(async () => {
  modelServer = await startModelServer();
  const modelFor = (name: string) => (name === identityEndpoint.endpointName ? modelServer.model : undefined);
  const endpoints = [identityEndpoint, idleEndpoint];
  endpoint = await startTestEndpoint([
    createSageMakerService({ endpoints, endpointConfigs: [], models: [], modelFor, region, log, timeoutMs }),
  ]);
  client = new SageMakerRuntimeClient(endpoint.clientOf(caller));
});
afterAll(async () => {
  client?.destroy();
  await endpoint?.[Symbol.asyncDispose]();
  await modelServer?.[Symbol.asyncDispose]();
});

const invoke = (input: Partial<InvokeEndpointCommandInput> = {}) =>
  client.send(new InvokeEndpointCommand({ EndpointName: 'Identity-Resolver', Body: Buffer.from('{}'), ...input }));

describe('InvokeEndpoint with the client of the SDK', () => {
  test('five headers and the bytes reach the container, and its bytes come back', async () => {
    const Body = randomBytes(100_000);
    const answer = await invoke({
      Body,
      ContentType: 'application/jsonlines',
      Accept: 'text/csv',
      CustomAttributes: 'trace=1',
      InferenceId: 'i-1',
      SessionId: 'NEW_SESSION',
      TargetVariant: 'AllTraffic',
    });
    expect(Buffer.from(answer.Body)).toEqual(Body);
    expect(answer).toMatchObject({
      ContentType: 'application/octet-stream',
      InvokedProductionVariant: 'AllTraffic',
      CustomAttributes: 'records=2',
      $metadata: { httpStatusCode: 200, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    const { method, url, headers, body } = modelServer.seen.at(-1) ?? {};
    expect([method, url]).toEqual(['POST', '/invocations']);
    expect(body).toEqual(Body);
    // Beside the five: what HTTP itself needs on the way to the container.
    const { host: _host, connection: _connection, 'content-length': _length, ...ofCaller } = headers ?? {};
    expect(ofCaller).toEqual({
      'content-type': 'application/jsonlines',
      accept: 'text/csv',
      'x-amzn-sagemaker-custom-attributes': 'trace=1',
      'x-amzn-sagemaker-inference-id': 'i-1',
      'x-amzn-sagemaker-session-id': 'NEW_SESSION',
    });
  });

  test('an empty body passes', async () => {
    expect((await invoke({ Body: new Uint8Array() })).$metadata.httpStatusCode).toBe(200);
    expect(modelServer.seen.at(-1)?.body).toHaveLength(0);
  });

  test.each([
    ['refuse', 415, 'CLIENT_ERROR_FROM_MODEL', 'unsupported', 'Received client error (415) from primary with message "unsupported".'],
    [
      'fail',
      500,
      'INTERNAL_FAILURE_FROM_MODEL',
      '{"error":"inside"}',
      'Received server error (500) from primary with message "{"error":"inside"}".',
    ],
    [
      'hang',
      0,
      'INTERNAL_FAILURE_FROM_MODEL',
      'Your invocation timed out',
      'Received server error (0) from primary with message "Your invocation timed out',
    ],
    ['die', 0, 'INTERNAL_FAILURE_FROM_MODEL', 'Amazon SageMaker could not get a response', 'Received server error (0) from primary'],
  ])('a container that answers %s is ModelError 424 with original status %i', async (what, status, ErrorCode, original, message) => {
    const error: unknown = await invoke({ Body: Buffer.from(what) }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({
      name: 'ModelError',
      $metadata: { httpStatusCode: 424 },
      ErrorCode,
      LogStreamArn: `arn:aws:logs:us-east-1:${customerAccount}:log-group:/aws/sagemaker/Endpoints/Identity-Resolver`,
      OriginalStatusCode: status,
      OriginalMessage: expect.stringContaining(original),
      message: expect.stringContaining(message),
    });
  });

  test('still serves after the connection was lost', async () => {
    await invoke({ Body: Buffer.from('die') }).catch(() => undefined);
    expect((await invoke()).$metadata.httpStatusCode).toBe(200);
  });

  test.each([
    ['missing', 'ValidationError', 400, `Endpoint missing of account ${customerAccount} not found.`],
    ['identity-resolver', 'ValidationError', 400, `Endpoint identity-resolver of account ${customerAccount} not found.`],
    ['Idle', 'ServiceUnavailable', 503, 'Endpoint Idle is not in service: its model is not running.'],
    [
      'forbidden',
      'AccessDeniedException',
      403,
      'is not authorized to perform: sagemaker:InvokeEndpoint on resource: arn:aws:sagemaker:us-east-1:222222222222:endpoint/forbidden because no identity-based policy allows',
    ],
  ])('endpoint %s: %s %i', async (EndpointName, name, httpStatusCode, message) => {
    await expect(invoke({ EndpointName })).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode },
    });
  });

  test('503 is the class of the SDK', async () => {
    await expect(invoke({ EndpointName: 'Idle' })).rejects.toBeInstanceOf(ServiceUnavailable);
  });

  test('a target model is refused with the text and the code of AWS [I]', async () => {
    await expect(invoke({ TargetModel: 'm.tar.gz' })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Endpoint Identity-Resolver is not a multi-model endpoint and does not support target model header.',
      ErrorCode: 'TARGET_MODEL_HEADER_NOT_SUPPORTED',
    });
  });
});
