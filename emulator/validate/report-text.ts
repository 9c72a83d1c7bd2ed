// --format text: for people at a terminal. One line a check; what is wrong is explained below its line.
import type { CheckResult } from './check.ts';
import type { Report } from './report.ts';
import { plain } from './report-plain.ts';
import { byGroup, bytesText, groupTitles, linesOf, secondsText, severityWords, summaryText } from './report-words.ts';

export type Paint = (style: 'red' | 'green' | 'yellow' | 'dim' | 'bold', text: string) => string;

export interface TextOptions {
  /** Identity where there are no colours. */
  readonly paint: Paint;
  /** Columns; lines are broken between words. */
  readonly width: number;
}

const idWidth = 26;
const labelWidth = 8;
const indent = ' '.repeat(6);

export function reportText(report: Report, { paint, width }: TextOptions): string {
  const { image, summary } = report;
  const head = [
    paint('bold', plain(image.reference)),
    plain(`${image.architecture}  ${bytesText(image.bytes)}  ${image.id.slice(0, 'sha256:'.length + 12)}`),
  ].join('  ');
  const groups = byGroup(report.results).flatMap(({ group, results }) => [
    '',
    paint('bold', groupTitles[group]),
    ...results.flatMap((result) => linesOfResult(result, { paint, width })),
  ]);
  const colour = summary.failed > 0 ? 'red' : 'green';
  return `${[head, ...groups, '', ...egressLines(report), `${paint(colour, summaryText(summary))}  in ${secondsText(report.durationMs)}`].join('\n')}\n`;
}

const marks = {
  passed: ['green', 'ok  '],
  failed: ['red', 'FAIL'],
  warned: ['yellow', 'warn'],
  notDecided: ['dim', '-   '],
} as const;

function linesOfResult({ check, verdict }: CheckResult, { paint, width }: TextOptions): readonly string[] {
  const [style, mark] = marks[verdict.outcome];
  const line = `${paint(style, mark)}  ${check.id.padEnd(idWidth)}  `;
  const labelled = (label: string, text: string) => broken(text, { label, width }).map((each) => `${indent}${each}`);
  switch (verdict.outcome) {
    case 'passed':
      return [`${line}${plain(verdict.note ?? check.title)}`];
    case 'notDecided':
      return [`${line}${paint('dim', `not decided: ${plain(verdict.reason)}`)}`];
    case 'warned':
      return [`${line}${plain(check.title)}`, ...verdict.findings.flatMap((finding) => labelled('found', finding))];
    case 'failed':
      return [
        `${line}${plain(check.title)} ${paint('dim', `(${severityWords[check.severity]})`)}`,
        ...linesOf(verdict).flatMap((finding) => labelled('found', finding)),
        ...labelled('why', check.why),
        ...labelled('fix', check.fix),
        ...labelled('source', check.source),
        ...(verdict.logTail ?? []).map((each) => `${indent}${paint('dim', `${'log'.padEnd(labelWidth)}| ${plain(each)}`)}`),
      ];
  }
}

const attemptsMax = 10;

function egressLines({ egress }: Report): readonly string[] {
  if (egress === null || egress.length === 0) return [];
  const shown = egress.slice(0, attemptsMax).map(({ atMs, during, protocol, target, count }) => {
    const times = count === 1 ? '' : `, ${count} times`;
    return plain(`      ${secondsText(atMs).padStart(7)}  ${during.padEnd(10)}  ${protocol.padEnd(4)} ${target}${times}`);
  });
  const more = egress.length > attemptsMax ? [`      … and ${egress.length - attemptsMax} more`] : [];
  return ['It tried to reach:', ...shown, ...more, ''];
}

/** Broken between words at the width; the label stands before the first line. */
function broken(text: string, { label, width }: { readonly label: string; readonly width: number }): readonly string[] {
  const roomMax = Math.max(width - indent.length - labelWidth, 30);
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length > roomMax) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each, index) => `${(index === 0 ? label : '').padEnd(labelWidth)}${each}`);
}
