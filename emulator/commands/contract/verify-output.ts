// What `airlock contract verify` prints: a line an interaction as it ends, a line a pact. Colour on a terminal only.
import { styleText } from 'node:util';
import { contractExitCodes } from '../../../contracts/contract-error.ts';
import type { InteractionResult, VerificationReport } from '../../../contracts/verification/verification-report.ts';
import type { RecordOutcome } from './verify-recording.ts';

export function interactionLines({ description, providerStates, ok, mismatches }: InteractionResult): string {
  const states = providerStates.length === 0 ? '' : paint('dim', ` (${providerStates.join('; ')})`);
  const mark = ok ? paint('green', '✓') : paint('red', '✗');
  return [`  ${mark} ${description}${states}`, ...mismatches.map((line) => `      ${line}`), ''].join('\n');
}

export function summaryLine({ consumer, provider, ok, partial, interactions }: VerificationReport): string {
  const good = interactions.filter((interaction) => interaction.ok).length;
  const verb = ok ? 'honours' : paint('red', 'does not honour');
  const part = partial ? ' (only part of the contract)' : '';
  return `${provider} ${verb} ${consumer}'s contract: ${good} of ${interactions.length}${part}\n`;
}

/** 0 where all is well; else the highest of what went wrong: 3 nothing was there, 2 wrong usage, 1 the contract does not hold. */
export function exitCodeOf(reports: readonly VerificationReport[]): number {
  if (reports.length > 0 && reports.every((report) => report.ok)) return 0;
  const codes = reports.flatMap(({ interactions }) => interactions.map(({ code }) => (code === undefined ? 1 : contractExitCodes[code])));
  return Math.max(1, ...codes);
}

/** A line on what became of a report that was to be recorded. */
export function outcomeLine({ consumer, provider }: VerificationReport, outcome: RecordOutcome | undefined): string {
  const { recorded = null, published = null, notRecorded, failure } = outcome ?? {};
  const name = `${consumer} -> ${provider}`;
  if (recorded === null) return `not recorded: ${name}: ${notRecorded ?? failure?.message ?? 'nothing was done'}\n`;
  const broker = published === null ? (failure === undefined ? '' : ', NOT published') : `, published to ${published}`;
  return `recorded: ${name} in ${recorded}${broker}\n`;
}

export interface VerifyOutput {
  readonly ok: boolean;
  readonly reports: readonly VerificationReport[];
  /** Null where nothing was to be recorded. */
  readonly outcomes: readonly RecordOutcome[] | null;
  /** What ended the command before all was verified; null where nothing did. */
  readonly failure: unknown;
}

/** What --json prints: a failure of recording is with its report, one of verifying beside them. */
export function jsonOf({ ok, reports, outcomes, failure }: VerifyOutput): object {
  const verifications = reports.map((report, index) => {
    const { failure: ofRecord, ...outcome } = outcomes?.[index] ?? {};
    return { ...report, ...outcome, ...(ofRecord !== undefined && { failure: failureOf(ofRecord) }) };
  });
  return { ok, verifications, ...(failure !== null && { failure: failureOf(failure) }) };
}

function failureOf(error: unknown): object {
  const { code = 'BUG', message = String(error), hint = '' } = error as { code?: string; message?: string; hint?: string };
  return { code, message, hint };
}

function paint(format: 'red' | 'green' | 'dim', text: string): string {
  return styleText(format, text, { stream: process.stdout, validateStream: true });
}
