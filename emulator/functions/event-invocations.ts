// Asynchronous invocations (InvocationType Event): accepted at once, run in the background, a bounded number of them.
// Known gap: one attempt. Lambda tries a failed event twice more, after one and two minutes, and has destinations for what fails.
import type { Log } from '../log.ts';
import type { FunctionInvoker, InvokeRequest } from './outcome.ts';

/** Ours: events that are accepted and not finished. */
const eventsMax = 100;

export interface EventInvocations {
  /** False when there are too many already. */
  accept(request: InvokeRequest): boolean;
}

export function createEventInvocations({ invoker, log }: { invoker: FunctionInvoker; log: Log }): EventInvocations {
  let unfinished = 0;

  async function run(request: InvokeRequest): Promise<void> {
    const { functionArn, requestId } = request;
    try {
      const invocation = await invoker.invoke(request);
      if ('kind' in invocation) log.warn({ functionArn, requestId, reason: invocation.reason }, 'event not run');
      else if (invocation.outcome.kind !== 'returned') {
        log.warn({ functionArn, requestId, errorType: invocation.outcome.error.errorType }, 'event failed; Airlock does not retry it');
      }
    } catch (error) {
      log.error({ error, functionArn, requestId }, 'event not run');
    } finally {
      unfinished -= 1;
    }
  }

  return {
    accept(request) {
      if (unfinished >= eventsMax) return false;
      unfinished += 1;
      void run(request);
      return true;
    },
  };
}
