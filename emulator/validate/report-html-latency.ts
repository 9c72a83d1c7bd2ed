// The page's plot of invocations: a row a sample, a mark an invocation, isolated and on the sinkhole's network.
import type { InvocationTime } from './report.ts';
import { axisTo, horizontalAxis } from './report-html-axis.ts';
import { type Markup, markup } from './report-markup.ts';

const plot = { width: 720, left: 200, right: 700, top: 10, row: 24 };
const rowsMax = 40;
const marksOfRowMax = 100;
const labelCharactersMax = 26;

export function latencySection(invocations: readonly InvocationTime[]): Markup {
  const title = markup`<h2 id="latency">Invocations</h2>`;
  if (invocations.length === 0) {
    return markup`<section>${title}<p>No sample was sent to /invocations.</p></section>`;
  }
  const rows = [...Map.groupBy(invocations, ({ sample }) => sample)];
  const shown = rows.slice(0, rowsMax);
  const bottom = plot.top + shown.length * plot.row;
  const across = axisTo(Math.max(...shown.flatMap(([, times]) => times.map(({ durationMs }) => durationMs))), plot.left, plot.right);
  return markup`<section>
${title}
<figure>
<svg viewBox="0 0 ${plot.width} ${bottom + 30}" role="img" aria-labelledby="latency-title latency-text">
<title id="latency-title">Time of each invocation by sample</title>
<desc id="latency-text">The table below has the same numbers.</desc>
${horizontalAxis(across, { top: plot.top, bottom })}
${shown.map(([sample, times], index) => {
  const y = plot.top + (index + 0.5) * plot.row;
  return markup`<text x="${plot.left - 8}" y="${y + 4}" text-anchor="end">${shortened(sample)}</text>
${times.slice(0, marksOfRowMax).map((time) => markAt(across.position(time.durationMs), y, time))}`;
})}
</svg>
<figcaption>Across: time until the whole answer was there. A filled circle is without network, a hollow square on the sinkhole's network, a cross an answer other than 2xx.${rows.length > rowsMax ? ` The first ${rowsMax} of ${rows.length} samples.` : ''}</figcaption>
</figure>
<div class="scroll" tabindex="0" role="region" aria-labelledby="latency">
<table>
<thead><tr><th scope="col">Sample</th><th scope="col">Network</th><th scope="col">Invocations</th><th scope="col">Not 2xx</th><th scope="col">Median</th><th scope="col">Slowest</th></tr></thead>
<tbody>
${shown.flatMap(([sample, times]) => (['none', 'sinkhole'] as const).map((network) => tableRow({ sample, network, times })))}
</tbody>
</table>
</div>
</section>`;
}

function isOk({ status }: InvocationTime): boolean {
  return typeof status === 'number' && status >= 200 && status < 300;
}

function markAt(x: number, y: number, time: InvocationTime): Markup {
  const title = markup`<title>${`${time.sample}: ${time.status}, ${Math.round(time.durationMs)} ms, ${networkWords[time.network]}`}</title>`;
  if (!isOk(time)) return markup`<path class="not-ok" d="M${x - 4} ${y - 4}l8 8m0 -8l-8 8">${title}</path>`;
  if (time.network === 'none') return markup`<circle class="ok" cx="${x}" cy="${y}" r="4">${title}</circle>`;
  return markup`<rect class="networked" x="${x - 4}" y="${y - 4}" width="8" height="8">${title}</rect>`;
}

const networkWords = { none: 'no network', sinkhole: 'sinkhole' } as const;

interface Row {
  readonly sample: string;
  readonly network: InvocationTime['network'];
  /** Of both networks. */
  readonly times: readonly InvocationTime[];
}

function tableRow({ sample, network, times }: Row): Markup {
  const here = times.filter((time) => time.network === network);
  if (here.length === 0) return markup``;
  const sorted = here.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const slowest = sorted.at(-1) ?? 0;
  return markup`<tr><th scope="row">${sample}</th><td>${networkWords[network]}</td><td class="number">${here.length}</td><td class="number">${here.filter((time) => !isOk(time)).length}</td><td class="number">${Math.round(median)} ms</td><td class="number">${Math.round(slowest)} ms</td></tr>`;
}

function shortened(name: string): string {
  return name.length > labelCharactersMax ? `…${name.slice(1 - labelCharactersMax)}` : name;
}
