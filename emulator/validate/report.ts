// What a validation found, as data: every report format is made from this. Published as JSON with `schemaVersion`.
import type { CheckResult } from './check.ts';

export interface Report {
  /** Raised when a reader of an older one could be misled. */
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'airlock'; readonly version: string };
  readonly image: ReportedImage;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly summary: Summary;
  /** In the order of the check list. */
  readonly results: readonly CheckResult[];
  readonly startup: Startup | null;
  readonly invocations: readonly InvocationTime[];
  /** Null: the egress run was not made. */
  readonly egress: readonly EgressAttempt[] | null;
  /** Of the sealed run, oldest first, bounded; null where it never ran. */
  readonly log: readonly string[] | null;
}

export interface ReportedImage {
  readonly reference: string;
  readonly id: string;
  readonly architecture: string;
  readonly bytes: number;
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly warned: number;
  readonly notDecided: number;
  /** Failed ones, by severity. */
  readonly failedBySeverity: { readonly blocks: number; readonly review: number; readonly practice: number };
}

/** On one time line that begins when Docker had started the container. */
export interface Startup {
  readonly pings: readonly { readonly atMs: number; readonly durationMs: number; readonly result: number | string }[];
  /** Null: never within the time. */
  readonly readyMs: number | null;
}

export interface InvocationTime {
  readonly sample: string;
  readonly network: 'none' | 'sinkhole';
  readonly status: number | string;
  readonly durationMs: number;
}

/** What the container tried to reach, and when. */
export interface EgressAttempt {
  /** Since Docker had started it. */
  readonly atMs: number;
  readonly during: 'start' | 'ping' | 'invocation';
  readonly protocol: 'dns' | 'tcp' | 'udp';
  /** A name for dns, else an address with its port; a name where one was asked for just before. */
  readonly target: string;
  readonly count: number;
}

export function summarize(results: readonly CheckResult[]): Summary {
  const count = (outcome: CheckResult['verdict']['outcome']) => results.filter(({ verdict }) => verdict.outcome === outcome).length;
  const failed = results.filter(({ verdict }) => verdict.outcome === 'failed');
  const ofSeverity = (severity: string) => failed.filter(({ check }) => check.severity === severity).length;
  return {
    ...{ passed: count('passed'), failed: failed.length, warned: count('warned'), notDecided: count('notDecided') },
    failedBySeverity: { blocks: ofSeverity('blocks'), review: ofSeverity('review'), practice: ofSeverity('practice') },
  };
}
