// --leave-stale: the relay ends where it was left behind in a namespace that no model will come back to.
import { readFileSync } from 'node:fs';
import type { Target } from './carry.ts';
import { lookForModelStarts, type ModelStarts } from './model-starts.ts';
import { listeningPorts } from './proc-net.ts';
import { readIfThere } from './read-if-there.ts';

/** All in milliseconds. */
export interface Watch {
  /** Since the relay started. */
  readonly upMs: number;
  /** Since nothing listens at the target, or since the relay started. */
  readonly refusingMs: number;
  /** Null: the model was not started again since the relay was. */
  readonly restart: Restart | null;
}

export interface Restart {
  /** Since the model was started again. */
  readonly agoMs: number;
  /** How long its run before that lasted, at least. */
  readonly previousRunMs: number;
  /** How long Docker waited between the two, at most. */
  readonly backOffMs: number;
}

/** Docker starts a container again after 100 ms, and after twice the time with each run under 10 s, up to a minute. */
const docker = { backOffMsMax: 60_000, stableMs: 10_000 } as const;
const settledMs = 500;
const windowMs = 1_000;
/** Longer than SageMaker waits for a model to listen. */
const givesUpMs = 600_000;

/**
 * Compose: when the container of the model has died, Docker starts it again in a new namespace, and the relay sits in the old one for ever. The relay then
 * ends, so that Docker starts it again, too, in the new one. Docker gives that up for good where the model's container is not running at that moment,
 * but waits to be started again. So the relay ends only after it has seen a start of the model, and then either
 * - soon, where the run before lasted so long that one like it is still there when the relay comes back (Docker makes it wait, too, unless it ran 10 s), or
 * - when the new run has outlived the one before: had it ended as that one did, Docker would have started it again by now.
 * A model that keeps ending at once is therefore not followed before it stays; one that loads for minutes is not left at all.
 */
export function shouldLeave({ upMs, refusingMs, restart }: Watch): boolean {
  if (refusingMs < settledMs) return false;
  // No start seen in so long: perhaps this engine does not show them.
  if (restart === null) return refusingMs > givesUpMs;
  const { agoMs, previousRunMs, backOffMs } = restart;
  const ourBackOffMs = upMs > docker.stableMs ? 0 : 2 * backOffMs;
  const isSoon = agoMs > settledMs && agoMs < settledMs + windowMs;
  if (isSoon && previousRunMs > 2_000 + ourBackOffMs) return true;
  // A wait that was not seen by itself may hold a run of up to 10 s.
  const nextBackOffMs = Math.min(2 * backOffMs, docker.backOffMsMax + docker.stableMs);
  return agoMs > Math.min(previousRunMs, docker.stableMs) + nextBackOffMs + windowMs;
}

/** Looks at the kernel's table instead of connecting: the model does not notice. */
export function leaveWhenStale({ port }: Target): void {
  lookForModelStarts();
  let lastUpMs: number | null = null;
  setInterval(() => {
    const nowMs = performance.now();
    const ports = listeningPorts(readFileSync('/proc/net/tcp', 'utf8'), readIfThere('/proc/net/tcp6'));
    if (ports.some((listening) => listening.port === port && listening.onLoopback)) lastUpMs = nowMs;
    const refusingMs = nowMs - (lastUpMs ?? 0);
    const starts = lookForModelStarts();
    const lastUpAt = lastUpMs === null ? null : performance.timeOrigin + lastUpMs;
    const restart = starts.count === 0 ? null : describeRestart(starts, lastUpAt, performance.timeOrigin + nowMs);
    if (!shouldLeave({ upMs: nowMs, refusingMs, restart })) return;
    const why =
      restart === null
        ? `nothing has listened on port ${port} for ${Math.round(refusingMs / 1_000)} s; ending, in case that the model was started again`
        : 'the model was started again, in a new network namespace; ending, to be started again there';
    process.stderr.write(`relay: ${why}\n`);
    process.exit(1);
  }, 200);
}

/** Where the end of the run before was not seen, it lies anywhere between the two starts. */
export function describeRestart({ count, lastMs, previousMs }: ModelStarts, lastUpMs: number | null, nowMs: number): Restart {
  const agoMs = nowMs - lastMs;
  const betweenMs = lastMs - previousMs;
  // The run before the last was ours only if there was one start.
  if (count === 1 && lastUpMs !== null && lastUpMs < lastMs) {
    return { agoMs, previousRunMs: lastUpMs - previousMs, backOffMs: lastMs - lastUpMs };
  }
  return { agoMs, previousRunMs: Math.max(0, betweenMs - docker.backOffMsMax), backOffMs: Math.min(betweenMs, docker.backOffMsMax) };
}
