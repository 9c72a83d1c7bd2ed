// Evidence without Docker: what each probe would have found, or why it cannot be decided.
import type { ValidationContainer } from '../../../../emulator/validate/containers.ts';
import type { Evidence, Probe } from '../../../../emulator/validate/evidence.ts';
import type { Invoked } from '../../../../emulator/validate/invoke.ts';
import type { EgressRun } from '../../../../emulator/validate/probes/egress-run.ts';
import type { Invocation } from '../../../../emulator/validate/probes/invoke-all.ts';
import type { SealedRun } from '../../../../emulator/validate/probes/sealed-run.ts';

export type Found = readonly [Probe<unknown>, unknown];

/** An Error rejects. A probe that was not given fails the test. */
export function madeUpEvidence(...found: readonly Found[]): Evidence {
  const all = new Map(found);
  return {
    options: {} as Evidence['options'],
    async of<Result>(probe: Probe<Result>) {
      if (!all.has(probe)) throw new Error(`nobody made up: ${probe.title}`);
      const given = all.get(probe);
      if (given instanceof Error) throw given;
      return given as Result;
    },
  };
}

export function answered(status: number, durationMs = 1): Invoked {
  return { kind: 'answered', status, headers: {}, body: Buffer.alloc(0), firstByteMs: null, durationMs };
}

export function invocations(...all: readonly Invoked[]): readonly Invocation[] {
  return all.map((invoked) => ({ sample: 'one.json', invoked }));
}

export function egress(more: Partial<EgressRun> = {}): EgressRun {
  return { attempts: [], invocations: invocations(answered(200)), serves: true, unseen: [], ...more };
}

export function run(kind: 'serving' | 'notServing', more: Partial<ValidationContainer> = {}): SealedRun {
  const inspect = async () => ({ Mounts: [{ Destination: '/opt/ml/model', RW: false }] });
  const container = { logLines: () => [], changes: async () => [], inspect, ...more } as unknown as ValidationContainer;
  return { kind, container, startup: { pings: [], readyMs: kind === 'serving' ? 100 : null } };
}
