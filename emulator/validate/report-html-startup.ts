// The page's plot of the start: each /ping until the first 200, when it was sent and how long it took.
import type { Startup } from './report.ts';
import { axisTo, horizontalAxis } from './report-html-axis.ts';
import { type Markup, markup } from './report-markup.ts';
import { secondsText } from './report-words.ts';

const plot = { width: 720, height: 200, left: 60, right: 700, top: 20, bottom: 160 };
const pingsMax = 1_000;

export function startupSection({ pings, readyMs }: Startup): Markup {
  const shown = pings.slice(-pingsMax);
  const across = axisTo(Math.max(readyMs ?? 0, ...shown.map(({ atMs, durationMs }) => atMs + durationMs)), plot.left, plot.right);
  const up = axisTo(Math.max(1, ...shown.map(({ durationMs }) => durationMs)), plot.bottom, plot.top);
  const points = shown.map(({ atMs, durationMs, result }) =>
    pointAt({
      x: across.position(atMs),
      y: up.position(durationMs),
      isOk: result === 200,
      title: `${secondsText(atMs)}: ${result}, ${durationMs} ms`,
    }),
  );
  const ready =
    readyMs === null
      ? null
      : markup`<line class="ready" x1="${across.position(readyMs)}" y1="${plot.top}" x2="${across.position(readyMs)}" y2="${plot.bottom}"/>`;
  return markup`<section aria-labelledby="start">
<h2 id="start">Start</h2>
<figure>
<svg viewBox="0 0 ${plot.width} ${plot.height}" role="img" aria-labelledby="start-title start-text">
<title id="start-title">Answers to /ping since the start of the container</title>
<desc id="start-text">${describeStart({ pings, readyMs })}</desc>
${horizontalAxis(across, plot)}
${up.ticks.map(({ at, label }) => markup`<line class="grid" x1="${plot.left}" y1="${at}" x2="${plot.right}" y2="${at}"/><text x="${plot.left - 6}" y="${at + 4}" text-anchor="end">${label}</text>`)}
${ready}
${points}
</svg>
<figcaption>${describeStart({ pings, readyMs })} Across: when it was sent, since the start; up: how long it took. A circle is a 200, a cross anything else.</figcaption>
</figure>
</section>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly isOk: boolean;
  readonly title: string;
}

function pointAt({ x, y, isOk, title }: Point): Markup {
  if (isOk) return markup`<circle class="ok" cx="${x}" cy="${y}" r="4"><title>${title}</title></circle>`;
  return markup`<path class="not-ok" d="M${x - 3} ${y - 3}l6 6m0 -6l-6 6"><title>${title}</title></path>`;
}

/** The plot in words: for who cannot see it. */
function describeStart({ pings, readyMs }: Startup): string {
  const counts = new Map<string, number>();
  for (const { result } of pings) counts.set(String(result), (counts.get(String(result)) ?? 0) + 1);
  const answers = [...counts].slice(0, 8).map(([result, count]) => `${result} ${count === 1 ? 'once' : `${count} times`}`);
  const outcome = readyMs === null ? 'It never answered 200.' : `The first 200 came ${secondsText(readyMs)} after the start.`;
  return `${outcome} /ping was asked ${pings.length} times: ${answers.join(', ') || 'no answer'}.`;
}
