// A running model that can be made to fail, break off, or wait. Without a fault it is the model itself.
import type { Faults, Hold } from '../faults.ts';
import { type Model, type ModelAnswer, ModelFailure, type ModelRequest } from './model.ts';

export function createFaultyModel(model: Model, faults: Pick<Faults, 'model'>): Model {
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
    async request(request) {
      const fault = faults.model;
      if (fault === null) return model.request(request);
      if (fault.kind === 'notRunning') throw new ModelFailure('notReady', 'The model is not running: a provider state says so.');
      // What is asked of the container besides, /ping say, stays well: it runs.
      if (request.path !== '/invocations') return model.request(request);
      switch (fault.kind) {
        case 'answers':
          return plainAnswer(fault.status, fault.body);
        case 'connectionLost':
          throw new ModelFailure('connectionLost', 'The connection broke off: a provider state says so.');
        case 'held': {
          const beganAtMs = performance.now();
          fault.hold.reach();
          await untilReleased(fault.hold, request);
          return model.request({ ...request, timeoutMs: Math.max(1, request.timeoutMs - (performance.now() - beganAtMs)) });
        }
        default:
          return fault satisfies never;
      }
    },
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
