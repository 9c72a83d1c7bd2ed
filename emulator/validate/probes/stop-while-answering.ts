// SIGTERM in the middle of a request: half of its body is there, the rest comes after the signal. So it is under way however fast the model is.
import { PassThrough } from 'node:stream';
import { containerStopTimeoutMs } from '../../limits.ts';
import { ModelFailure, type ModelFailureReason } from '../../model/model.ts';
import { pause } from '../../model/readiness.ts';
import { ContainerNotStarted, type ValidationContainer } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import { type InvocationRequest, requestToSend } from './generic-request.ts';
import { pingUntilReady, servingContainer } from './sealed-run.ts';

export interface StopWhileAnswering {
  /** A status with its whole answer, or why there was none. */
  readonly result: number | ModelFailureReason;
  /** Since SIGTERM. */
  readonly durationMs: number;
  readonly isSample: boolean;
}

/** The first half has reached the program, and then the signal has. */
const settleMs = 300;

export const stopWhileAnswering: Probe<StopWhileAnswering> = {
  title: 'stopping a container in the middle of a request',
  async run({ containers, evidence, options, signal }: ProbeContext) {
    await servingContainer(evidence);
    const request = await requestToSend(evidence);
    let started: ValidationContainer;
    try {
      started = await containers.start({ network: 'none' });
    } catch (error) {
      if (error instanceof ContainerNotStarted) throw new NotDecided(`a second container cannot be started: ${error.message}`);
      throw error;
    }
    await using container = started;
    const { readyMs } = await pingUntilReady(container, { timeoutMs: options.startupTimeoutMs, signal });
    if (readyMs === null) throw new NotDecided('a second container does not come into service');
    const rest = Promise.withResolvers<void>();
    const answered = send(container, request, rest.promise, signal);
    await pause(settleMs, signal);
    if (container.exit() !== null) throw new NotDecided('the container ended before it was told to');
    const stoppedAtMs = performance.now();
    const stopped = container.stop(containerStopTimeoutMs);
    // Where the answer is there first, the container is removed: how long it takes to end is another check's.
    stopped.catch(() => {});
    await pause(settleMs, signal);
    rest.resolve();
    const result = await answered;
    signal.throwIfAborted();
    return { result, durationMs: Math.round(performance.now() - stoppedAtMs), isSample: request.isSample };
  },
};

async function send(
  { channel }: ValidationContainer,
  { headers, body }: InvocationRequest,
  rest: Promise<void>,
  signal: AbortSignal,
): Promise<number | ModelFailureReason> {
  const half = Math.ceil(body.length / 2);
  const open = () => {
    const stream = new PassThrough();
    stream.write(body.subarray(0, half));
    void rest.then(() => stream.end(body.subarray(half)));
    return stream;
  };
  try {
    const { status } = await channel.send({
      ...{ method: 'POST' as const, path: '/invocations', body: { open }, timeoutMs: containerStopTimeoutMs, signal },
      headers: { ...headers, 'content-length': String(body.length) },
    });
    return status;
  } catch (error) {
    if (error instanceof ModelFailure) return error.reason;
    throw error;
  }
}
