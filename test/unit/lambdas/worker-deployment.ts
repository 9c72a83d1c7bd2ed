// The worker with a bucket in memory, a model that answers as the test wants, and invocations that can die at any step.
import type { InvokeEndpointCommandOutput } from '@aws-sdk/client-sagemaker-runtime';
import { type LargeMediaType, type RequestState, stateKey } from '../../../lambdas/large-request/request-state.ts';
import { parseState } from '../../../lambdas/large-request/stored-state.ts';
import { defaultLimits, type WorkerLimits } from '../../../lambdas/worker/limits.ts';
import { createWorker } from '../../../lambdas/worker/work-on-request.ts';
import { MemoryBucket, type Step, storageOf } from './worker-storage.ts';

export const requestId = 'request-1';

/** The process is gone: nothing it does afterwards reaches anything. */
export class Died extends Error {
  override readonly name = 'Died';
}

interface Answer {
  readonly body: Uint8Array | string;
  readonly contentType?: string;
}

export type Model = (body: string, mediaType: string) => Promise<Answer> | Answer;

/** Lines of an answer that name the lines of the question, so that order and doubles show. */
const echoLines: Model = (body) => ({
  body: body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${JSON.stringify({ of: JSON.parse(line).n })}\n`)
    .join(''),
});

export function lines(count: number): string {
  return Array.from({ length: count }, (_, n) => `${JSON.stringify({ n })}\n`).join('');
}

interface DeploymentOptions {
  readonly input: string | Uint8Array;
  readonly mediaType?: LargeMediaType;
  readonly model?: Model;
  readonly limits?: Partial<WorkerLimits>;
  readonly state?: Partial<RequestState>;
}

export function workerDeployment({ input, mediaType = 'application/jsonlines', model = echoLines, limits, state }: DeploymentOptions) {
  const bucket = new MemoryBucket();
  const etag = bucket.write('inputs/a', input);
  const world = {
    bucket,
    now: Date.UTC(2026, 10, 23, 2),
    model,
    /** Bodies that the model has answered, or is answering. */
    sent: [] as string[],
    atTheModel: 0,
    atTheModelMax: 0,
    selfInvocations: 0,
    waits: [] as number[],
    step: ((_name) => undefined) as Step,
    /** Conditional writes that S3 refuses although nobody else has written. */
    refuses: (_key: string): boolean => false,
    /** What lists say of every object; null: its own bytes. */
    listedBytes: null as number | null,
    limits: { ...defaultLimits, partRecords: 2, rangeBytes: 16, uploadPartBytes: 32, ...limits } as WorkerLimits,
  };
  const at = new Date(world.now).toISOString();
  const first: RequestState = {
    requestId,
    subject: '222222222222',
    requestHash: 'f'.repeat(64),
    progress: 'QUEUED',
    input: { key: 'inputs/a', etag, bytes: Buffer.byteLength(input), mediaType },
    createdAt: at,
    updatedAt: at,
    recordsDone: 0,
    holder: null,
    attemptsWithoutProgress: 0,
    parts: [],
    cutToTheEnd: false,
    uploadId: null,
    assembly: null,
    result: null,
    error: null,
    ...state,
  };
  bucket.write(stateKey(requestId), JSON.stringify(first));

  const readState = () => parseState(bucket.text(stateKey(requestId)) ?? '');

  /** One invocation in a process of its own. */
  const invoke = async (invocationId: string, remainingMs = 900_000, dieAt: (name: string) => boolean = () => false): Promise<void> => {
    let isDead = false;
    const step: Step = (name) => {
      if (isDead) throw new Died();
      world.step(name);
      if (!dieAt(name)) return;
      isDead = true;
      throw new Died();
    };
    const endsAt = world.now + remainingMs;
    const worker = createWorker({
      endpointName: 'identity',
      sendInvokeEndpoint: async ({ input: { Body, ContentType = '' } }): Promise<InvokeEndpointCommandOutput> => {
        step('before InvokeEndpoint');
        const body = Buffer.from(Body as Uint8Array).toString();
        world.sent.push(body);
        world.atTheModel += 1;
        world.atTheModelMax = Math.max(world.atTheModelMax, world.atTheModel);
        try {
          const answer = await world.model(body, ContentType);
          step('after InvokeEndpoint');
          return { $metadata: {}, Body: Buffer.from(answer.body) as never, ContentType: answer.contentType ?? ContentType };
        } finally {
          world.atTheModel -= 1;
        }
      },
      storage: storageOf(bucket, step, { refuses: (key) => world.refuses(key), listedBytes: world.listedBytes }),
      invokeSelf: async () => {
        step('before invokeSelf');
        world.selfInvocations += 1;
        step('after invokeSelf');
      },
      now: () => world.now,
      // Time passes where the worker waits.
      wait: async (ms) => {
        world.waits.push(ms);
        world.now += ms;
        await new Promise((resolve) => setImmediate(resolve));
      },
      limits: world.limits,
    });
    await worker({ requestId }, { awsRequestId: invocationId, getRemainingTimeInMillis: () => endsAt - world.now });
  };

  return Object.assign(world, { invoke, readState, result: () => bucket.text(`results/${requestId}`) });
}
