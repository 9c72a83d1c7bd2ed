// What the sinkhole wrote -> what is known of the container's attempts. Pure.
import type { EgressAttempt } from '../report.ts';

export type SinkholeLine =
  /** `resolves`: names are answered by it. `tracks`: the kernel shows connection tracking. */
  | { readonly kind: 'ready'; readonly resolves: boolean; readonly gateway: string | null; readonly tracks: boolean }
  /** On the clock of Docker's machine. */
  | { readonly kind: 'attempt'; readonly atMs: number; readonly protocol: EgressAttempt['protocol']; readonly target: string }
  /** More followed that were not written. */
  | { readonly kind: 'tooMany' }
  /** It looked for a last time. */
  | { readonly kind: 'end' };

/** What is no line of the sinkhole's, such as a warning of Node's, is left out. */
export function parseSinkholeLines(lines: readonly string[]): readonly SinkholeLine[] {
  return lines.filter((line) => line.startsWith('{"kind":')).map((line) => JSON.parse(line) as SinkholeLine);
}

/** When what began, on the clock of Docker's machine; null: it never came to that. */
export interface RunPhases {
  readonly startedMs: number;
  readonly pingsMs: number | null;
  readonly invocationsMs: number | null;
}

/** One for each phase and target, in the order of the first attempts. */
export function groupAttempts(lines: readonly SinkholeLine[], phases: RunPhases): readonly EgressAttempt[] {
  const groups = new Map<string, EgressAttempt>();
  for (const line of lines) {
    if (line.kind !== 'attempt') continue;
    const { atMs, protocol, target } = line;
    const during = phaseAt(atMs, phases);
    const key = `${during} ${protocol} ${target}`;
    const known = groups.get(key);
    const sinceStartMs = Math.max(0, Math.round(atMs - phases.startedMs));
    groups.set(key, known ? { ...known, count: known.count + 1 } : { atMs: sinceStartMs, during, protocol, target, count: 1 });
  }
  return [...groups.values()].sort((one, other) => one.atMs - other.atMs);
}

function phaseAt(atMs: number, { pingsMs, invocationsMs }: RunPhases): EgressAttempt['during'] {
  if (invocationsMs !== null && atMs >= invocationsMs) return 'invocation';
  return pingsMs !== null && atMs >= pingsMs ? 'ping' : 'start';
}
