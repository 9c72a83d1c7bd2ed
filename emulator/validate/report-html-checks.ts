// The page's tables of checks: one a group, a row a check; what is wrong is open, the rest opens on a click.
import type { CheckResult, Verdict } from './check.ts';
import { type Markup, markup } from './report-markup.ts';
import { byGroup, groupTitles, linesOf, outcomeWords, secondsText, severityWords } from './report-words.ts';

export function checkTables(results: readonly CheckResult[]): Markup {
  return markup`<section aria-labelledby="checks">
<h2 id="checks">Checks</h2>
${byGroup(results).map(
  ({ group, results }) => markup`<div class="scroll" tabindex="0" role="region" aria-label="${`Checks: ${groupTitles[group]}`}">
<table class="checks">
<caption>${groupTitles[group]}</caption>
<thead><tr><th scope="col">Outcome</th><th scope="col">Check</th><th scope="col">Severity</th><th scope="col">Took</th></tr></thead>
<tbody>
${results.map(rowOf)}
</tbody>
</table>
</div>`,
)}
</section>`;
}

/** So that outcomes are told apart without colours, too. */
const marks: Readonly<Record<Verdict['outcome'], string>> = { passed: '✓', failed: '✗', warned: '!', notDecided: '–' };

function rowOf({ check, verdict, durationMs }: CheckResult): Markup {
  const { outcome } = verdict;
  const isWrong = outcome === 'failed' || outcome === 'warned';
  // Of the others one line, to be read without opening.
  const note = isWrong ? null : linesOf(verdict).map((line) => markup`<span class="note">${line}</span>`);
  const details = markup`<summary><code>${check.id}</code> ${check.title} ${note}</summary>
${isWrong ? markup`<ul>${linesOf(verdict).map((line) => markup`<li>${line}</li>`)}</ul>` : null}
<dl>
<dt>Why</dt><dd>${check.why}</dd>
<dt>How to fix it</dt><dd>${check.fix}</dd>
<dt>Source</dt><dd>${check.source}</dd>
</dl>
${logTail(check.id, verdict)}`;
  return markup`<tr id="${`check-${check.id}`}">
<td><span class="outcome ${outcome}"><span aria-hidden="true">${marks[outcome]}</span> ${outcomeWords[outcome]}</span></td>
<td>${isWrong ? markup`<details open>${details}</details>` : markup`<details>${details}</details>`}</td>
<td>${severityWords[check.severity]}</td>
<td class="number">${secondsText(durationMs)}</td>
</tr>`;
}

function logTail(id: string, verdict: Verdict): Markup | null {
  if (verdict.outcome !== 'failed' || !verdict.logTail?.length) return null;
  return markup`<p>The container's last lines:</p>
<pre tabindex="0" role="region" aria-label="${`Last lines of the container, ${id}`}">${verdict.logTail.map((line) => markup`${line}`)}</pre>`;
}
