// Ctrl-C and its relatives: the first ends everything in order, a second one at once.
import { setTimeout as delay } from 'node:timers/promises';
import type { ResolvedOptions } from '../config.ts';
import { type Airlock, type StartContext, start } from '../start.ts';
import { type NpmParent, npmParent } from './npm-parent.ts';

/** With the exit code a shell gives to a command that dies of it. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** npm passes on a Ctrl-C that the terminal has sent already: the same one, not a second. */
const sameSignalMs = 500;
const parentPollMs = 500;

export interface Interruption {
  /** Resolves at the first signal. */
  readonly received: Promise<Interrupted>;
  /** Aborted at the same moment; its reason is what `received` resolves to. */
  readonly signal: AbortSignal;
}

export interface Interrupted {
  readonly by: keyof typeof signals;
  /**
   * For a command that was not finished. Ctrl-C is 130 also for a server that had nothing left to do: dash reports it so whatever
   * the command says, bash what the command says.
   */
  readonly exitCode: number;
}

/** A second signal ends the process at once, whatever still hangs. npm's end, which it tells nobody, counts as SIGTERM. */
export function watchSignals(env: NodeJS.ProcessEnv): Interruption {
  const controller = new AbortController();
  const received = new Promise<Interrupted>((resolve) => {
    let firstAtMs: number | null = null;
    const interrupt = (by: keyof typeof signals) => {
      if (firstAtMs === null) {
        firstAtMs = performance.now();
        process.stderr.write('\nstopping …\n');
        const interrupted = { by, exitCode: signals[by] };
        controller.abort(interrupted);
        resolve(interrupted);
      } else if (performance.now() - firstAtMs > sameSignalMs) process.exit(signals[by]);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt(signal));
    const npm = npmParent(env);
    if (npm !== null) watchParent(npm, () => interrupt('SIGTERM'));
  });
  return { received, signal: controller.signal };
}

function watchParent(npm: NpmParent, interrupt: () => void): void {
  if (npm.isGone()) {
    interrupt();
    return;
  }
  const timer = setInterval(() => {
    if (!npm.isGone()) return;
    clearInterval(timer);
    interrupt();
  }, parentPollMs);
  timer.unref();
}

/** What interrupted the start instead, where something did; what had been started is closed by then. */
export async function startUnlessInterrupted(
  options: ResolvedOptions,
  context: StartContext,
  { signal, received }: Interruption,
): Promise<Airlock | Interrupted> {
  if (signal.aborted) return received;
  try {
    return await start(options, { ...context, signal });
  } catch (error) {
    // The terminal's Ctrl-C reaches our child processes too, and their end may be noticed before it.
    if (!signal.aborted) await delay(20);
    if (signal.aborted) return received;
    throw error;
  }
}
