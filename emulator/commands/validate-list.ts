// `airlock validate --list`: every check, for people or as JSON.
import { styleText } from 'node:util';
import type { Check } from '../validate/check.ts';
import { groupTitles, severityWords } from '../validate/report-words.ts';
import { formatsOf } from './validate-flags.ts';

const idWidth = 28;
const severityWidth = 19;

/** Exit code 0. */
export function listChecks(checks: readonly Check[], flags: Readonly<Record<string, unknown>>): number {
  if (formatsOf(flags.format, null)[0] === 'json') {
    const told = checks.map(({ id, group, severity, title, why, source, fix }) => ({ id, group, severity, title, why, source, fix }));
    process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    return 0;
  }
  const bold = (text: string) => styleText('bold', text, { stream: process.stdout, validateStream: true });
  const groups = Object.entries(groupTitles)
    .map(([group, title]) => ({ title, members: checks.filter((check) => check.group === group) }))
    .filter(({ members }) => members.length > 0);
  const lines = groups.flatMap(({ title, members }) => [
    bold(title),
    ...members.map(({ id, severity, title }) => `  ${id.padEnd(idWidth)}${severityWords[severity].padEnd(severityWidth)}${title}`),
  ]);
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
