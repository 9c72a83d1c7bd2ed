// The words that the reports for people share.
import type { CheckGroup, CheckResult, Severity, Verdict } from './check.ts';
import type { Summary } from './report.ts';

export const groupTitles: Readonly<Record<CheckGroup, string>> = {
  image: 'Image',
  lifecycle: 'Start, health and stop',
  contract: 'Requests and answers',
  isolation: 'Isolation and egress',
  batch: 'Batch transform and validation profile',
  package: 'Model package and listing',
};

export const severityWords: Readonly<Record<Severity, string>> = {
  blocks: 'blocks submission',
  review: 'risks review',
  practice: 'good practice',
};

export const outcomeWords: Readonly<Record<Verdict['outcome'], string>> = {
  passed: 'passed',
  failed: 'failed',
  warned: 'warning',
  notDecided: 'not decided',
};

/** One line each; of a check that passed its note, of one that was not decided the reason. */
export function linesOf(verdict: Verdict): readonly string[] {
  switch (verdict.outcome) {
    case 'passed':
      return verdict.note === undefined ? [] : [verdict.note];
    case 'failed':
    case 'warned':
      return verdict.findings;
    case 'notDecided':
      return [verdict.reason];
  }
}

/** e.g. `2 failed (1 blocks submission, 1 good practice)`, `none failed` */
export function failedText({ failed, failedBySeverity }: Summary): string {
  if (failed === 0) return 'none failed';
  const parts = (['blocks', 'review', 'practice'] as const)
    .filter((severity) => failedBySeverity[severity] > 0)
    .map((severity) => `${failedBySeverity[severity]} ${severityWords[severity]}`);
  return `${failed} failed (${parts.join(', ')})`;
}

/** e.g. `40 passed, none failed, 1 warning, 3 not decided` */
export function summaryText(summary: Summary): string {
  const { passed, warned, notDecided } = summary;
  return `${passed} passed, ${failedText(summary)}, ${warned} warning${warned === 1 ? '' : 's'}, ${notDecided} not decided`;
}

export function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

/** As Docker counts: 1 MB is 10^6 bytes. */
export function bytesText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** The checks of each group, in the order of the report; groups without one are left out. */
export function byGroup(
  results: readonly CheckResult[],
): readonly { readonly group: CheckGroup; readonly results: readonly CheckResult[] }[] {
  const groups = Object.keys(groupTitles) as CheckGroup[];
  return groups
    .map((group) => ({ group, results: results.filter(({ check }) => check.group === group) }))
    .filter((each) => each.results.length > 0);
}
