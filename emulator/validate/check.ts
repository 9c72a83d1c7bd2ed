// A check: one promise that an image, its samples or its package file has to keep. Probes (probes/) find out what is so; a check judges it.
import type { Evidence } from './evidence.ts';

/** blocks: submission or deployment fails. review: likely to fail the review or the validation job. practice: good practice. */
export type Severity = 'blocks' | 'review' | 'practice';

/** In the order of the report. */
export const checkGroups = ['image', 'lifecycle', 'contract', 'isolation', 'batch', 'package'] as const;
export type CheckGroup = (typeof checkGroups)[number];

export interface Check {
  /** Stable, kebab-case, part of the public interface: `--only`, `--skip`, JUnit, SARIF. */
  readonly id: string;
  readonly group: CheckGroup;
  readonly severity: Severity;
  /** What has to be so, one sentence: "GET /ping answers within 2 s". */
  readonly title: string;
  /** Why, with what happens on AWS otherwise. */
  readonly why: string;
  /** Where the rule is from: document or issue. */
  readonly source: string;
  /** How to fix it, one or two sentences for the partner's engineer. */
  readonly fix: string;
  /** Asks for the evidence it needs and judges it. Rejects for nothing that an image does. */
  judge(evidence: Evidence): Promise<Verdict>;
}

export type Verdict =
  | { readonly outcome: 'passed'; readonly note?: string }
  /** One line each, with what was seen and what was wanted; nothing of a sample's content. `logTail`: the container's last lines explain it. */
  | { readonly outcome: 'failed'; readonly findings: readonly string[]; readonly logTail?: readonly string[] }
  /** Passed, but something a reviewer might ask about. */
  | { readonly outcome: 'warned'; readonly findings: readonly string[] }
  /** It cannot be decided here; counts as neither pass nor fail. */
  | { readonly outcome: 'notDecided'; readonly reason: string };

export interface CheckResult {
  readonly check: Omit<Check, 'judge'>;
  readonly verdict: Verdict;
  readonly durationMs: number;
}
