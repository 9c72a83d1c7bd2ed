// The container as SageMaker runs it: network off, artifact read-only. It stays up to the end; most checks look at this one.
import { pingTimeoutMs } from '../../limits.ts';
import { ModelFailure } from '../../model/model.ts';
import type { ModelChannel } from '../../model/model-channel.ts';
import { pause } from '../../model/readiness.ts';
import { ContainerNotStarted, type ValidationContainer } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import type { Startup } from '../report.ts';

export type SealedRun =
  /** Docker could not start its program, in the daemon's words. */
  | { readonly kind: 'notStarted'; readonly reason: string }
  /** It ended, or /ping gave no 200 in time. */
  | { readonly kind: 'notServing'; readonly container: ValidationContainer; readonly startup: Startup }
  | { readonly kind: 'serving'; readonly container: ValidationContainer; readonly startup: Startup };

export const sealedRun: Probe<SealedRun> = {
  title: 'starting the container sealed',
  run: (context) => startSealed(context),
};

/** For checks that need a container which serves; the others are not decided, and the checks of the start say why. */
export async function servingContainer({ of }: { of: <Found>(probe: Probe<Found>) => Promise<Found> }): Promise<ValidationContainer> {
  const run = await of(sealedRun);
  if (run.kind === 'serving') return run.container;
  throw new NotDecided('the container does not come into service');
}

async function startSealed({ containers, options, signal }: ProbeContext): Promise<SealedRun> {
  let container: ValidationContainer;
  try {
    container = await containers.start({ network: 'none' });
  } catch (error) {
    if (error instanceof ContainerNotStarted) return { kind: 'notStarted', reason: error.message };
    throw error;
  }
  const startup = await pingUntilReady(container, { timeoutMs: options.startupTimeoutMs, signal });
  return { kind: startup.readyMs === null ? 'notServing' : 'serving', container, startup };
}

/** Polls /ping as SageMaker does, until the first 200, the container's end or the time; what each came to. */
export async function pingUntilReady(
  container: ValidationContainer,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Startup> {
  const pings: Startup['pings'][number][] = [];
  for (;;) {
    signal.throwIfAborted();
    const atMs = performance.now() - container.startedAtMs;
    if (container.exit() !== null || atMs >= timeoutMs) return { pings, readyMs: null };
    const { result, durationMs } = await pingOnce(container.channel, signal);
    // A container that takes minutes is asked once a second; the plot needs no more.
    pings.push({ atMs: Math.round(atMs), durationMs: Math.round(durationMs), result });
    if (result === 200) return { pings, readyMs: Math.round(performance.now() - container.startedAtMs) };
    await pause(Math.min(Math.max(atMs / 20, 20), 1_000), signal);
  }
}

/** A status, or why there was none. */
export async function pingOnce(
  channel: ModelChannel,
  signal: AbortSignal,
): Promise<{ readonly result: number | string; readonly durationMs: number }> {
  const beganAtMs = performance.now();
  try {
    const { status } = await channel.send({ method: 'GET', path: '/ping', headers: {}, timeoutMs: pingTimeoutMs, signal });
    return { result: status, durationMs: performance.now() - beganAtMs };
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    return { result: error.reason, durationMs: performance.now() - beganAtMs };
  }
}
