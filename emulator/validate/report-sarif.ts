// --format sarif: SARIF 2.1.0, for GitHub code scanning and editors. A rule a check, a result a check that failed or warns.
import { createHash } from 'node:crypto';
import type { Check, CheckResult, Severity } from './check.ts';
import type { Report } from './report.ts';
import { plain, plainJson } from './report-plain.ts';
import { linesOf, severityWords } from './report-words.ts';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { blocks: 'error', review: 'warning', practice: 'note' };
/** GitHub's words for them. */
const problemSeverities: Readonly<Record<Severity, string>> = { blocks: 'error', review: 'warning', practice: 'recommendation' };

export function reportSarif({ tool, image, results, startedAt, durationMs }: Report): string {
  const wrong = results.filter(({ verdict }) => verdict.outcome === 'failed' || verdict.outcome === 'warned');
  const undecided = results.filter(({ verdict }) => verdict.outcome === 'notDecided');
  return plainJson({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: tool.name, version: tool.version, semanticVersion: tool.version, rules: results.map(ruleOf) } },
        invocations: [
          {
            executionSuccessful: true,
            startTimeUtc: startedAt,
            endTimeUtc: new Date(Date.parse(startedAt) + durationMs).toISOString(),
            // Neither pass nor fail: as results they would be alerts.
            toolExecutionNotifications: undecided.map(({ check, verdict }) => ({
              level: 'note',
              message: { text: messageText(`${check.id}: not decided: ${linesOf(verdict).join('; ')}`) },
              associatedRule: { id: check.id, index: results.findIndex((each) => each.check.id === check.id) },
            })),
          },
        ],
        artifacts: [
          { location: { uri: uriOf(image.reference) }, description: { text: messageText(`image ${image.reference}, ${image.id}`) } },
        ],
        results: wrong.map(({ check, verdict }) => ({
          ruleId: check.id,
          ruleIndex: results.findIndex((each) => each.check.id === check.id),
          level: verdict.outcome === 'failed' ? levels[check.severity] : 'note',
          message: { text: messageText([check.title, ...linesOf(verdict)].join('. ')) },
          locations: [
            {
              // GitHub shows no result without a line.
              physicalLocation: { artifactLocation: { uri: uriOf(image.reference), index: 0 }, region: { startLine: 1 } },
              logicalLocations: [{ fullyQualifiedName: plain(image.reference), kind: 'image' }],
            },
          ],
          // The same alert after the next build: of the image's name without its tag.
          partialFingerprints: { 'airlockCheck/v1': fingerprint(nameOf(image.reference), check.id) },
        })),
      },
    ],
  });
}

function ruleOf({ check }: CheckResult) {
  return {
    id: check.id,
    name: pascalCase(check.id),
    shortDescription: { text: messageText(check.title) },
    fullDescription: { text: messageText(check.why) },
    help: { text: helpText(check), markdown: helpMarkdown(check) },
    defaultConfiguration: { level: levels[check.severity] },
    properties: {
      tags: ['airlock', check.group, severityWords[check.severity]],
      precision: 'high',
      'problem.severity': problemSeverities[check.severity],
    },
  };
}

type Told = Omit<Check, 'judge'>;

function helpText({ title, why, fix, source }: Told): string {
  return messageText(`${title}. Why: ${why} How to fix it: ${fix} Source: ${source}`);
}

function helpMarkdown({ title, why, fix, source }: Told): string {
  return `**${title}**\n\n**Why:** ${why}\n\n**How to fix it:** ${fix}\n\n**Source:** ${source}`;
}

/** In a message braces are placeholders unless doubled (SARIF 2.1.0, 3.11.5), and `[text](target)` is a link (3.11.6), which nobody but us may set. */
function messageText(text: string): string {
  return plain(text).replace(/[{}]/g, '$&$&').replaceAll('](', '] (');
}

/** A relative reference: "my-image:1" alone would have the scheme "my-image". */
function uriOf(reference: string): string {
  return reference.toWellFormed().split('/').map(encodeURIComponent).join('/');
}

/** Without tag and digest. */
function nameOf(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}

/** e.g. ServesOnPing */
function pascalCase(id: string): string {
  return id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
