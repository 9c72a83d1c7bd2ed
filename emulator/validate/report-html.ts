// --format html: one page that needs nothing else: no script, no request, readable without colours, by keyboard, in the dark and on paper.
import type { EgressAttempt, Report } from './report.ts';
import { checkTables } from './report-html-checks.ts';
import { latencySection } from './report-html-latency.ts';
import { startupSection } from './report-html-startup.ts';
import { reportStyle } from './report-html-style.ts';
import { type Markup, markup } from './report-markup.ts';
import { bytesText, failedText, secondsText, severityWords } from './report-words.ts';

export function reportHtml(report: Report): string {
  const { image, tool, startedAt, durationMs } = report;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${`Validation of ${image.reference}`}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>Validation of <code>${image.reference}</code></h1>
<dl class="facts">
<div><dt>Image</dt><dd><code>${image.id}</code></dd></div>
<div><dt>Platform</dt><dd>${image.architecture}</dd></div>
<div><dt>Size</dt><dd>${bytesText(image.bytes)}</dd></div>
<div><dt>Begun</dt><dd><time datetime="${startedAt}">${startedAt.slice(0, 19).replace('T', ' ')} UTC</time></dd></div>
<div><dt>Took</dt><dd>${secondsText(durationMs)}</dd></div>
<div><dt>By</dt><dd>${`${tool.name} ${tool.version}`}</dd></div>
</dl>
</header>
<main>
${summarySection(report)}
${checkTables(report.results)}
${report.startup === null ? null : startupSection(report.startup)}
${latencySection(report.invocations)}
${egressSection(report.egress)}
${logSection(report.log)}
</main>
</body>
</html>
`;
  return page.text;
}

function summarySection({ summary }: Report): Markup {
  const verdict = summary.failed === 0 ? 'No check failed.' : `${failedText(summary)}.`;
  const cards = [
    ...(['blocks', 'review', 'practice'] as const).map((severity) => ({
      count: summary.failedBySeverity[severity],
      words: `failed: ${severityWords[severity]}`,
      kind: 'failed',
    })),
    { count: summary.warned, words: 'with a warning', kind: 'warned' },
    { count: summary.notDecided, words: 'not decided here', kind: 'notDecided' },
    { count: summary.passed, words: 'passed', kind: 'passed' },
  ];
  return markup`<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
<p class="verdict ${summary.failed === 0 ? 'passed' : 'failed'}">${verdict}</p>
<ul class="cards">
${cards.map(({ count, words, kind }) => markup`<li class="${count === 0 ? 'none' : kind}"><strong>${count}</strong> ${words}</li>`)}
</ul>
${summary.notDecided > 0 ? markup`<p>A check that is not decided counts as neither pass nor fail; its row says what it would need.</p>` : null}
</section>`;
}

const attemptsMax = 500;

function egressSection(egress: readonly EgressAttempt[] | null): Markup {
  const title = markup`<h2 id="egress">What the container tried to reach</h2>`;
  if (egress === null) return markup`<section>${title}<p>The run on a network with a sinkhole was not made.</p></section>`;
  if (egress.length === 0) {
    return markup`<section>${title}<p>Nothing: on a network whose only host is a sinkhole it asked for no name and opened no connection.</p></section>`;
  }
  const rows = egress
    .slice(0, attemptsMax)
    .map(
      ({ atMs, during, protocol, target, count }) =>
        markup`<tr><td class="number">${secondsText(atMs)}</td><td>${during}</td><td>${protocol}</td><td><code>${target}</code></td><td class="number">${count}</td></tr>`,
    );
  const more = egress.length > attemptsMax ? markup`<p>… and ${egress.length - attemptsMax} more.</p>` : null;
  return markup`<section>
${title}
<p>Recorded and refused on a network whose only host is a sinkhole. On SageMaker with network isolation each of these fails.</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="egress">
<table>
<thead><tr><th scope="col">After</th><th scope="col">During</th><th scope="col">Protocol</th><th scope="col">Target</th><th scope="col">Times</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
</div>
${more}
</section>`;
}

const logLinesMax = 500;

function logSection(log: readonly string[] | null): Markup {
  const title = markup`<h2 id="log">What the container printed</h2>`;
  if (log === null) return markup`<section>${title}<p>It was not run.</p></section>`;
  if (log.length === 0) return markup`<section>${title}<p>Nothing.</p></section>`;
  const lines = log.slice(-logLinesMax);
  const about = markup`<p>${lines.length === log.length ? `${log.length} lines` : `The last ${lines.length} of ${log.length} lines`}, oldest first.</p>`;
  return markup`<section>
${title}
${about}
<pre tabindex="0" role="region" aria-labelledby="log">${lines.map((line) => markup`${line}`)}</pre>
</section>`;
}
