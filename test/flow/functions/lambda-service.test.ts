import { DeleteFunctionCommand, InvokeCommand, type InvokeCommandInput, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAwsEndpoint } from '../../../emulator/aws/endpoint.ts';
import { systemClock } from '../../../emulator/clock.ts';
import { createLambdaService } from '../../../emulator/functions/lambda-service.ts';
import { createCredentialStore } from '../../../emulator/iam/credential-store.ts';
import type { UserPrincipal } from '../../../emulator/iam/principal.ts';
import { createLog } from '../../../emulator/log.ts';
import type { FunctionDefinition, FunctionPermission } from '../../../emulator/template/deployment.ts';
import { createTracer } from '../../../emulator/trace/tracer.ts';
import { inline, sampleFunction, samplePermission } from '../../unit/functions/sample-function.ts';
import { eventsOf, hostOf } from './host-for-test.ts';

const source = `
  export const handler = async (event, context) => {
    if (event.fail) throw new TypeError('asked to');
    if (event.waitMs) await new Promise((resolve) => setTimeout(resolve, event.waitMs));
    console.log('here');
    return { event, arn: context.invokedFunctionArn, version: context.functionVersion, client: context.clientContext };
  };`;
const sample = sampleFunction({ code: inline(source), versions: ['1'], aliases: [{ name: 'c-1', functionVersion: '1' }] });
const log = createLog('silent');
const tracer = createTracer(systemClock);

interface Setup {
  readonly functions?: readonly FunctionDefinition[];
  readonly permissions?: readonly FunctionPermission[];
  readonly accountId?: string;
  /** Resources on which the caller may lambda:InvokeFunction. */
  readonly allow?: string | readonly string[];
}

/** A real client of a real endpoint in front of real workers. */
async function clientOf({
  functions = [sample],
  permissions = [],
  accountId = '111111111111',
  allow = '*',
}: Setup = {}): Promise<LambdaClient> {
  const host = await hostOf(functions);
  const credentials = createCredentialStore();
  const endpoint = await startAwsEndpoint({
    services: [
      createLambdaService({ invoker: host, events: await eventsOf(host, functions), functions, permissions, region: 'us-east-1' }),
    ],
    credentials,
    region: 'us-east-1',
    port: 0,
    clock: systemClock,
    log,
    tracer,
  });
  onTestFinished(() => endpoint.close());
  const caller: UserPrincipal = {
    kind: 'user',
    accountId,
    userName: 'caller',
    arn: `arn:aws:iam::${accountId}:user/caller`,
    userId: 'AIDACALLER',
    policies: [
      {
        name: 'p',
        document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: allow }] },
      },
    ],
    permissionsBoundary: null,
  };
  const client = new LambdaClient({ endpoint: endpoint.url, region: 'us-east-1', credentials: credentials.issue(caller), maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
}

async function invoke(client: LambdaClient, input: Partial<InvokeCommandInput> = {}) {
  const {
    FunctionError = null,
    LogResult = null,
    ExecutedVersion = null,
    ...answer
  } = await client.send(new InvokeCommand({ FunctionName: 'sample', Payload: '{"a":1}', ...input }));
  // The SDK makes null of an empty body, whatever its type says.
  const text = answer.Payload ? Buffer.from(answer.Payload).toString() : '';
  return { ...answer, FunctionError, LogResult, ExecutedVersion, result: text === '' ? null : JSON.parse(text) };
}

describe('Invoke', () => {
  // [D names, V arn and version]
  test.each([
    ['a name', { FunctionName: 'sample' }, sample.arn, '$LATEST'],
    ['name:alias', { FunctionName: 'sample:c-1' }, `${sample.arn}:c-1`, '1'],
    ['a name and Qualifier', { FunctionName: 'sample', Qualifier: 'c-1' }, `${sample.arn}:c-1`, '1'],
    ['a name and a version', { FunctionName: 'sample', Qualifier: '1' }, `${sample.arn}:1`, '1'],
    ['$LATEST', { FunctionName: 'sample', Qualifier: '$LATEST' }, `${sample.arn}:$LATEST`, '$LATEST'],
    ['a partial ARN', { FunctionName: '111111111111:function:sample' }, sample.arn, '$LATEST'],
    ['an ARN', { FunctionName: sample.arn }, sample.arn, '$LATEST'],
    ['an ARN with a qualifier, said twice', { FunctionName: `${sample.arn}:c-1`, Qualifier: 'c-1' }, `${sample.arn}:c-1`, '1'],
  ])('by %s', async (_, input, arn, version) => {
    const answer = await invoke(await clientOf(), input);
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: version, FunctionError: null, LogResult: null });
    expect(answer.result).toEqual({ event: { a: 1 }, arn, version });
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('an empty body is the event {}', async () => {
    expect((await invoke(await clientOf(), { Payload: '' })).result.event).toEqual({});
  });

  test('LogType Tail gives the last 4 KB of the log [V]', async () => {
    const { LogResult, $metadata } = await invoke(await clientOf(), { LogType: 'Tail' });
    const tail = Buffer.from(LogResult ?? '', 'base64').toString();
    expect(tail).toMatch(/^START RequestId: .* Version: \$LATEST\n.*\tINFO\there\nEND RequestId: .*\nREPORT/);
    expect(tail).toContain($metadata.requestId);
  });

  test('a failed function is 200 with FunctionError and the error payload [V]', async () => {
    const answer = await invoke(await clientOf(), { Payload: '{"fail":true}' });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST' });
    expect(answer.result).toMatchObject({ errorType: 'TypeError', errorMessage: 'asked to', trace: expect.any(Array) });
  });

  test('the client context arrives decoded, and is checked', async () => {
    const client = await clientOf();
    const ClientContext = Buffer.from('{"custom":{"k":"v"}}').toString('base64');
    expect((await invoke(client, { ClientContext })).result.client).toEqual({ custom: { k: 'v' } });
    await expect(invoke(client, { ClientContext: 'bm8=' })).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });

  test('DryRun is 204 and runs nothing [V]', async () => {
    const answer = await invoke(await clientOf(), { InvocationType: 'DryRun', Payload: '{"fail":true}' });
    expect(answer).toMatchObject({ StatusCode: 204, ExecutedVersion: null, result: null });
  });

  test('Event is 202 at once and runs in the background [V]', async () => {
    const client = await clientOf({
      functions: [
        sampleFunction({
          reservedConcurrency: 1,
          code: inline('const seen = []; export const handler = async (event) => { seen.push(event.n); return seen; };'),
        }),
      ],
    });
    const answer = await invoke(client, { InvocationType: 'Event', Payload: '{"n":1}' });
    expect(answer).toMatchObject({ StatusCode: 202, ExecutedVersion: null, FunctionError: null, result: null });
    const seen = async (): Promise<number[]> => (await invoke(client, { Payload: '{"n":2}' })).result;
    // Throttled while the event runs in the one environment there is.
    await expect.poll(() => seen().catch(() => []), { timeout: 5_000 }).toEqual(expect.arrayContaining([1, 2]));
  });
});

describe('refusals', () => {
  const arn = sample.arn;

  test.each<[string, Partial<InvokeCommandInput>, object]>([
    [
      'V no such function',
      { FunctionName: 'gone' },
      {
        name: 'ResourceNotFoundException',
        status: 404,
        message: 'Function not found: arn:aws:lambda:us-east-1:111111111111:function:gone',
      },
    ],
    [
      'V no such alias',
      { Qualifier: 'gone' },
      { name: 'ResourceNotFoundException', status: 404, message: `Function not found: ${arn}:gone` },
    ],
    [
      'V no JSON',
      { Payload: '{"a":' },
      {
        name: 'InvalidRequestContentException',
        status: 400,
        message: expect.stringMatching(/^Could not parse request body into json: Could not parse payload into json: /),
      },
    ],
    [
      'V two qualifiers',
      { FunctionName: 'sample:c-1', Qualifier: '1' },
      {
        name: 'InvalidParameterValueException',
        status: 400,
        message: 'The derived qualifier from the function name does not match the specified qualifier.',
      },
    ],
    [
      'V a bad name',
      { FunctionName: 'sam ple' },
      {
        name: 'ValidationException',
        status: 400,
        message: expect.stringMatching(
          /^1 validation error detected: Value 'sam ple' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
        ),
      },
    ],
    ['D a name that is too long', { FunctionName: 'x'.repeat(257) }, { name: 'ValidationException', status: 400 }],
    [
      'V another region',
      { FunctionName: 'arn:aws:lambda:eu-west-1:111111111111:function:sample' },
      {
        name: 'ResourceNotFoundException',
        status: 404,
        message: "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
      },
    ],
    [
      'D more than 6 MB',
      { Payload: `"${'x'.repeat(6_291_455)}"` },
      {
        name: 'RequestTooLargeException',
        status: 413,
        message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
      },
    ],
    [
      'D an event of more than 1 MB',
      { InvocationType: 'Event', Payload: `"${'x'.repeat(1_048_576)}"` },
      { name: 'RequestTooLargeException', status: 413 },
    ],
    [
      'M an unknown type',
      { InvocationType: 'Later' as 'Event' },
      { name: 'ValidationException', status: 400, message: expect.stringContaining("'Later' at 'invocationType'") },
    ],
  ])('%s', async (_, input, { status, ...expected }: { status?: number }) => {
    await expect(invoke(await clientOf(), input)).rejects.toMatchObject({ ...expected, $metadata: { httpStatusCode: status } });
  });

  test('exactly 6 MB is accepted', async () => {
    const client = await clientOf({
      functions: [sampleFunction({ code: inline('export const handler = async (event) => event.length;') })],
    });
    expect((await invoke(client, { Payload: `"${'x'.repeat(6_291_454)}"` })).result).toBe(6_291_454);
  });

  test('reserved concurrency that is used up is 429 with its reason [V]', async () => {
    const client = await clientOf({ functions: [{ ...sample, reservedConcurrency: 0 }] });
    await expect(invoke(client)).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
  });

  test('an operation that is not emulated says so by name', async () => {
    const client = await clientOf();
    await expect(client.send(new DeleteFunctionCommand({ FunctionName: 'sample' }))).rejects.toMatchObject({
      message: 'Lambda DeleteFunction is not emulated by Airlock.',
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('who may invoke', () => {
  const alias = `${sample.arn}:c-1`;
  const foreign = '222222222222';
  const denied = { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } };

  test('in the same account the identity policy is enough, for the ARN with its qualifier', async () => {
    const client = await clientOf({ allow: alias });
    await invoke(client, { Qualifier: 'c-1' });
    await expect(invoke(client)).rejects.toMatchObject(denied);
    await expect(invoke(client, { Qualifier: '1' })).rejects.toMatchObject(denied);
  });

  test('another account needs both policies, and the permission counts for its alias only', async () => {
    const permissions = [samplePermission({ functionArn: alias, principal: foreign })];
    const client = await clientOf({ accountId: foreign, permissions });
    expect((await invoke(client, { FunctionName: alias })).result).toMatchObject({ arn: alias, version: '1' });
    await expect(invoke(client, { FunctionName: sample.arn })).rejects.toMatchObject(denied);
    await expect(invoke(await clientOf({ accountId: foreign }), { FunctionName: alias })).rejects.toMatchObject(denied);
    await expect(
      invoke(await clientOf({ accountId: foreign, permissions, allow: sample.arn }), { FunctionName: alias }),
    ).rejects.toMatchObject(denied);
  });

  test('another account must use an ARN: a bare name is a function of its own', async () => {
    const client = await clientOf({ accountId: foreign, permissions: [samplePermission({ principal: foreign })] });
    await expect(invoke(client)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: arn:aws:lambda:us-east-1:${foreign}:function:sample`,
    });
  });

  test('another account does not learn which functions exist', async () => {
    const client = await clientOf({ accountId: foreign });
    await expect(invoke(client, { FunctionName: sampleFunction({ functionName: 'gone' }).arn })).rejects.toMatchObject(denied);
  });
});
