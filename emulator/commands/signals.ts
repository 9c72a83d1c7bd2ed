// Ctrl-C and its relatives: the first ends everything in order, a second one at once.
import { setTimeout as delay } from 'node:timers/promises';
import type { ResolvedOptions } from '../config.ts';
import { parentOf } from '../process-identity.ts';
import { type Airlock, type StartContext, start } from '../start.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes on a Ctrl-C that the terminal has sent already: the same one, not a second. */
const sameSignalMs = 500;
const parentPollMs = 500;

export interface Interruption {
  /** Resolves at the first signal. */
  readonly received: Promise<'interrupted'>;
  /** Aborted at the same moment. */
  readonly signal: AbortSignal;
}

/** A second signal ends the process with 130, whatever still hangs. `underNpm`: npm's end, which it tells nobody, counts as a signal. */
export function watchSignals({ underNpm }: { readonly underNpm: boolean }): Interruption {
  const controller = new AbortController();
  const received = new Promise<'interrupted'>((resolve) => {
    let firstAtMs: number | null = null;
    const interrupt = () => {
      if (firstAtMs === null) {
        firstAtMs = performance.now();
        controller.abort();
        resolve('interrupted');
      } else if (performance.now() - firstAtMs > sameSignalMs) process.exit(130);
    };
    for (const signal of signals) process.on(signal, interrupt);
    if (underNpm) watchParent(interrupt);
  });
  return { received, signal: controller.signal };
}

/** npm and the shell it runs us in die without passing it on, and would leave us running for nobody. */
function watchParent(interrupt: () => void): void {
  const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`;
  const atStart = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === atStart) return;
    clearInterval(timer);
    interrupt();
  }, parentPollMs);
  timer.unref();
}

/** Null where a signal came first; what had been started is closed by then. */
export async function startUnlessInterrupted(
  options: ResolvedOptions,
  context: StartContext,
  { signal }: Interruption,
): Promise<Airlock | null> {
  try {
    return await start(options, { ...context, signal });
  } catch (error) {
    // The terminal's Ctrl-C reaches our child processes too, and their end may be noticed before it.
    if (!signal.aborted) await delay(20);
    if (signal.aborted) return null;
    throw error;
  }
}
