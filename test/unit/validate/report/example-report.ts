// Reports that no image gave: one of every outcome, and one whose texts try to break out of every format.
import type { CheckResult, Verdict } from '../../../../emulator/validate/check.ts';
import { type Report, summarize } from '../../../../emulator/validate/report.ts';

const told = {
  why: 'SageMaker sends no request to a container before its first 200.',
  source: 'SageMaker developer guide, "Use your own inference code with hosting services"',
  fix: 'Answer GET /ping on port 8080 with 200 as soon as the model can take requests.',
};

function result(id: string, given: Partial<CheckResult['check']>, verdict: Verdict): CheckResult {
  return {
    check: { id, group: 'lifecycle', severity: 'blocks', title: `The promise of ${id}`, ...told, ...given },
    verdict,
    durationMs: 1_234,
  };
}

function reportOf(results: readonly CheckResult[], more: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'airlock', version: '0.1.0' },
    image: {
      reference: 'registry.example:5000/team/my-model:1',
      id: `sha256:${'ab'.repeat(32)}`,
      architecture: 'linux/amd64',
      bytes: 412_000_000,
    },
    startedAt: '2026-03-01T12:00:00.000Z',
    durationMs: 34_567,
    summary: summarize(results),
    results,
    startup: null,
    invocations: [],
    egress: null,
    log: null,
    ...more,
  };
}

export const everyOutcome: Report = reportOf(
  [
    result(
      'runs-as-root',
      { group: 'image', severity: 'review' },
      { outcome: 'warned', findings: ['USER is "app"; SageMaker wants root'] },
    ),
    result('serves-on-ping', {}, { outcome: 'passed', note: 'ready after 2.1 s' }),
    result(
      'ping-within-2-s',
      {},
      { outcome: 'failed', findings: ['one took 3.4 s', '2 s are the limit'], logTail: ['loading', 'still loading'] },
    ),
    result('ping-body-empty', { severity: 'practice' }, { outcome: 'failed', findings: ['the body has 12 bytes'] }),
    result('invocations-answer', { group: 'contract' }, { outcome: 'notDecided', reason: 'no samples were given (--samples DIR)' }),
  ],
  {
    startup: {
      pings: [
        { atMs: 20, durationMs: 1, result: 'refused' },
        { atMs: 900, durationMs: 40, result: 503 },
        { atMs: 2_050, durationMs: 12, result: 200 },
      ],
      readyMs: 2_062,
    },
    invocations: [
      { sample: 'one.json', network: 'none', status: 200, durationMs: 12.4 },
      { sample: 'one.json', network: 'sinkhole', status: 200, durationMs: 15 },
      { sample: 'two.csv', network: 'none', status: 500, durationMs: 80 },
      { sample: 'two.csv', network: 'none', status: 'timedOut', durationMs: 1_000 },
    ],
    egress: [
      { atMs: 120, during: 'start', protocol: 'dns', target: 'models.example.com', count: 3 },
      { atMs: 4_000, during: 'invocation', protocol: 'tcp', target: '203.0.113.9:443', count: 1 },
    ],
    log: ['loading', 'still loading', 'listening on 8080'],
  },
);

export const nothingRun: Report = reportOf([
  result('serves-on-ping', {}, { outcome: 'notDecided', reason: 'the container was not started' }),
]);

/** What a container, a sample's name or a package file might say to break out of a report, or to deceive its reader. */
export const hostile = [
  '</pre></script><script>alert(1)</script><img src=x onerror=alert(2)>',
  `"'><svg onload=alert(3)>]]><!-- &amp; &#x3c;`,
  '\u001b[2J\u001b]0;title\u0007\u009b31m\r\nok    everything passed\u0000\u0008',
  'reversed \u202egpj.exe\u202c \u2066hidden\u2069 \ufeff\u200b',
  'half of a pair \ud800, \udc00, not a character \uffff\ufffe',
  '{0} {placeholder} [a link](https://example.com/) %s $x <?xml?>',
].join(' ');

export const hostileReport: Report = reportOf(
  [
    result(
      'serves-on-ping',
      { title: `title ${hostile}`, why: hostile, fix: hostile, source: hostile },
      { outcome: 'passed', note: hostile },
    ),
    result('ping-within-2-s', { title: hostile }, { outcome: 'failed', findings: [hostile, hostile], logTail: [hostile] }),
    result('ping-consistent', {}, { outcome: 'warned', findings: [hostile] }),
    result('listens-on-8080', { group: 'contract' }, { outcome: 'notDecided', reason: hostile }),
  ],
  {
    image: { reference: hostile, id: hostile, architecture: hostile, bytes: 1 },
    startup: { pings: [{ atMs: 1, durationMs: 1, result: hostile }], readyMs: null },
    invocations: [{ sample: hostile, network: 'none', status: hostile, durationMs: 1 }],
    egress: [{ atMs: 1, during: 'start', protocol: 'dns', target: hostile, count: 1 }],
    log: [hostile],
  },
);
