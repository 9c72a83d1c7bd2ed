// What a container says of the price of a call: seen in the trace, and by nobody else.
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { callRequest } from '../application.ts';

let airlock: Airlock;
beforeAll(async () => {
  airlock = await startAirlock();
});
afterAll(async () => {
  await airlock?.[Symbol.asyncDispose]();
});

const threeRecords = JSON.stringify({ records: ['a', 'b', 'c'].map((id) => ({ id, email: `${id}@example.com` })) });

test('metering is in the trace of the request, with the units of the container', async () => {
  expect((await callRequest(airlock, threeRecords)).status).toBe(200);
  const spans = airlock.traces().flatMap((trace) => trace.spans.filter((span) => span.name === 'aws.sagemaker'));
  expect(spans.at(-1)?.fields).toMatchObject({ metered: true, consumedUnits: 3, meteringDimension: 'inference.count' });
});

test('metering does not reach the client: no header of the answer tells of it', async () => {
  const client = new SageMakerRuntimeClient({
    ...{ endpoint: airlock.awsUrl, region: airlock.region, credentials: airlock.credentials['customer-admin'], maxAttempts: 1 },
  });
  let headers: Record<string, string> = {};
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      headers = (result.response as { headers: Record<string, string> }).headers;
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  const answer = await client.send(
    new InvokeEndpointCommand({
      EndpointName: airlock.deployment.endpoints[0]?.endpointName,
      ContentType: 'application/json',
      Body: threeRecords,
    }),
  );
  client.destroy();
  expect(answer.$metadata.httpStatusCode).toBe(200);
  expect(headers).toHaveProperty('x-amzn-invoked-production-variant');
  expect(JSON.stringify([headers, answer]).toLowerCase()).not.toMatch(/metering|consumedunits/);
});
