// The lines that Lambda itself writes around an invocation.
import { tailOf } from './log-ring.ts';
import type { Outcome } from './outcome.ts';
import { timeoutText } from './outcome-of-thread.ts';

export interface InvocationLogInput {
  readonly requestId: string;
  readonly version: string;
  readonly outcome: Outcome;
  /** What was written during the init phase, and during the invocation. */
  readonly writtenBefore: string;
  readonly written: string;
  readonly durationMs: number;
  readonly initDurationMs: number | null;
  readonly memorySizeMb: number;
  readonly memoryUsedMb: number;
  readonly timeoutSeconds: number;
  /** Milliseconds since 1970, at the end. */
  readonly endedAt: number;
}

/** The last 4 KB: lines of the init phase, START, the handler's lines, END, REPORT. */
export function invocationLog(input: InvocationLogInput): string {
  const { requestId, version, outcome } = input;
  const timedOut =
    outcome.kind === 'timedOut' ? `${new Date(input.endedAt).toISOString()} ${requestId} ${timeoutText(input.timeoutSeconds)}\n` : '';
  const start = `START RequestId: ${requestId} Version: ${version}\n`;
  const end = `END RequestId: ${requestId}\n`;
  return tailOf(`${wholeLines(input.writtenBefore)}${start}${wholeLines(input.written)}${timedOut}${end}${report(input)}`);
}

function wholeLines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function report({ requestId, outcome, durationMs, initDurationMs, memorySizeMb, memoryUsedMb }: InvocationLogInput): string {
  const billedMs = Math.ceil(durationMs + (initDurationMs ?? 0));
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${memorySizeMb} MB`,
    `Max Memory Used: ${memoryUsedMb} MB`,
    ...(initDurationMs === null ? [] : [`Init Duration: ${initDurationMs.toFixed(2)} ms`]),
    ...statusFields(outcome),
  ];
  return `${fields.join('\t')}\t\n`;
}

/** [M] Lambda names the reason when the environment did not survive. */
function statusFields(outcome: Outcome): string[] {
  switch (outcome.kind) {
    case 'timedOut':
      return ['Status: timeout'];
    case 'crashed':
    case 'outOfMemory':
      return ['Status: error', `Error Type: ${outcome.error.errorType}`];
    case 'returned':
    case 'threw':
    case 'unserialisable':
      return [];
  }
}
