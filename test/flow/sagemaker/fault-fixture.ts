// The fault-injecting container behind the AWS endpoint, and the SDK's client in front of it; what is open between them can be counted.
import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  type InvokeEndpointWithResponseStreamCommandOutput,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { connectUrlModel } from '../../../emulator/model/url-model.ts';
import { createSageMakerService } from '../../../emulator/sagemaker/sagemaker-service.ts';
import { customerAccount, roleSessionOf } from '../../unit/kms/aws-call.ts';
import { endpoint as identityEndpoint } from '../../unit/sagemaker/sagemaker-fixture.ts';
import { allowing, log, region, startTestEndpoint } from '../kms/aws-endpoint.ts';
import { type BehaviourName, startFaultContainer } from './fault-container.ts';

export interface Limits {
  readonly timeoutMs?: number;
  readonly streamTimeoutMs?: number;
  readonly streamReadGraceMs?: number;
}

/** What a caller of a streamed answer has in the end. */
export interface Streamed {
  readonly head: InvokeEndpointWithResponseStreamCommandOutput;
  readonly bytes: number;
  readonly start: string;
  /** Thrown by the iterator; null where the stream ended by itself. */
  readonly error: unknown;
}

export async function startFaultFixture(limits: Limits = {}) {
  const container = await startFaultContainer();
  const model = await connectUrlModel({ url: container.url, log });
  const service = createSageMakerService({
    ...{ endpoints: [identityEndpoint], endpointConfigs: [], models: [], modelFor: () => model, region, log, ...limits },
  });
  const awsEndpoint = await startTestEndpoint([service]);
  const caller = allowing(roleSessionOf(customerAccount, 'request'), {
    Effect: 'Allow',
    Action: 'sagemaker:InvokeEndpoint',
    Resource: identityEndpoint.arn,
  });
  const client = new SageMakerRuntimeClient(awsEndpoint.clientOf(caller));
  const input = (behaviour: BehaviourName, body: Buffer) => ({
    EndpointName: identityEndpoint.endpointName,
    CustomAttributes: behaviour,
    ContentType: 'text/plain',
    Body: body,
  });
  return {
    container,
    client,
    url: awsEndpoint.url,
    traces: awsEndpoint.traces,
    closeEndpoint: () => awsEndpoint[Symbol.asyncDispose](),
    invoke: (behaviour: BehaviourName, body: Buffer = Buffer.from('hello')) =>
      client.send(new InvokeEndpointCommand(input(behaviour, body))),
    openStream: (behaviour: BehaviourName, options: { body?: Buffer; abortSignal?: AbortSignal } = {}) => {
      const { body = Buffer.from('hello'), abortSignal } = options;
      return client.send(new InvokeEndpointWithResponseStreamCommand(input(behaviour, body)), { ...(abortSignal && { abortSignal }) });
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await awsEndpoint[Symbol.asyncDispose]();
      await model.close();
      await container[Symbol.asyncDispose]();
    },
  };
}

export type FaultFixture = Awaited<ReturnType<typeof startFaultFixture>>;

export async function readStream(head: InvokeEndpointWithResponseStreamCommandOutput): Promise<Streamed> {
  let bytes = 0;
  let start = '';
  try {
    for await (const event of head.Body ?? []) {
      const part = event.PayloadPart?.Bytes ?? new Uint8Array();
      bytes += part.length;
      if (start.length < 100) start += Buffer.from(part).toString('latin1', 0, 100);
    }
    return { head, bytes, start, error: null };
  } catch (error) {
    return { head, bytes, start, error };
  }
}
