// --leave-stale: the relay ends where it may have been left behind in a namespace that no model will come back to.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './carry.ts';
import { listeningPorts } from './proc-net.ts';
import { readIfThere } from './read-if-there.ts';

export interface Watch {
  /** Something has listened at the target since the relay started. */
  readonly reached: boolean;
  /** Since nothing does, in milliseconds. */
  readonly refusingMs: number;
  /** Runs in succession that left without the target having been up for `stableMs`. */
  readonly fruitlessRuns: number;
}

const stableMs = 10_000;
const leaveWaitMs = { first: 1_000, max: 70_000 } as const;

/**
 * Compose: when the container of the model has died, Docker starts it again in a new namespace, and the relay sits in the old one for ever. The relay then
 * ends, so that Docker starts it again, too, in the new one. Docker would give that up for good if the model's container were not running at that
 * moment. It starts it again after 100 ms, and after twice the time with each run under 10 s, up to 60 s: ours waits ten times that, up to 70 s.
 * A first run that never reached the model waits the longest: the model may be loading, for minutes. Leaving is then still right. Either this is its
 * namespace: then it runs, and the relay comes back to the same one. Or it is not: then nothing would ever come of waiting here.
 */
export function shouldLeave({ reached, refusingMs, fruitlessRuns }: Watch): boolean {
  const waitMs = reached || fruitlessRuns > 0 ? leaveWaitMs.first * 2 ** fruitlessRuns : leaveWaitMs.max;
  return refusingMs > Math.min(waitMs, leaveWaitMs.max);
}

/** Looks at the kernel's table instead of connecting: the model does not notice. */
export function leaveWhenStale(directory: string, { port }: Target): void {
  const file = join(directory, '.fruitless-runs');
  let fruitlessRuns = Number.parseInt(readIfThere(file), 10) || 0;
  let reached = false;
  let upSince: number | null = null;
  let refusingSince = performance.now();
  setInterval(() => {
    const now = performance.now();
    const ports = listeningPorts(readFileSync('/proc/net/tcp', 'utf8'), readIfThere('/proc/net/tcp6'));
    if (ports.some((listening) => listening.port === port && listening.onLoopback)) {
      reached = true;
      upSince ??= now;
      refusingSince = now;
      if (fruitlessRuns > 0 && now - upSince > stableMs) {
        fruitlessRuns = 0;
        rmSync(file, { force: true });
      }
      return;
    }
    upSince = null;
    if (!shouldLeave({ reached, refusingMs: now - refusingSince, fruitlessRuns })) return;
    writeFileSync(file, `${fruitlessRuns + 1}\n`);
    process.stderr.write('relay: nothing listens at the model any more; ending, to be started again in its new namespace\n');
    process.exit(1);
  }, 200);
}
