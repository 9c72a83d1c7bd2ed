import { describe, expect, it } from 'vitest';
import type { Check, Verdict } from '../../../../emulator/validate/check.ts';
import { isolatedLatency } from '../../../../emulator/validate/checks/isolated-latency.ts';
import { modelReadOnly } from '../../../../emulator/validate/checks/model-read-only.ts';
import { noEgress } from '../../../../emulator/validate/checks/no-egress.ts';
import { worksIsolated } from '../../../../emulator/validate/checks/works-isolated.ts';
import { writesOnlyTmp } from '../../../../emulator/validate/checks/writes-only-tmp.ts';
import { NotDecided } from '../../../../emulator/validate/evidence.ts';
import { dropRun } from '../../../../emulator/validate/probes/drop-run.ts';
import { egressRun } from '../../../../emulator/validate/probes/egress-run.ts';
import { laterSealedInvocations, sealedInvocations } from '../../../../emulator/validate/probes/invoke-all.ts';
import { sealedRun } from '../../../../emulator/validate/probes/sealed-run.ts';
import { strictRun } from '../../../../emulator/validate/probes/strict-run.ts';
import type { EgressAttempt } from '../../../../emulator/validate/report.ts';
import { answered, egress, type Found, invocations, madeUpEvidence, run } from './made-up-evidence.ts';

const attempt: EgressAttempt = { atMs: 1_234, during: 'start', protocol: 'dns', target: 'huggingface.co', count: 1 };
const metadata: EgressAttempt = { atMs: 2_000, during: 'invocation', protocol: 'tcp', target: '169.254.169.254:80', count: 3 };
const timedOut = { kind: 'failed', reason: 'timedOut', durationMs: 10_000 } as const;
const serving: Found = [sealedRun, run('serving')];
const good: Found = [sealedInvocations, invocations(answered(200), answered(200))];
const strict: Found = [strictRun, { serves: true, invocations: invocations(answered(200)) }];
const written = (...paths: string[]): Found => [
  sealedRun,
  run('serving', { changes: async () => paths.map((path) => ({ path, kind: 'added' as const })) }),
];
const logged = (line: string): Found => [sealedRun, run('serving', { logLines: () => [line] })];
const repeated = (times: number, durationMs: number) => invocations(...Array.from({ length: times }, () => answered(200, durationMs)));

interface Row {
  readonly name: string;
  readonly check: Check;
  readonly found: readonly Found[];
  readonly outcome: Verdict['outcome'];
  readonly text?: RegExp;
}

const rows: readonly Row[] = [
  { name: 'nothing tried', check: noEgress, found: [[egressRun, egress()]], outcome: 'passed' },
  {
    name: 'a name asked for',
    check: noEgress,
    found: [[egressRun, egress({ attempts: [attempt] })]],
    outcome: 'failed',
    text: /asked for the name huggingface\.co during start, 1\.2 s after the start/,
  },
  {
    name: 'metadata, with what it is and how often',
    check: noEgress,
    found: [[egressRun, egress({ attempts: [metadata] })]],
    outcome: 'failed',
    text: /169\.254\.169\.254:80 \(tcp\), the instance's metadata, during invocation, 2\.0 s after the start, 3 times/,
  },
  {
    name: 'attempts of a container that does not serve',
    check: noEgress,
    found: [[egressRun, egress({ attempts: [attempt], serves: false })]],
    outcome: 'failed',
  },
  {
    name: 'no attempts of a container that does not serve',
    check: noEgress,
    found: [[egressRun, egress({ serves: false })]],
    outcome: 'notDecided',
  },
  {
    name: 'nothing tried where not all is seen',
    check: noEgress,
    found: [[egressRun, egress({ unseen: ['attempts over IPv6'] })]],
    outcome: 'warned',
    text: /does not show attempts over IPv6/,
  },

  { name: 'the same answers', check: worksIsolated, found: [serving, good, [egressRun, egress()]], outcome: 'passed' },
  {
    name: 'refused both times',
    check: worksIsolated,
    found: [serving, [sealedInvocations, invocations(answered(400))], [egressRun, egress({ invocations: invocations(answered(400)) })]],
    outcome: 'passed',
  },
  {
    name: 'an error only sealed',
    check: worksIsolated,
    found: [serving, [sealedInvocations, invocations(answered(500))], [egressRun, egress()]],
    outcome: 'failed',
    text: /one\.json: status 500 sealed, status 200 on a network/,
  },
  {
    name: 'no answer only sealed',
    check: worksIsolated,
    found: [serving, [sealedInvocations, invocations(timedOut)], [egressRun, egress()]],
    outcome: 'failed',
    text: /no complete answer in time/,
  },
  {
    name: 'better sealed than on a network',
    check: worksIsolated,
    found: [serving, good, [egressRun, egress({ invocations: invocations(answered(500)) })]],
    outcome: 'passed',
  },
  {
    name: 'serves on a network only',
    check: worksIsolated,
    found: [
      [sealedRun, run('notServing')],
      [egressRun, egress()],
    ],
    outcome: 'failed',
    text: /on a network, and not without one/,
  },
  {
    name: 'serves nowhere',
    check: worksIsolated,
    found: [
      [sealedRun, run('notServing')],
      [egressRun, egress({ serves: false })],
    ],
    outcome: 'notDecided',
  },

  {
    name: 'the same times',
    check: isolatedLatency,
    found: [
      [sealedInvocations, repeated(20, 12)],
      [egressRun, egress({ invocations: repeated(20, 30) })],
    ],
    outcome: 'passed',
  },
  {
    name: 'one slow answer of twenty',
    check: isolatedLatency,
    found: [
      [sealedInvocations, [...repeated(19, 12), ...repeated(1, 9_000)]],
      [egressRun, egress({ invocations: repeated(20, 12) })],
    ],
    outcome: 'passed',
  },
  {
    name: 'slow sealed',
    check: isolatedLatency,
    found: [
      [sealedInvocations, repeated(20, 900)],
      ...laterSealedInvocations.map((probe) => [probe, repeated(20, 900)] as const),
      [egressRun, egress({ invocations: repeated(20, 10) })],
    ],
    outcome: 'failed',
    text: /p95 900 ms sealed, 10 ms where connections fail late; wanted both within 260 ms/,
  },
  {
    name: 'slow where connections fail late',
    check: isolatedLatency,
    found: [
      [sealedInvocations, repeated(20, 10)],
      [egressRun, egress({ invocations: repeated(20, 900), attempts: [metadata] })],
      ...laterSealedInvocations.map((probe) => [probe, repeated(20, 10)] as const),
    ],
    outcome: 'failed',
  },
  {
    name: 'slow on a network without an attempt to reach anything',
    check: isolatedLatency,
    found: [
      [sealedInvocations, repeated(20, 10)],
      [egressRun, egress({ invocations: repeated(20, 900) })],
    ],
    outcome: 'passed',
  },
  {
    name: 'slow sealed only while others used the container',
    check: isolatedLatency,
    found: [
      [sealedInvocations, repeated(20, 900)],
      [egressRun, egress({ invocations: repeated(20, 10) })],
      ...laterSealedInvocations.map((probe, at) => [probe, repeated(20, at === 0 ? 900 : 10)] as const),
    ],
    outcome: 'passed',
  },
  {
    name: 'slow both times',
    check: isolatedLatency,
    found: [
      [sealedInvocations, repeated(20, 2_000)],
      [egressRun, egress({ invocations: repeated(20, 4_000) })],
    ],
    outcome: 'passed',
  },
  {
    name: 'attempts that nothing waits for',
    check: isolatedLatency,
    found: [
      [sealedInvocations, repeated(20, 10)],
      [egressRun, egress({ invocations: repeated(20, 12), attempts: [metadata] })],
      [dropRun, { readyMs: 300, timeoutMs: 10_600, invocations: repeated(20, 14) }],
    ],
    outcome: 'passed',
  },
  {
    name: 'slow only where packets are dropped',
    check: isolatedLatency,
    found: [
      [sealedInvocations, repeated(20, 10)],
      [egressRun, egress({ invocations: repeated(20, 12), attempts: [metadata] })],
      [dropRun, { readyMs: 300, timeoutMs: 10_600, invocations: repeated(20, 5_000) }],
    ],
    outcome: 'failed',
    text: /^p95 5000 ms where packets are dropped in silence, 10 ms sealed$/,
  },
  {
    name: 'no service where packets are dropped',
    check: isolatedLatency,
    found: [
      [sealedInvocations, repeated(20, 10)],
      [egressRun, egress({ invocations: repeated(20, 12), attempts: [attempt] })],
      [dropRun, { readyMs: null, timeoutMs: 10_600, invocations: [] }],
    ],
    outcome: 'failed',
    text: /does not come into service within 11 s/,
  },
  {
    name: 'nothing to compare with',
    check: isolatedLatency,
    found: [good, [egressRun, egress({ invocations: [] })]],
    outcome: 'notDecided',
  },

  { name: 'a quiet log', check: modelReadOnly, found: [serving, good], outcome: 'passed' },
  {
    name: "Node's refusal",
    check: modelReadOnly,
    found: [logged("Error: EROFS: read-only file system, open '/opt/ml/model/a/b.bin'"), good],
    outcome: 'failed',
    text: /^it tried to write \/opt\/ml\/model\/a\/b\.bin:/,
  },
  {
    name: "Python's refusal",
    check: modelReadOnly,
    found: [logged("OSError: [Errno 30] Read-only file system: '/opt/ml/model/cache'"), good],
    outcome: 'failed',
    text: /\/opt\/ml\/model\/cache:/,
  },
  {
    name: 'a refusal elsewhere',
    check: modelReadOnly,
    found: [logged("EROFS: read-only file system, open '/sys/x'"), good],
    outcome: 'passed',
  },
  {
    name: 'a mount that can be written',
    check: modelReadOnly,
    found: [[sealedRun, run('serving', { inspect: async () => ({ Mounts: [] }) as never })]],
    outcome: 'notDecided',
  },

  { name: 'nothing written', check: writesOnlyTmp, found: [written(), good, strict], outcome: 'passed' },
  {
    name: 'written to /tmp only',
    check: writesOnlyTmp,
    found: [written('/tmp', '/tmp/x', '/opt', '/opt/ml', '/opt/ml/model'), good, strict],
    outcome: 'passed',
  },
  {
    name: 'written elsewhere, without the directories above',
    check: writesOnlyTmp,
    found: [written('/var', '/var/log', '/var/log/a.log', '/tmpx'), good, strict],
    outcome: 'failed',
    text: /^it writes \/var\/log\/a\.log\nit writes \/tmpx$/,
  },
  {
    name: 'not serving with a read-only root',
    check: writesOnlyTmp,
    found: [written(), good, [strictRun, { serves: false, invocations: [] }]],
    outcome: 'failed',
    text: /does not come into service/,
  },
  {
    name: 'an error only with a read-only root',
    check: writesOnlyTmp,
    found: [written(), good, [strictRun, { serves: true, invocations: invocations(answered(500)) }]],
    outcome: 'failed',
    text: /one\.json: status 500 with a read-only root/,
  },
];

describe('the checks of isolation', () => {
  it.each(rows)('$check.id: $name -> $outcome', async ({ check, found, outcome, text }) => {
    const verdict = await verdictOf(check, found);
    expect(verdict.outcome).toBe(outcome);
    const lines = 'findings' in verdict ? verdict.findings.join('\n') : '';
    if (text) expect(lines).toMatch(text);
  });

  it('prints no control characters of a name', async () => {
    const attempts = [{ ...attempt, target: 'a\u001b[31mb.example' }];
    const verdict = await verdictOf(noEgress, [[egressRun, egress({ attempts })]]);
    expect(JSON.stringify(verdict)).toMatch(/31mb\.example/);
    expect(JSON.stringify(verdict)).not.toContain(String.raw`\u001b`);
  });

  it('names at most twenty targets, and how many more', async () => {
    const attempts = Array.from({ length: 25 }, (_, at) => ({ ...attempt, target: `${at}.example` }));
    const verdict = await verdictOf(noEgress, [[egressRun, egress({ attempts })]]);
    expect(verdict).toMatchObject({ outcome: 'failed', findings: { length: 21, 20: 'and 5 more' } });
  });
});

async function verdictOf(check: Check, found: readonly Found[]): Promise<Verdict> {
  try {
    return await check.judge(madeUpEvidence(...found));
  } catch (error) {
    if (error instanceof NotDecided) return { outcome: 'notDecided', reason: error.message };
    throw error;
  }
}
