// A running model that can be made to fail, break off, or wait. Without a fault it is the model itself.
import type { Faults, Hold } from '../faults.ts';
import { type Model, type ModelAnswer, ModelFailure, type ModelRequest } from './model.ts';
import { asResponse } from './whole-body.ts';

export function createFaultyModel(model: Model, faults: Pick<Faults, 'model'>): Model {
  async function ask<Answer>(
    request: ModelRequest,
    {
      ofModel,
      ofFault,
    }: { readonly ofModel: (request: ModelRequest) => Promise<Answer>; readonly ofFault: (answer: ModelAnswer) => Answer },
  ): Promise<Answer> {
    const fault = faults.model;
    if (fault === null) return ofModel(request);
    if (fault.kind === 'notRunning') throw new ModelFailure('notReady', 'The model is not running: a provider state says so.');
    // What is asked of the container besides, /ping say, stays well: it runs.
    if (request.path !== '/invocations') return ofModel(request);
    switch (fault.kind) {
      case 'answers':
        return ofFault(plainAnswer(fault.status, fault.body));
      case 'connectionLost':
        throw new ModelFailure('connectionLost', 'The connection broke off: a provider state says so.');
      case 'held': {
        const beganAtMs = performance.now();
        fault.hold.reach();
        await untilReleased(fault.hold, request);
        return ofModel({ ...request, timeoutMs: Math.max(1, request.timeoutMs - (performance.now() - beganAtMs)) });
      }
      default:
        return fault satisfies never;
    }
  }

  return {
    get sealed() {
      return model.sealed;
    },
    get description() {
      return model.description;
    },
    ...(model.standIn !== undefined && { standIn: model.standIn }),
    get state() {
      return faults.model?.kind === 'notRunning' ? 'failed' : model.state;
    },
    request: (request) => ask(request, { ofModel: (asked) => model.request(asked), ofFault: (answer) => answer }),
    open: (request) => ask(request, { ofModel: (asked) => model.open(asked), ofFault: asResponse }),
    close: () => model.close(),
  };
}

function plainAnswer(status: number, body: string): ModelAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
}

/** Rejects with ModelFailure where the caller goes, or its time is over, before. */
async function untilReleased({ released }: Hold, { signal, timeoutMs }: ModelRequest): Promise<void> {
  const ended = Promise.withResolvers<never>();
  const timer = setTimeout(() => ended.reject(new ModelFailure('timedOut', `No answer in ${timeoutMs} ms.`)), timeoutMs);
  const onAbort = () => ended.reject(new ModelFailure('aborted', 'The caller has gone.'));
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([released, ended.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
