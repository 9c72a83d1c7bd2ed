// 26. What the container does on a network, it does without one.
import type { Check, Verdict } from '../check.ts';
import { wordsOf } from '../invoke.ts';
import { egressRun } from '../probes/egress-run.ts';
import { type Invocation, isWorse, sealedInvocations } from '../probes/invoke-all.ts';
import { sealedRun } from '../probes/sealed-run.ts';

const logTailLines = 15;

export const worksIsolated: Check = {
  id: 'works-isolated',
  group: 'isolation',
  severity: 'blocks',
  title: 'The container starts and answers with the network switched off',
  why: 'Marketplace models run with network isolation: a container that needs a network interface, a name or a host outside fails at the buyer.',
  source: 'SageMaker developer guide, "Run Training and Inference Containers in Internet-Free Mode": AWS Marketplace requires isolation',
  fix: 'Try it: docker run --rm --network none IMAGE serve. Bind to 0.0.0.0, and read no address, name or route of the machine.',
  async judge(evidence) {
    const run = await evidence.of(sealedRun);
    if (run.kind === 'notStarted') return { outcome: 'notDecided', reason: 'the container cannot be started' };
    if (run.kind === 'serving') {
      const [sealed, onNetwork] = await Promise.all([evidence.of(sealedInvocations), evidence.of(egressRun)]);
      return compareAnswers(sealed, onNetwork.invocations);
    }
    const { serves } = await evidence.of(egressRun);
    if (!serves) return { outcome: 'notDecided', reason: 'the container does not come into service, whether sealed or on a network' };
    const logTail = run.container.logLines().slice(-logTailLines);
    return { outcome: 'failed', findings: ['it comes into service on a network, and not without one'], logTail };
  },
};

/** By the sample: the first of each that is worse sealed than on the network. */
function compareAnswers(sealed: readonly Invocation[], onNetwork: readonly Invocation[]): Verdict {
  const findings = new Map<string, string>();
  for (const { sample, invoked } of sealed) {
    const other = onNetwork.find((invocation) => invocation.sample === sample)?.invoked;
    if (other === undefined || findings.has(sample) || !isWorse(invoked, other)) continue;
    findings.set(sample, `${sample}: ${wordsOf(invoked)} sealed, ${wordsOf(other)} on a network`);
  }
  if (findings.size > 0) return { outcome: 'failed', findings: [...findings.values()] };
  if (onNetwork.length === 0) return { outcome: 'passed', note: 'it serves sealed; on a network it did not come into service' };
  return { outcome: 'passed', note: `${sealed.length} requests, sealed and on a network` };
}
