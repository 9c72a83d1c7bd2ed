// The queue of asynchronous requests: accepted when they are on disk, run in the order of their arrival, so many at a time as the endpoint's
// configuration says. What a process leaves unfinished the next one on the same directory takes up.
import { randomUUID } from 'node:crypto';
import { pause } from '../../model/readiness.ts';
import type { QueueDirectory } from '../../queue-directory.ts';
import type { Endpoint } from '../../template/sagemaker-definitions.ts';
import { concurrentInvocations } from './async-limits.ts';
import { createExpiryTimer } from './expiry-timer.ts';
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
  waiting: string[];
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
  /** Of endpoints that the templates do not have now: a start with others may take them up. */
  const unclaimed = new Set<string>();
  const timer = createExpiryTimer({ clock, onExpiry: expire });
  let hasBegun = false;
  let closing: Promise<void> | null = null;

  function pump(lane: Lane): void {
    while (hasBegun && !quit.signal.aborted && lane.running < lane.atOnceMax) {
      const id = lane.waiting.shift();
      if (id === undefined) break;
      lane.running += 1;
      track(work(lane, id), () => {
        lane.running -= 1;
        pump(lane);
      });
    }
    timer.set(nearestExpiryMs());
  }

  function track(work: Promise<void>, then: () => void): void {
    const one = work.finally(() => {
      running.delete(one);
      then();
    });
    running.add(one);
  }

  function expiryMsOf(id: string): number {
    const request = queue.get(id);
    return request === null ? Number.POSITIVE_INFINITY : request.acceptedAtMs + request.ttlMs;
  }

  function nearestExpiryMs(): number {
    const ids = [...lanes.values()].flatMap(({ waiting }) => waiting);
    return [...ids, ...unclaimed].reduce((nearest, id) => Math.min(nearest, expiryMsOf(id)), Number.POSITIVE_INFINITY);
  }

  /** What expired while it waited fails now, not when its turn comes: the container has nothing to do with it. */
  function expire(): void {
    if (quit.signal.aborted) return;
    const isExpired = (id: string) => clock.now() > expiryMsOf(id);
    for (const lane of lanes.values()) {
      const expired = lane.waiting.filter(isExpired);
      lane.waiting = lane.waiting.filter((id) => !expired.includes(id));
      for (const id of expired) track(work(lane, id), () => undefined);
    }
    for (const id of [...unclaimed].filter(isExpired)) discard(id);
    timer.set(nearestExpiryMs());
  }

  function discard(id: string): void {
    unclaimed.delete(id);
    const { endpointArn, requestId } = queue.get(id) ?? {};
    try {
      queue.remove(id);
      log.warn({ endpointArn, requestId }, 'asynchronous request expired: no template has this endpoint as an asynchronous one');
    } catch (error) {
      log.error({ error, endpointArn, requestId }, 'an expired asynchronous request was not removed');
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
    timer.close();
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
        unclaimed.add(id);
      }
      if (unclaimed.size > 0)
        log.warn(
          { count: unclaimed.size },
          'asynchronous requests of endpoints that no template has as asynchronous ones: they stay in the queue until they expire',
        );
      timer.set(nearestExpiryMs());
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
