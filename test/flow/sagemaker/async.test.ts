import { DescribeEndpointConfigCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, InvokeEndpointWithResponseStreamCommand } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, test } from 'vitest';
import { asyncRequestsMax } from '../../../emulator/sagemaker/async/async-limits.ts';
import { oneRecord } from '../application.ts';
import { pidOf, until } from '../model/model-fixture.ts';
import { startAsyncAirlock } from './async-airlock.ts';
import { asyncClient, soon } from './async-client.ts';
import { asyncTemplate, bucket, endpointName, mayUseBucket, outputConfig } from './async-template.ts';

const megabyte = 1024 * 1024;
const refused = (message: string | RegExp) => ({
  ...{ name: 'ValidationError', message: expect.stringMatching(message), $metadata: { httpStatusCode: 400 } },
});

describe('an asynchronous endpoint', () => {
  test('takes an input in the call, tells where the output will be, and writes it with the type of the answer', async () => {
    const { invoke, result, model, logged, airlock, keys } = await startAsyncAirlock();
    const answer = await invoke({ Body: 'metered one', ContentType: 'text/csv', Accept: 'text/plain', CustomAttributes: 'a=1' });
    const { InferenceId, OutputLocation, FailureLocation, $metadata } = answer;
    expect($metadata.httpStatusCode).toBe(202);
    expect(InferenceId).toMatch(/^[0-9a-f-]{36}$/);
    expect(OutputLocation).toBe(`s3://${bucket}/out/${InferenceId}.out`);
    expect(FailureLocation).toBe(`s3://${bucket}/failed/${InferenceId}-error.out`);
    expect(await result(OutputLocation)).toEqual({ text: 'echo metered one', contentType: 'text/plain' });
    const [seen] = model.seen;
    const { host: _host, connection: _connection, ...headers } = seen?.headers ?? {};
    expect(headers).toEqual({
      ...{ 'content-type': 'text/csv', accept: 'text/plain', 'content-length': '11' },
      ...{ 'x-amzn-sagemaker-custom-attributes': 'a=1', 'x-amzn-sagemaker-inference-id': InferenceId },
    });
    await expect
      .poll(() => logged.filter(({ msg }) => msg === 'asynchronous invocation'), soon)
      .toMatchObject([{ endpointName, outcome: 'done', requestBytes: 11, consumedUnits: 7, meteringDimension: 'inference.count' }]);
    const spans = airlock.traces().flatMap((trace) => trace.spans.filter(({ name }) => name === 'sagemaker.async-invocation'));
    expect(spans).toMatchObject([{ fields: { outcome: 'done', metered: true, consumedUnits: 7 } }]);
    expect(await keys('failed')).toEqual([]);
    expect(JSON.stringify(logged)).not.toContain('metered one');
  });

  test('reads its input from S3 by both kinds of URI, and names the output as it is told', async () => {
    const { invoke, result, put, model } = await startAsyncAirlock();
    await put('in/a b.csv', 'from s3');
    const InputLocation = `s3://${bucket}/in/a b.csv`;
    const named = await invoke({ InputLocation, InferenceId: 'own 1', S3OutputPathExtension: 'day/1', Filename: 'result.csv' });
    expect(named).toMatchObject({ InferenceId: 'own 1', OutputLocation: `s3://${bucket}/out/day/1/result.csv` });
    expect((await result(named.OutputLocation)).text).toBe('echo from s3');
    const url = `https://${bucket}.s3.us-east-1.amazonaws.com/in/a%20b.csv`;
    expect((await result((await invoke({ InputLocation: url })).OutputLocation)).text).toBe('echo from s3');
    expect(model.seen[0]?.headers).toMatchObject({ 'x-amzn-sagemaker-inference-id': 'own 1', 'content-length': '7' });
  });

  test('writes an answer of 30 MB, more than the real-time limit', async () => {
    const { invoke, result, head } = await startAsyncAirlock();
    const { OutputLocation } = await invoke({ Body: 'large' });
    await result(OutputLocation);
    expect(await head(OutputLocation)).toMatchObject({ ContentLength: 30 * megabyte, ContentType: 'application/octet-stream' });
  });

  test('writes an empty object for an answer that has no body and so no length', async () => {
    const { invoke, result, keys } = await startAsyncAirlock();
    expect((await result((await invoke({ Body: 'empty' })).OutputLocation)).text).toBe('');
    expect(await keys('failed')).toEqual([]);
  });

  test('runs requests in the order of their arrival, as many at once as its configuration says', async () => {
    const config = `{ OutputConfig: { ${outputConfig} }, ClientConfig: { MaxConcurrentInvocationsPerInstance: 2 } }`;
    const { invoke, keys, model } = await startAsyncAirlock({ template: [asyncTemplate({ config })] });
    for (let n = 0; n < 6; n++) await invoke({ Body: `${n < 2 ? 'hang' : 'go'} ${n}` });
    await expect.poll(() => model.seen.length, soon).toBe(2);
    model.release();
    await expect.poll(() => keys('out/'), soon).toHaveLength(6);
    expect(model.seen.map(({ start }) => start.slice(-1))).toEqual([...'012345']);
    expect(model.mostAtOnce).toBe(2);
  });

  test('waits for a model that died until it serves again', async () => {
    const { airlock, invoke, result } = await startAsyncAirlock({ model: 'process' });
    const [model] = airlock.models.values();
    if (!model) throw new Error('no model');
    process.kill(pidOf(model), 'SIGKILL');
    await until(() => model.state === 'starting');
    const { OutputLocation } = await invoke({ Body: oneRecord, ContentType: 'application/json' });
    expect(await result(OutputLocation)).toMatchObject({ contentType: 'application/json', text: expect.stringContaining('results') });
  });

  test('takes as many unfinished requests as its queue holds, and then refuses with what SDKs try again', async () => {
    const { invoke } = await startAsyncAirlock();
    let left = asyncRequestsMax;
    const send = async () => {
      while (left-- > 0) await invoke({ Body: 'hang' });
    };
    await Promise.all(Array.from({ length: 8 }, send));
    await expect(invoke({ Body: 'one more' })).rejects.toMatchObject({
      ...{ name: 'ServiceUnavailable', message: expect.stringContaining('is full'), $metadata: { httpStatusCode: 503 } },
    });
  }, 60_000);

  test('takes no other calls', async () => {
    const { runtime } = await startAsyncAirlock();
    const input = { EndpointName: endpointName, Body: 'x' };
    await expect(runtime.send(new InvokeEndpointCommand(input))).rejects.toMatchObject(refused(/InvokeEndpointAsync only/));
    await expect(runtime.send(new InvokeEndpointWithResponseStreamCommand(input))).rejects.toMatchObject(
      refused(/InvokeEndpointAsync only/),
    );
  });

  test('is described as the template says, and a notification is listed as without effect', async () => {
    const topic = 'arn:aws:sns:us-east-1:222222222222:done';
    const config = `{ OutputConfig: { ${outputConfig}, NotificationConfig: { SuccessTopic: '${topic}' } }, ClientConfig: { MaxConcurrentInvocationsPerInstance: 3 } }`;
    const { airlock } = await startAsyncAirlock({ template: [asyncTemplate({ config })] });
    const { awsUrl: endpoint, region, credentials, deployment } = airlock;
    const client = new SageMakerClient({ endpoint, region, credentials: credentials['customer-admin'] });
    const EndpointConfigName = deployment.endpointConfigs[0]?.configName;
    const described = await client.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    client.destroy();
    expect(described.AsyncInferenceConfig).toEqual({
      OutputConfig: {
        ...{ S3OutputPath: `s3://${bucket}/out/`, S3FailurePath: `s3://${bucket}/failed` },
        NotificationConfig: { SuccessTopic: topic, IncludeInferenceResponseIn: [] },
      },
      ClientConfig: { MaxConcurrentInvocationsPerInstance: 3 },
    });
    expect(deployment.notEmulatedProperties).toMatchObject([{ property: 'AsyncInferenceConfig.OutputConfig.NotificationConfig' }]);
  });

  test('with a model package is warned of', async () => {
    const container = "ModelPackageName: 'arn:aws:sagemaker:us-east-1:111111111111:model-package/m'";
    const { logged } = await startAsyncAirlock({ template: [asyncTemplate({ container })] });
    expect(logged).toContainEqual(expect.objectContaining({ endpointName, msg: expect.stringContaining('for a model package') }));
  });
});

describe('a call that is refused', () => {
  test.each([
    ['neither a body nor a location', {}, /Either Body or InputLocation/],
    ['both', { Body: 'x', InputLocation: `s3://${bucket}/x` }, /cannot both/],
    ['a body above 128,000 bytes', { Body: 'x'.repeat(128_001) }, /'body' failed .* less than or equal to 128000/],
    ['a location that is no object', { InputLocation: `s3://${bucket}` }, /not the URI of an object/],
    ['a location elsewhere', { InputLocation: 'https://example.com/x' }, /not the URI of an object/],
    ['a location of another kind', { InputLocation: 'ftp://a/b' }, /'inputLocation' failed .* pattern/],
    ['a long location', { InputLocation: `s3://${bucket}/${'x'.repeat(1_024)}` }, /'inputLocation' failed .* 1024/],
    ['too short a TTL', { Body: 'x', RequestTTLSeconds: 59 }, /Value '59' at 'requestTTLSeconds' failed .* greater than or equal to 60/],
    ['too long a TTL', { Body: 'x', RequestTTLSeconds: 21_601 }, /less than or equal to 21600/],
    ['no time', { Body: 'x', InvocationTimeoutSeconds: 0 }, /'invocationTimeoutSeconds' failed .* greater than or equal to 1/],
    ['too much time', { Body: 'x', InvocationTimeoutSeconds: 3_601 }, /less than or equal to 3600/],
    ['a long id', { Body: 'x', InferenceId: 'x'.repeat(65) }, /'inferenceId' failed .* 64/],
    ['a long name', { Body: 'x', Filename: 'x'.repeat(33) }, /'filename' failed .* 32/],
    ['a name with two dots', { Body: 'x', Filename: 'a.b.c' }, /'filename' failed .* pattern/],
    ['an extension that is a URI', { Body: 'x', S3OutputPathExtension: 's3:/x' }, /'s3OutputPathExtension' failed/],
    [
      'an extension that leads out of the path',
      { Body: 'x', S3OutputPathExtension: 'a/../../b' },
      /S3OutputPathExtension cannot contain '..'/,
    ],
    ['a long type', { Body: 'x', ContentType: 'x'.repeat(1_025) }, /'contentType' failed .* 1024/],
    ['another endpoint', { Body: 'x', EndpointName: 'other' }, /Endpoint other of account 222222222222 not found/],
  ])('%s', async (_what, input, message) => {
    const { invoke, model } = await startAsyncAirlock();
    await expect(invoke(input)).rejects.toMatchObject(refused(message));
    expect(model.seen).toEqual([]);
  });

  test('an endpoint that is not asynchronous', async () => {
    const { invoke } = await startAsyncAirlock({ template: [asyncTemplate({ config: null })] });
    await expect(invoke({ Body: 'x' })).rejects.toMatchObject(refused(/is not an asynchronous endpoint/));
  });

  test('a caller without sagemaker:InvokeEndpointAsync', async () => {
    const { airlock } = await startAsyncAirlock();
    await expect(asyncClient(airlock, 'customer-app').invoke({ Body: 'x' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `sagemaker:InvokeEndpointAsync on resource: arn:aws:sagemaker:us-east-1:222222222222:endpoint/${endpointName}`,
      ),
    });
  });
});

describe('a request that fails leaves a failure object, once, and no output', () => {
  const cloudWatch = 'See https://us-east-1.console.aws.amazon.com/cloudwatch/';
  test.each([
    ['the container refuses', { Body: 'refuse' }, `Received client error (415) from primary with message "unsupported". ${cloudWatch}`],
    ['the container fails', { Body: 'fail' }, 'Received server error (500) from primary with message "{"error":"inside"}". '],
    ['the container dies', { Body: 'die' }, 'Amazon SageMaker could not get a response from the async-endpoint endpoint'],
    ['time is over', { Body: 'hang', InvocationTimeoutSeconds: 1 }, 'Your invocation timed out while waiting for a response'],
    ['an answer without a length', { Body: 'chunked' }, 'did not specify the required Content-Length header'],
    ['an answer with long headers', { Body: 'headers' }, 'has headers with length greater than 4096 bytes'],
    ['the input is missing', { InputLocation: `s3://${bucket}/none` }, `The input s3://${bucket}/none was not found.`],
    ['the bucket is missing', { InputLocation: 's3://no-such-bucket-here/none' }, 'was not found'],
  ])('%s', async (_what, input, message) => {
    const { invoke, result, keys, model, logged } = await startAsyncAirlock();
    const { FailureLocation } = await invoke(input);
    const failure = await result(FailureLocation);
    expect(failure).toEqual({ text: expect.stringContaining(message), contentType: 'text/plain' });
    expect(await keys('out/')).toEqual([]);
    expect(model.seen.length).toBeLessThanOrEqual(1);
    await expect.poll(() => logged.filter(({ msg }) => msg === 'asynchronous invocation'), soon).toMatchObject([{ level: 40 }]);
    expect(JSON.stringify(logged)).not.toContain('inside');
  });

  test('without S3FailurePath it is a line in the log, and nothing else', async () => {
    const config = `{ OutputConfig: { S3OutputPath: 's3://${bucket}/out' } }`;
    const { invoke, keys, logged } = await startAsyncAirlock({ template: [asyncTemplate({ config })] });
    const answer = await invoke({ Body: 'fail' });
    expect(answer.FailureLocation).toBeUndefined();
    await expect.poll(() => logged.filter(({ outcome }) => outcome === 'modelError'), soon).toHaveLength(1);
    expect(await keys()).toEqual([]);
  });
});

describe("the model's execution role", () => {
  test('that may not read the input', async () => {
    const statements = `[{ Effect: Allow, Action: 's3:PutObject', Resource: 'arn:aws:s3:::${bucket}/*' }]`;
    const { invoke, result, put, model } = await startAsyncAirlock({ template: [asyncTemplate({ statements })] });
    await put('in/1', 'x');
    const { FailureLocation } = await invoke({ InputLocation: `s3://${bucket}/in/1` });
    expect((await result(FailureLocation)).text).toBe(`The input s3://${bucket}/in/1 could not be read: AccessDenied.`);
    expect(model.seen).toEqual([]);
  });

  test('that may only write needs no more for an input in the call', async () => {
    const statements = `[{ Effect: Allow, Action: 's3:PutObject', Resource: 'arn:aws:s3:::${bucket}/out/*' }]`;
    const { invoke, result } = await startAsyncAirlock({ template: [asyncTemplate({ statements })] });
    expect((await result((await invoke({ Body: 'one' })).OutputLocation)).text).toBe('echo one');
  });

  test('that may not write the output', async () => {
    const statements = `[{ Effect: Allow, Action: 's3:*', Resource: '*' }, { Effect: Deny, Action: 's3:PutObject', Resource: 'arn:aws:s3:::${bucket}/out/*' }]`;
    const { invoke, result, keys } = await startAsyncAirlock({ template: [asyncTemplate({ statements })] });
    const { FailureLocation, OutputLocation } = await invoke({ Body: 'one' });
    expect((await result(FailureLocation)).text).toBe(`The output could not be written to ${OutputLocation}: AccessDenied.`);
    expect(await keys('out/')).toEqual([]);
  });

  describe('with a key for the outputs', () => {
    const key = `
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { AWS: !Sub 'arn:aws:iam::\${AWS::AccountId}:root' }, Action: 'kms:*', Resource: '*' }]
`;
    const config = `{ OutputConfig: { ${outputConfig}, KmsKeyId: !GetAtt Key.Arn } }`;

    test('that may use it', async () => {
      const statements = `${mayUseBucket.slice(0, -1)}, { Effect: Allow, Action: 'kms:GenerateDataKey', Resource: '*' }]`;
      const { invoke, head, keys, airlock } = await startAsyncAirlock({ template: [asyncTemplate({ config, statements, more: key })] });
      const { OutputLocation } = await invoke({ Body: 'one' });
      await expect.poll(() => keys('out/'), soon).toHaveLength(1);
      const SSEKMSKeyId = airlock.deployment.keys[0]?.arn;
      expect(await head(OutputLocation)).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId });
    });

    test('that may not use it', async () => {
      const { invoke, keys, logged } = await startAsyncAirlock({ template: [asyncTemplate({ config, more: key })] });
      await invoke({ Body: 'one' });
      await expect.poll(() => logged.map(({ outcome }) => outcome), soon).toContain('outputAccessDenied');
      expect(await keys()).toEqual([]);
    });
  });

  test('that may write nothing: the request is gone, and the log says why', async () => {
    const none = await startAsyncAirlock({
      template: [asyncTemplate({ statements: mayUseBucket.replaceAll('s3:PutObject', 's3:GetObjectAcl') })],
    });
    await none.invoke({ Body: 'one' });
    await expect.poll(() => none.logged.map(({ errorCode }) => errorCode), soon).toContain('AccessDenied');
  });

  test('that does not trust SageMaker is an error of the template, with its place', async () => {
    const started = startAsyncAirlock({ template: [asyncTemplate({ service: 'lambda.amazonaws.com' })] });
    await expect(started).rejects.toMatchObject({
      code: 'BAD_TEMPLATE',
      message: expect.stringMatching(/template\.yaml:\d+:\d+ .*role\/model does not trust sagemaker\.amazonaws\.com/),
      hint: expect.stringContaining('AssumeRolePolicyDocument'),
    });
  });

  test.each([
    ['that no template declares', 'arn:aws:iam::222222222222:role/elsewhere', /no template declares the role .*elsewhere/],
    ['that the model does not have', null, /no ExecutionRoleArn/],
  ])('%s is warned of; what was accepted stays in the queue', async (_what, role, reason) => {
    const { invoke, logged, model, airlock } = await startAsyncAirlock({ template: [asyncTemplate({ role })] });
    expect(logged).toContainEqual(expect.objectContaining({ endpointName, level: 40, reason: expect.stringMatching(reason) }));
    await invoke({ Body: 'one' });
    await airlock.close();
    expect(logged.filter(({ msg }) => msg === 'asynchronous invocation')).toMatchObject([{ outcome: 'stopped' }]);
    expect(model.seen).toEqual([]);
  });
});
