import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../../../emulator/validate/report-html.ts';
import { reportJson } from '../../../../emulator/validate/report-json.ts';
import { reportJunit } from '../../../../emulator/validate/report-junit.ts';
import { reportSarif } from '../../../../emulator/validate/report-sarif.ts';
import { reportText } from '../../../../emulator/validate/report-text.ts';
import { everyOutcome, hostile, hostileReport, nothingRun } from './example-report.ts';
import { hasSchemas, junitErrors, reportErrors, sarifErrors } from './schemas.ts';

const reports = { everyOutcome, nothingRun, hostileReport };
const text = (report: typeof everyOutcome) => reportText(report, { paint: (_style, each) => each, width: 80 });
// biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/;

describe.each(Object.entries(reports))('%s', (_name, report) => {
  it('is JSON by its published schema', () => {
    expect(reportErrors(reportJson(report))).toEqual([]);
  });

  it.runIf(hasSchemas)("is XML by JUnit's schema", async () => {
    expect(await junitErrors(reportJunit(report))).toEqual([]);
  });

  it.runIf(hasSchemas)("is JSON by SARIF's schema", () => {
    expect(sarifErrors(reportSarif(report))).toEqual([]);
  });

  it('moves no cursor and turns no text around, in any format', () => {
    for (const render of [text, reportJson, reportJunit, reportSarif, reportHtml]) {
      expect(render(report)).not.toMatch(controls);
      expect(render(report).isWellFormed()).toBe(true);
    }
  });
});

describe('what is hostile', () => {
  it('comes back from JSON as it was', () => {
    expect(JSON.parse(reportJson(hostileReport))).toEqual(hostileReport);
  });

  it('opens no element of the page or of the XML', () => {
    for (const written of [reportHtml(hostileReport), reportJunit(hostileReport)]) {
      expect(written).not.toMatch(/<script|<img|<svg onload|]]>|<!--/i);
      expect(written).toContain('&lt;script&gt;alert(1)');
    }
  });

  it('sets no attribute of the page', () => {
    for (const [, tag = ''] of reportHtml(hostileReport).matchAll(/<([a-z][^>]*)>/gi)) {
      expect(tag.replace(/"[^"]*"/g, '""')).not.toMatch(/['<]|\son/);
    }
  });

  it('is one line of text, so that it cannot claim a check', () => {
    expect(text(hostileReport).split('\n')).not.toContainEqual(expect.stringMatching(/^ok {4}everything/));
  });

  it('is neither placeholder nor link in SARIF', () => {
    const message = JSON.parse(reportSarif(hostileReport)).runs[0].results[0].message.text as string;
    expect(message).toContain('{{0}} {{placeholder}} [a link] (https://example.com/)');
  });

  it('is there to see, where it can be seen', () => {
    expect(hostile).toContain('onerror');
    expect(text(hostileReport)).toContain('onerror=alert(2)');
  });
});

describe('JUnit', () => {
  const parsed = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(reportJunit(everyOutcome));
  const suites = parsed.testsuites.testsuite as { name: string; tests: string; failures: string; skipped: string; testcase: unknown }[];
  const cases = suites.flatMap(({ testcase }) => testcase) as {
    name: string;
    failure?: { type: string; message: string };
    skipped?: string;
  }[];

  it('has a testcase a check, and as many failures as failed', () => {
    expect(cases.map(({ name }) => name)).toEqual(everyOutcome.results.map(({ check }) => check.id));
    expect(parsed.testsuites).toMatchObject({ tests: '5', failures: '2', errors: '0', time: '34.567' });
    expect(suites.map(({ name, tests, failures, skipped }) => [name, tests, failures, skipped])).toEqual([
      ['image', '1', '0', '0'],
      ['lifecycle', '3', '2', '0'],
      ['contract', '1', '0', '1'],
    ]);
  });

  it('skips what was not decided, with the reason, and fails nothing for a warning', () => {
    expect(cases[4]?.skipped).toBe('not decided: no samples were given (--samples DIR)');
    expect(cases[0]).not.toHaveProperty('failure');
    expect(cases[2]?.failure).toMatchObject({ type: 'blocks', message: 'one took 3.4 s' });
  });
});

describe('SARIF', () => {
  const [run] = JSON.parse(reportSarif(everyOutcome)).runs;

  it('has a rule a check with help, and a level by severity', () => {
    expect(run.tool.driver.rules).toHaveLength(5);
    expect(run.tool.driver.rules[2]).toMatchObject({ id: 'ping-within-2-s', defaultConfiguration: { level: 'error' } });
    expect(run.tool.driver.rules[2].help.markdown).toContain('How to fix it');
    const levels = run.results.map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level]);
    expect(levels).toEqual([
      ['runs-as-root', 'note'],
      ['ping-within-2-s', 'error'],
      ['ping-body-empty', 'note'],
    ]);
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  it('makes no alert of what was not decided', () => {
    expect(run.invocations[0].toolExecutionNotifications).toEqual([
      expect.objectContaining({ level: 'note', associatedRule: { id: 'invocations-answer', index: 4 } }),
    ]);
  });

  it('names the image as the place, and the same alert after its next build', () => {
    const { physicalLocation } = run.results[0].locations[0];
    expect(decodeURIComponent(physicalLocation.artifactLocation.uri)).toBe(everyOutcome.image.reference);
    const next = { ...everyOutcome, image: { ...everyOutcome.image, reference: 'registry.example:5000/team/my-model:2' } };
    const other = { ...everyOutcome, image: { ...everyOutcome.image, reference: 'registry.example:5000/team/other:1' } };
    const fingerprintsOf = (sarif: string) => JSON.parse(sarif).runs[0].results[0].partialFingerprints;
    expect(fingerprintsOf(reportSarif(next))).toEqual(run.results[0].partialFingerprints);
    expect(fingerprintsOf(reportSarif(other))).not.toEqual(run.results[0].partialFingerprints);
  });
});

describe('text', () => {
  it('has one line a check in its group, and explains what failed', () => {
    const written = text(everyOutcome);
    expect(written).toMatch(/\nok {4}serves-on-ping +ready after 2\.1 s\n/);
    expect(written).toMatch(
      /\nFAIL {2}ping-within-2-s .*\(blocks submission\)\n {6}found {3}one took 3\.4 s\n {6}found {3}2 s are the limit\n {6}why /,
    );
    expect(written).toContain('      log     | still loading\n');
    expect(written).toContain('-     invocations-answer          not decided: no samples were given (--samples DIR)\n');
    expect(written.trimEnd().split('\n').at(-1)).toBe(
      '1 passed, 2 failed (1 blocks submission, 1 good practice), 1 warning, 1 not decided  in 34.6 s',
    );
    expect(written.indexOf('Image\n')).toBeLessThan(written.indexOf('Start, health and stop\n'));
  });

  it('breaks explanations at the width', () => {
    const longest = Math.max(
      ...text(everyOutcome)
        .split('\n')
        .filter((line) => /^ {6}(why|fix|source| )/.test(line))
        .map((line) => line.length),
    );
    expect(longest).toBeLessThanOrEqual(80);
  });

  it('paints outcomes only through what it is given', () => {
    const painted = reportText(everyOutcome, { paint: (style, each) => `<${style}>${each}</>`, width: 80 });
    expect(painted).toContain('<red>FAIL</>');
    expect(painted).toContain('<green>ok  </>');
  });
});

describe('HTML', () => {
  it('asks for nothing outside itself and runs no script', () => {
    const page = reportHtml(everyOutcome);
    expect(page).not.toMatch(/<script|<link (?!rel="icon" href="data:)|@import|url\(|src=/);
    expect(page).toContain("default-src 'none'");
  });

  it('says in words what the plots show', () => {
    const page = reportHtml(everyOutcome);
    expect(page).toContain('The first 200 came 2.1 s after the start. /ping was asked 3 times: refused once, 503 once, 200 once.');
    expect(page).toMatch(/<th scope="row">two\.csv<\/th><td>no network<\/td><td class="number">2<\/td><td class="number">2<\/td>/);
  });

  it('bounds what it shows of a long log, of many samples and attempts', () => {
    const many = <T>(each: (index: number) => T) => Array.from({ length: 20_000 }, (_, index) => each(index));
    const page = reportHtml({
      ...everyOutcome,
      log: many((index) => `line ${index}`),
      invocations: many((index) => ({ sample: `sample-${index}`, network: 'none' as const, status: 200, durationMs: 1 })),
      egress: many((index) => ({
        atMs: index,
        during: 'start' as const,
        protocol: 'tcp' as const,
        target: `203.0.113.1:${index}`,
        count: 1,
      })),
      startup: { pings: many((index) => ({ atMs: index, durationMs: 1, result: 503 })), readyMs: null },
    });
    expect(page.length).toBeLessThan(500_000);
    expect(page).toContain('The last 500 of 20000 lines');
    expect(page).toContain('line 19999');
  });
});
