// A plot's axis of time: round steps, and where a value stands.
import { type Markup, markup } from './report-markup.ts';

export interface Axis {
  /** In the plot's units. */
  position(ms: number): number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

const ticksMax = 6;

/** From 0 to the value or a little more, between two places of the plot. */
export function axisTo(maxMs: number, from: number, to: number): Axis {
  const end = Number.isFinite(maxMs) && maxMs > 0 ? maxMs : 1;
  const power = 10 ** Math.floor(Math.log10(end / ticksMax));
  const step = ([1, 2, 5, 10].find((factor) => end / (factor * power) <= ticksMax) ?? 10) * power;
  const steps = Math.ceil(end / step);
  const position = (ms: number) => round(from + ((to - from) * ms) / (steps * step));
  return {
    position,
    ticks: Array.from({ length: steps + 1 }, (_, index) => ({ at: position(index * step), label: timeLabel(index * step, end) })),
  };
}

/** All ticks of an axis in one unit: seconds from a second on. */
function timeLabel(ms: number, endMs: number): string {
  return endMs >= 1_000 ? `${Number((ms / 1_000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function horizontalAxis({ ticks }: Axis, { top, bottom }: { readonly top: number; readonly bottom: number }): readonly Markup[] {
  return ticks.map(
    ({ at, label }) =>
      markup`<line class="grid" x1="${at}" y1="${top}" x2="${at}" y2="${bottom}"/><text x="${at}" y="${bottom + 16}" text-anchor="middle">${label}</text>`,
  );
}
