// Asynchronous invocations (InvocationType Event): accepted when they are on disk, run in the background, tried again as Lambda does,
// and their destinations told. A bounded number of them; what a process leaves unfinished the next one on the same directory takes up.
import { hash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { QueueDirectory } from '../../queue-directory.ts';
import type { FunctionInvoker, Invocation, InvokeRefusal, InvokeRequest } from '../outcome.ts';
import { lengthenChain } from '../trace-header.ts';
import type { Destinations } from './destinations.ts';
import type { EventSettings } from './event-settings.ts';
import type { AttemptResponse, EventCondition, QueuedEvent } from './queued-event.ts';
import { type Decision, decideAfterAttempt, decideAfterRefusal, isTooOld } from './retry-decision.ts';
import { untilStored } from './until-stored.ts';

export interface EventInvocationsOptions {
  /** Room for twice eventsMax; closed by close(). */
  readonly queue: QueueDirectory<QueuedEvent>;
  readonly invoker: FunctionInvoker;
  readonly settingsOf: (invokedArn: string) => EventSettings;
  /** "$LATEST" or a number; null for what is in no template. */
  readonly versionOf: (invokedArn: string) => string | null;
  readonly allowsRecursiveLoop: (invokedArn: string) => boolean;
  /** No concurrency is reserved for it, not one: it is not to run. */
  readonly isTurnedOff: (invokedArn: string) => boolean;
  readonly destinations: Destinations;
  readonly clock: Clock;
  readonly log: Log;
}

export type AcceptedEvent = Required<Pick<InvokeRequest, 'functionArn' | 'payload' | 'requestId' | 'traceHeader'>>;

export interface EventInvocations {
  /** On disk when it returns 'accepted'. */
  accept(event: AcceptedEvent): 'accepted' | 'full' | 'closed';
  /** Takes up what an earlier process left; call it when functions can run. */
  begin(): void;
  /** What runs gets a moment to end; what is unfinished stays in the queue. Safe to call twice. */
  close(): Promise<void>;
}

/** Ours: events that are accepted and not finished. */
export const eventsMax = 100;
/** Ours: an attempt that takes longer is cut off, and does not count: it was no failure of the function's. */
const closeGraceMs = 1_000;

export function createEventInvocations(options: EventInvocationsOptions): EventInvocations {
  const { queue, invoker, settingsOf, versionOf, destinations, clock, log } = options;
  const timers = new Map<string, NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  // What is accepted before begin() is not among them.
  const left = queue.list();
  let closing: Promise<void> | null = null;

  function start(id: string, work: (id: string, event: QueuedEvent) => Promise<void>): void {
    if (closing !== null) return;
    const one = insist(id, async () => {
      const event = queue.get(id);
      if (event !== null) await work(id, event);
    }).finally(() => running.delete(one));
    running.add(one);
  }

  function insist(id: string, step: () => Promise<void> | void): Promise<void> {
    return untilStored({ step, isClosing: () => closing !== null, signal: stop.signal, log: log.child({ requestId: id }) });
  }

  function schedule(id: string, atMs: number): void {
    if (closing !== null) return;
    const begin = () => {
      timers.delete(id);
      start(id, attempt);
    };
    timers.set(id, setTimeout(begin, Math.max(0, atMs - clock.now())));
  }

  async function attempt(id: string, event: QueuedEvent): Promise<void> {
    const settings = settingsOf(event.functionArn);
    if (isTooOld(event, clock.now(), settings)) return finish(id, event, 'EventAgeExceeded');
    // "without any retries" [I]
    if (options.isTurnedOff(event.functionArn)) return finish(id, event, 'ZeroReservedConcurrency');
    const begun: QueuedEvent = { ...event, attempts: event.attempts + 1, refusals: 0, isRunning: true };
    queue.replace(id, begun);
    const invocation = await invoke(id, event);
    if (stop.signal.aborted) return;
    if (!('kind' in invocation)) return settle(id, begun, responseOf(invocation));
    if (invocation.reason === 'closed') return;
    if (invocation.reason === 'notFound') {
      log.warn({ functionArn: event.functionArn, requestId: id }, 'event discarded: there is no such function to run');
      return insist(id, () => queue.remove(id));
    }
    log.debug({ functionArn: event.functionArn, requestId: id, reason: invocation.reason }, 'event throttled');
    const refused = { ...event, refusals: event.refusals + 1 };
    return insist(id, () => follow(id, refused, decideAfterRefusal(event, { nowMs: clock.now(), settings })));
  }

  /** What breaks on our side is tried again like a throttled event, as Lambda does with an error of its own. */
  async function invoke(id: string, { functionArn, traceHeader }: QueuedEvent): Promise<Invocation | InvokeRefusal> {
    try {
      const payload = queue.readBody(id)?.toString() ?? '';
      return await invoker.invoke({ functionArn, payload, requestId: id, traceHeader });
    } catch (error) {
      log.error({ error, functionArn, requestId: id }, 'event not run');
      return { kind: 'refused', reason: 'throttled' };
    }
  }

  async function settle(id: string, event: QueuedEvent, response: AttemptResponse): Promise<void> {
    const { functionArn, attempts } = event;
    if (response.isError) {
      const { errorType } = JSON.parse(response.payload) as { errorType?: string };
      log.warn({ functionArn, requestId: id, attempt: attempts, errorType }, 'event failed');
    }
    const decide = () => decideAfterAttempt(event, response.isError, { nowMs: clock.now(), settings: settingsOf(functionArn) });
    return insist(id, () => follow(id, { ...event, response }, decide()));
  }

  async function follow(id: string, event: QueuedEvent, decision: Decision): Promise<void> {
    if (decision.kind === 'finished') return finish(id, event, decision.condition);
    queue.replace(id, { ...event, isRunning: false, nextAttemptAtMs: decision.atMs });
    schedule(id, decision.atMs);
  }

  async function finish(id: string, event: QueuedEvent, condition: EventCondition): Promise<void> {
    const { functionArn, attempts } = event;
    if (condition !== 'Success') log.warn({ functionArn, requestId: id, attempt: attempts, condition }, 'event given up');
    if (destinationOf(functionArn, condition) === null) return queue.remove(id);
    const finished: QueuedEvent = { ...event, isRunning: false, finished: { condition, atMs: clock.now() } };
    // First: whatever happens from here, the function does not run again.
    queue.replace(id, finished);
    return insist(id, () => tell(id, finished));
  }

  async function tell(id: string, event: QueuedEvent): Promise<void> {
    const { finished, functionArn } = event;
    const destinationArn = finished === null ? null : destinationOf(functionArn, finished.condition);
    if (finished !== null && destinationArn !== null) {
      const payload = queue.readBody(id)?.toString() ?? '{}';
      const invokeDestination = (arn: string, record: string) => {
        const successor = { ...event, functionArn: arn, payload: record, requestId: successorOf(id) };
        const added = add(successor, { isLast: finished.condition === 'RecursiveInvocation' });
        if (!added) log.warn({ functionArn, requestId: id, destination: arn }, 'the record was not sent: too many unfinished events');
      };
      await destinations.send({ requestId: id, event, finished, payload, destinationArn, invoke: invokeDestination, signal: stop.signal });
    }
    // By itself: the record has been sent.
    if (!stop.signal.aborted) await insist(id, () => queue.remove(id));
  }

  function destinationOf(functionArn: string, condition: EventCondition): string | null {
    const { onSuccess, onFailure } = settingsOf(functionArn);
    return condition === 'Success' ? onSuccess : onFailure;
  }

  /** `isLast`: if the event is stopped as one of a loop, nobody is told; or two destinations would tell each other for ever. */
  function add({ functionArn, payload, requestId, traceHeader }: AcceptedEvent, { isLast } = { isLast: false }): boolean {
    const chain = lengthenChain(traceHeader, functionArn.split(':').slice(0, 7).join(':'));
    const isStopped = chain.isTooLong && !options.allowsRecursiveLoop(functionArn);
    if (isStopped) {
      log.warn({ functionArn, requestId }, 'event stopped: its functions invoke each other in a loop (RecursiveLoop)');
      if (isLast || settingsOf(functionArn).onFailure === null) return true;
    }
    // Of a record that was queued just before the process died.
    if (queue.get(requestId) !== null) return true;
    const nowMs = clock.now();
    const event: QueuedEvent = {
      ...{ functionArn, traceHeader: chain.traceHeader, acceptedAtMs: nowMs, nextAttemptAtMs: nowMs },
      ...{ attempts: 0, refusals: 0, isRunning: false, response: null },
      finished: isStopped ? { condition: 'RecursiveInvocation', atMs: nowMs } : null,
    };
    if (!queue.add(requestId, event, Buffer.from(payload))) return false;
    start(requestId, isStopped ? tell : attempt);
    return true;
  }

  /** Its process died, or was ended, in the middle of an attempt: that one has failed. */
  function takeUp(id: string, event: QueuedEvent): Promise<void> {
    const errorMessage = `RequestId: ${id} Error: Runtime exited without providing a reason`;
    const payload = JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage });
    return settle(id, event, { executedVersion: versionOf(event.functionArn) ?? '$LATEST', isError: true, payload });
  }

  /** The attempt that our own end cuts off. Where the disk refuses it the next process counts it as failed, as after a kill. */
  function takeBack(id: string, event: QueuedEvent): void {
    if (!event.isRunning || event.finished !== null) return;
    try {
      queue.replace(id, { ...event, attempts: event.attempts - 1, isRunning: false, nextAttemptAtMs: clock.now() });
    } catch (error) {
      log.warn({ error, requestId: id }, 'an event that is cut off counts as failed');
    }
  }

  async function end(): Promise<void> {
    for (const timer of timers.values()) clearTimeout(timer);
    let grace: NodeJS.Timeout | undefined;
    const waited = new Promise<void>((resolve) => {
      grace = setTimeout(resolve, closeGraceMs);
    });
    await Promise.race([Promise.all(running), waited]);
    clearTimeout(grace);
    stop.abort();
    for (const { id, entry } of queue.list()) takeBack(id, entry);
    queue.close();
  }

  return {
    accept(event) {
      if (closing !== null) return 'closed';
      return queue.list().length < eventsMax && add(event) ? 'accepted' : 'full';
    },
    begin() {
      for (const { id, entry } of left) {
        if (entry.finished !== null) start(id, tell);
        else if (entry.isRunning) start(id, takeUp);
        else schedule(id, entry.nextAttemptAtMs);
      }
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
}

function responseOf({ outcome, executedVersion }: Invocation): AttemptResponse {
  if (outcome.kind === 'returned') return { executedVersion, isError: false, payload: outcome.payload };
  return { executedVersion, isError: true, payload: JSON.stringify(outcome.error) };
}

/** The request id of the destination's own invocation: the same one if it is sent again after a restart. */
function successorOf(id: string): string {
  const digits = hash('sha256', `destination of ${id}`, 'hex');
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-');
}
