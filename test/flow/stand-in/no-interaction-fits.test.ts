import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { callInit, callRequest } from '../application.ts';
import { writeContracts } from './sample-contracts.ts';

const unknown = JSON.stringify({ records: [{ id: 'c-0001', telephone: 'confidential-4711' }] });

async function startStandIns(): Promise<Airlock> {
  const { model, partner } = await writeContracts(4);
  return startAirlock({ model, partner });
}

function clientOf(airlock: Airlock, name: 'customer-admin' | 'partner-admin' | 'stranger') {
  return { endpoint: airlock.awsUrl, region: airlock.region, credentials: airlock.credentials[name], maxAttempts: 1 };
}

function aliasOf(airlock: Airlock): string {
  const definition = airlock.deployment.functions.find(({ functionName }) => functionName === 'airlock-partner-token');
  return `${definition?.arn}:${definition?.aliases[0]?.name}`;
}

describe('a request that no interaction of the contract fits', () => {
  it('is refused by the API, and its trace names the nearest interaction', async () => {
    await using airlock = await startStandIns();
    const { status, json, headers } = await callRequest(airlock, unknown);
    expect(status).toBe(422);
    expect(json.error.code).toBe('MODEL_REJECTED_REQUEST');
    const traceId = headers.get('x-amzn-trace-id')?.replace('Root=', '');
    const trace = airlock.traces().find((one) => one.traceId === traceId);
    const span = trace?.spans.find(({ name }) => name === 'aws.sagemaker');
    expect(span?.fields).toMatchObject({ nearestInteraction: 'records as JSON' });
    expect(JSON.stringify(airlock.traces())).not.toContain('confidential-4711');
  });

  it("is answered 400 by the model's stand-in, with what differs and without a value of the request", async () => {
    await using airlock = await startStandIns();
    const client = new SageMakerRuntimeClient(clientOf(airlock, 'customer-admin'));
    try {
      const call = client.send(
        new InvokeEndpointCommand({ EndpointName: airlock.endpointName ?? '', ContentType: 'application/json', Body: unknown }),
      );
      const error = await call.then(
        () => null,
        (failure: { name: string; OriginalStatusCode: number; OriginalMessage: string }) => failure,
      );
      expect(error).toMatchObject({ name: 'ModelError', OriginalStatusCode: 400 });
      expect(error?.OriginalMessage).toContain('records as JSON');
      expect(error?.OriginalMessage).toContain('email');
      expect(error?.OriginalMessage).not.toContain('confidential-4711');
    } finally {
      client.destroy();
    }
  });

  it('is a failure of the token function, whose message names the nearest interaction', async () => {
    await using airlock = await startStandIns();
    const client = new LambdaClient(clientOf(airlock, 'partner-admin'));
    try {
      const { StatusCode, FunctionError, Payload, ExecutedVersion, $metadata } = await client.send(
        new InvokeCommand({ FunctionName: aliasOf(airlock), Payload: JSON.stringify({ productCode: 'another-product' }) }),
      );
      expect({ StatusCode, FunctionError, ExecutedVersion }).toEqual({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '1' });
      expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
      const error = JSON.parse(Buffer.from(Payload ?? []).toString());
      expect(error.errorType).toBe('NoInteractionFits');
      expect(error.errorMessage).toMatch(/nearest is "a token/);
      expect(error.errorMessage).toContain('productCode');
      expect(error.errorMessage).not.toContain('another-product');
    } finally {
      client.destroy();
    }
    const { status, json } = await callInit(airlock, { productCode: 'another-product' });
    expect(status).toBe(502);
    expect(json.error.code).toBe('PARTNER_UNAVAILABLE');
  });
});

describe("in front of the token function's stand-in", () => {
  it("the template's permission stays in force: a stranger is refused", async () => {
    await using airlock = await startStandIns();
    const client = new LambdaClient(clientOf(airlock, 'stranger'));
    try {
      const call = client.send(new InvokeCommand({ FunctionName: aliasOf(airlock), Payload: '{"productCode":"airlock-identity"}' }));
      await expect(call).rejects.toMatchObject({ name: 'AccessDeniedException' });
    } finally {
      client.destroy();
    }
  });

  it('an alias that the template does not have is not found', async () => {
    await using airlock = await startStandIns();
    const client = new LambdaClient(clientOf(airlock, 'partner-admin'));
    try {
      const call = client.send(new InvokeCommand({ FunctionName: aliasOf(airlock).replace(/:[^:]+$/, ':s-nobody000000') }));
      await expect(call).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    } finally {
      client.destroy();
    }
  });

  it('DryRun and Event are answered as Lambda does, without a payload', async () => {
    await using airlock = await startStandIns();
    const client = new LambdaClient(clientOf(airlock, 'partner-admin'));
    try {
      for (const [InvocationType, expected] of [
        ['DryRun', 204],
        ['Event', 202],
      ] as const) {
        const { StatusCode } = await client.send(
          new InvokeCommand({ FunctionName: aliasOf(airlock), InvocationType, Payload: '{"productCode":"airlock-identity"}' }),
        );
        expect(StatusCode).toBe(expected);
      }
    } finally {
      client.destroy();
    }
  });
});
