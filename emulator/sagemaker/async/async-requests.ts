// The queue of asynchronous requests: accepted when they are on disk, run in the order of their arrival, so many at a time as the endpoint's
// configuration says. What a process leaves unfinished the next one on the same directory takes up.
import { randomUUID } from 'node:crypto';
import { pause } from '../../model/readiness.ts';
import type { QueueDirectory } from '../../queue-directory.ts';
import type { Endpoint } from '../../template/sagemaker-definitions.ts';
import { concurrentInvocations } from './async-limits.ts';
import { createRequestFinisher, type RequestFinisherOptions } from './finish-request.ts';
import type { InvocationFields, InvocationTraces } from './invocation-span.ts';
import type { QueuedRequest } from './queued-request.ts';

export interface AsyncRequestsOptions extends Omit<RequestFinisherOptions, 'stopping' | 'signal'> {
  /** Closed by close(). */
  readonly queue: QueueDirectory<QueuedRequest>;
  /** Those with AsyncInferenceConfig. */
  readonly endpoints: readonly Endpoint[];
  readonly traces: InvocationTraces;
}

export interface AsyncRequests {
  /** On disk when it returns 'accepted'. `body`: the inline input; `traceHeader`: X-Amzn-Trace-Id. */
  add(
    request: Omit<QueuedRequest, 'traceId' | 'acceptedAtMs' | 'step'>,
    call: { readonly body: Buffer | null; readonly traceHeader: string | undefined },
  ): 'accepted' | 'full' | 'closed';
  /** Takes up what an earlier process left; call it when the AWS endpoint answers. */
  begin(): void;
  /** What runs gets a moment to end; what is unfinished stays in the queue. Safe to call twice. */
  close(): Promise<void>;
}

interface Lane {
  readonly endpoint: Endpoint;
  readonly waiting: string[];
  readonly atOnceMax: number;
  running: number;
}

/** Ours: for invocations under way. */
const closeGraceMs = 1_000;

export function createAsyncRequests(options: AsyncRequestsOptions): AsyncRequests {
  const { queue, endpoints, clock, log, traces } = options;
  const lanes = new Map(endpoints.map((endpoint) => [endpoint.arn, laneOf(endpoint)]));
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  /** No new invocation from here on; those under way get a moment. */
  const quit = new AbortController();
  const finish = createRequestFinisher({ ...options, stopping: quit.signal, signal: stop.signal });
  let hasBegun = false;
  let closing: Promise<void> | null = null;

  function pump(lane: Lane): void {
    while (hasBegun && !quit.signal.aborted && lane.running < lane.atOnceMax) {
      const id = lane.waiting.shift();
      if (id === undefined) return;
      lane.running += 1;
      const one = work(lane, id).finally(() => {
        running.delete(one);
        lane.running -= 1;
        pump(lane);
      });
      running.add(one);
    }
  }

  /** Never rejects. */
  async function work({ endpoint }: Lane, id: string): Promise<void> {
    const request = queue.get(id);
    if (request === null) return;
    const { endpointName } = endpoint;
    const { requestId, traceId } = request;
    const startedAt = performance.now();
    const span = traces.beginSpan(traceId, { endpointName, requestId });
    const said: { fields: InvocationFields } = { fields: {} };
    const annotate = (fields: InvocationFields) => {
      said.fields = { ...said.fields, ...fields };
      span.annotate(fields);
    };
    let outcome = 'stopped';
    try {
      outcome = await finish(endpoint, id, annotate);
    } catch (error) {
      // It stays in the queue, and the next process takes it up.
      log.error({ error, endpointName, requestId }, 'an asynchronous request was not finished');
      outcome = 'internalFailure';
    }
    span.end({ outcome });
    const durationMs = Math.round(performance.now() - startedAt);
    const line = { endpointName, ...said.fields, outcome, requestId, traceId, durationMs };
    log[outcome === 'done' || outcome === 'stopped' ? 'info' : 'warn'](line, 'asynchronous invocation');
  }

  async function end(): Promise<void> {
    quit.abort();
    const ended = new AbortController();
    const finished = Promise.all(running).then(() => ended.abort());
    await Promise.race([finished, pause(closeGraceMs, ended.signal)]);
    stop.abort();
    await finished;
    queue.close();
  }

  return {
    add(request, { body, traceHeader }) {
      const lane = lanes.get(request.endpointArn);
      if (quit.signal.aborted || lane === undefined) return 'closed';
      const id = randomUUID();
      const entry: QueuedRequest = {
        ...request,
        traceId: traces.traceIdOf(traceHeader),
        acceptedAtMs: clock.now(),
        step: { kind: 'waiting' },
      };
      if (!queue.add(id, entry, body ?? undefined)) return 'full';
      // Before begin() it is one of those that are taken up.
      if (hasBegun) lane.waiting.push(id);
      pump(lane);
      return 'accepted';
    },
    begin() {
      if (hasBegun) return;
      hasBegun = true;
      for (const { id, entry } of queue.list()) {
        const lane = lanes.get(entry.endpointArn);
        if (lane !== undefined) {
          lane.waiting.push(id);
          continue;
        }
        const { endpointArn, requestId } = entry;
        log.warn({ endpointArn, requestId }, 'asynchronous request discarded: no template has this endpoint as an asynchronous one');
        queue.remove(id);
      }
      for (const lane of lanes.values()) pump(lane);
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
}

function laneOf(endpoint: Endpoint): Lane {
  const wanted = endpoint.asyncInference?.maxConcurrentInvocations ?? concurrentInvocations.default;
  return { endpoint, waiting: [], atOnceMax: Math.min(wanted, concurrentInvocations.max), running: 0 };
}
