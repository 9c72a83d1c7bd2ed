// The request function with a bucket in memory and a model that answers as the test wants.
import type { InvokeEndpointCommand, InvokeEndpointCommandOutput } from '@aws-sdk/client-sagemaker-runtime';
import { createRequest, type RequestOptions } from '../../../lambdas/request/answer-request.ts';
import { type CallParts, callOf, contextOf } from './calls.ts';
import { MemoryObjects } from './memory-objects.ts';

export const now = Date.UTC(2026, 10, 22, 12);
export const authorizer = {
  subject: '222222222222',
  productCode: 'airlock-identity',
  tokenExpiresAt: String(now / 1_000 + 60),
  tokenId: 'token-1',
};
const json = { 'Content-Type': 'application/json' };
export const body = '{"records":[{"name":"canary"}]}';
export const otherBody = '{"records":[{"name":"canary"},{}]}';
export const modelAnswer = Buffer.from([0, 1, 2, 0xff, 0x0a]);

export function modelError(OriginalStatusCode: number): Error {
  return Object.assign(new Error('canary'), { name: 'ModelError', $metadata: { httpStatusCode: 424 }, OriginalStatusCode });
}

/** One deployment of the function with its bucket; every call is an invocation of its own. */
export function deployment(change: Partial<RequestOptions> = {}) {
  const objects = new MemoryObjects();
  const invoked: InvokeEndpointCommand['input'][] = [];
  const worker: { FunctionName?: string | undefined; InvocationType?: string | undefined; requestId: string }[] = [];
  let invocations = 0;
  const world = { objects, invoked, worker, now, model: async (): Promise<void> => {}, queue: async (): Promise<void> => {}, modelAnswer };
  const handler = createRequest({
    ownAccountId: '222222222222',
    endpointName: 'identity',
    sendInvokeEndpoint: async ({ input }): Promise<InvokeEndpointCommandOutput> => {
      invoked.push(input);
      await world.model();
      return { $metadata: {}, Body: world.modelAnswer as never, ContentType: 'application/octet-stream' };
    },
    objects,
    states: objects,
    workerFunctionName: 'worker',
    sendInvoke: async ({ input: { FunctionName, InvocationType, Payload } }) => {
      await world.queue();
      worker.push({ FunctionName, InvocationType, ...JSON.parse(String(Payload)) });
      return { $metadata: {}, StatusCode: 202 };
    },
    now: () => world.now,
    // Time passes where the function waits.
    wait: async (ms) => {
      world.now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
    ...change,
  });
  const call = async (parts: CallParts & { readonly invocationId?: string } = {}, remainingMs = 28_000) => {
    invocations += 1;
    const endsAt = world.now + remainingMs;
    const id = parts.invocationId ?? `invocation-${invocations}`;
    const result = await handler(
      callOf({ body, headers: json, authorizer, requestId: `gateway-${invocations}`, ...parts }),
      contextOf(id, () => endsAt - world.now),
    );
    return { ...result, json: JSON.parse(result.body) };
  };
  const keyed = (key: string, parts: CallParts = {}, remainingMs?: number) =>
    call({ ...parts, headers: { ...json, 'Idempotency-Key': key } }, remainingMs);
  return Object.assign(world, { call, keyed });
}
