// What checks judge. Each probe runs once, when the first check asks for it: checks that can share a container share it.
import type { Log } from '../log.ts';
import type { DockerEngine } from '../model/docker/docker-engine.ts';
import type { ValidationContainers } from './containers.ts';
import type { ValidateOptions } from './validate-options.ts';

/** One way to find something out: of the image's files, of a container that runs, of the samples. */
export interface Probe<Found> {
  /** For people, while it runs: "starting the container sealed". */
  readonly title: string;
  /** Rejects with NotDecided where it cannot be found out here. Whatever an image does wrong is a finding and no rejection. */
  run(context: ProbeContext): Promise<Found>;
}

export interface Evidence {
  of<Found>(probe: Probe<Found>): Promise<Found>;
  readonly options: ValidateOptions;
}

export interface ProbeContext {
  /** Of other probes; no circles. */
  readonly evidence: Evidence;
  readonly options: ValidateOptions;
  readonly engine: DockerEngine;
  /** As the user named it, and its id at this daemon. */
  readonly image: { readonly reference: string; readonly id: string };
  /** What is started here is removed at the end, also after Ctrl-C. */
  readonly containers: ValidationContainers;
  /** Removed at the end. */
  readonly temporaryDirectory: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** It cannot be decided here; the message is the reason, for people: "no samples were given (--samples DIR)". */
export class NotDecided extends Error {
  override readonly name = 'NotDecided';
}

export interface EvidenceParts extends Omit<ProbeContext, 'evidence'> {
  /** Called as a probe begins and ends. */
  readonly onProbe?: (title: string, isRunning: boolean) => void;
}

export interface RunningEvidence extends Evidence {
  /** When no probe runs any more: after the signal, what each was just making in Docker has been made, and removed by it. */
  settled(): Promise<void>;
}

export function createEvidence({ onProbe, ...parts }: EvidenceParts): RunningEvidence {
  const found = new Map<Probe<unknown>, Promise<unknown>>();
  const evidence: RunningEvidence = {
    async settled() {
      await Promise.allSettled(found.values());
    },
    options: parts.options,
    of<Found>(probe: Probe<Found>): Promise<Found> {
      const known = found.get(probe);
      if (known) return known as Promise<Found>;
      const running = run(probe);
      // Whoever asked hears of it.
      running.catch(() => {});
      found.set(probe, running);
      return running;
    },
  };
  async function run<Found>(probe: Probe<Found>): Promise<Found> {
    parts.signal.throwIfAborted();
    onProbe?.(probe.title, true);
    try {
      return await probe.run({ ...parts, evidence });
    } finally {
      onProbe?.(probe.title, false);
    }
  }
  return evidence;
}
