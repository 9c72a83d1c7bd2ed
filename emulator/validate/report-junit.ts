// --format junit: JUnit XML as Jenkins, GitLab and GitHub's test reporters read it. One testcase a check; not decided is skipped, with the reason.
import type { CheckResult } from './check.ts';
import type { Report } from './report.ts';
import { type Markup, markup } from './report-markup.ts';
import { byGroup, linesOf, severityWords } from './report-words.ts';

export function reportJunit(report: Report): string {
  const { summary, results, durationMs, image } = report;
  const suites = byGroup(results).map(({ group, results }, index) => suiteOf(group, { results, index, report }));
  // The reason of a skipped one is its text: an attribute for it is not in all versions of the schema.
  const document = markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${`airlock validate ${image.reference}`}" tests="${results.length}" failures="${summary.failed}" errors="0" time="${seconds(durationMs)}">
${suites}
</testsuites>
`;
  return document.text;
}

interface Suite {
  readonly results: readonly CheckResult[];
  readonly index: number;
  readonly report: Report;
}

function suiteOf(group: string, { results, index, report: { image, tool, startedAt } }: Suite): Markup {
  const count = (outcome: CheckResult['verdict']['outcome']) => results.filter(({ verdict }) => verdict.outcome === outcome).length;
  const properties = { image: image.reference, 'image.id': image.id, 'image.architecture': image.architecture, airlock: tool.version };
  // They run side by side: the time of the group is its longest.
  const longestMs = Math.max(...results.map(({ durationMs }) => durationMs));
  return markup`  <testsuite name="${group}" id="${index}" tests="${results.length}" failures="${count('failed')}" errors="0" skipped="${count('notDecided')}" time="${seconds(longestMs)}" timestamp="${startedAt.slice(0, 19)}">
    <properties>
${Object.entries(properties).map(([name, value]) => markup`      <property name="${name}" value="${value}"/>`)}
    </properties>
${results.map(caseOf)}
  </testsuite>`;
}

function caseOf({ check, verdict, durationMs }: CheckResult): Markup {
  return markup`    <testcase classname="${`airlock.validate.${check.group}`}" name="${check.id}" time="${seconds(durationMs)}">${bodyOf(check, verdict)}</testcase>`;
}

function bodyOf(check: CheckResult['check'], verdict: CheckResult['verdict']): Markup | null {
  switch (verdict.outcome) {
    case 'passed':
      return verdict.note === undefined ? null : markup`<system-out>${verdict.note}</system-out>`;
    case 'warned':
      return markup`<system-out>${lines(verdict.findings.map((finding) => `warning: ${finding}`))}</system-out>`;
    case 'notDecided':
      return markup`<skipped>${`not decided: ${verdict.reason}`}</skipped>`;
    case 'failed': {
      const text = [
        ...[check.title, `severity: ${severityWords[check.severity]}`],
        ...linesOf(verdict).map((finding) => `found: ${finding}`),
        ...[`why: ${check.why}`, `fix: ${check.fix}`, `source: ${check.source}`],
      ];
      const log = verdict.logTail?.length ? markup`<system-err>${lines(verdict.logTail)}</system-err>` : null;
      return markup`<failure type="${check.severity}" message="${verdict.findings[0] ?? check.title}">${lines(text)}</failure>${log}`;
    }
  }
}

function lines(texts: readonly string[]): readonly Markup[] {
  return texts.map((text) => markup`${text}`);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}
