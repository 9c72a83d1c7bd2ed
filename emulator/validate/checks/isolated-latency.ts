// 28. Isolation costs no time: libraries that wait for an answer from outside, and try again, show as a difference between two kinds of it.
import type { Check, Verdict } from '../check.ts';
import { type DropRun, dropRun } from '../probes/drop-run.ts';
import { egressRun } from '../probes/egress-run.ts';
import { type Invocation, laterSealedInvocations, sealedInvocations } from '../probes/invoke-all.ts';

/** A machine that is busy answers unevenly. */
const factorMax = 3;
const extraMsMax = 250;
const percentile = 0.95;

export const isolatedLatency: Check = {
  id: 'isolated-latency',
  group: 'isolation',
  severity: 'review',
  title: 'Requests take no longer because hosts outside cannot be reached',
  why: 'A request that first tries to reach a host outside, and waits or tries again, uses up the 60 s that SageMaker gives it.',
  source: 'facebookresearch/dynabench#407',
  fix: 'Find what reaches out during a request (no-egress lists it) and switch it off; shorter timeouts only hide it.',
  async judge(evidence) {
    const [sealed, { invocations, attempts }] = await Promise.all([evidence.of(sealedInvocations), evidence.of(egressRun)]);
    let verdict = compareLatency(sealed, invocations, attempts.length > 0);
    for (const again of laterSealedInvocations) {
      if (verdict.outcome !== 'failed') break;
      verdict = compareLatency(await evidence.of(again), invocations, attempts.length > 0);
    }
    if (verdict.outcome !== 'passed' || attempts.length === 0) return verdict;
    return judgeDrop(await evidence.of(dropRun), sealed);
  },
};

/**
 * Sealed, the kernel refuses at once and no name is found; on the sinkhole names are found and connections fail after some 0.2 s. A container that
 * tries to reach nothing there is slow for another reason.
 */
function compareLatency(sealed: readonly Invocation[], onNetwork: readonly Invocation[], triesToReach: boolean): Verdict {
  const [one, other] = [p95(sealed), p95(onNetwork)];
  if (one === null || other === null) return { outcome: 'notDecided', reason: 'there are no requests to compare' };
  const limit = Math.round(Math.max(Math.min(one, other) * factorMax, Math.min(one, other) + extraMsMax));
  const seen = `p95 ${one} ms sealed, ${other} ms where connections fail late`;
  if (one > limit || (other > limit && triesToReach)) return { outcome: 'failed', findings: [`${seen}; wanted both within ${limit} ms`] };
  return { outcome: 'passed', note: seen };
}

/** Where packets are dropped, an attempt lasts until the container gives it up. */
function judgeDrop({ readyMs, timeoutMs, invocations }: DropRun, sealed: readonly Invocation[]): Verdict {
  const where = 'where packets are dropped in silence';
  if (readyMs === null)
    return { outcome: 'failed', findings: [`${where}, it does not come into service within ${Math.round(timeoutMs / 1_000)} s`] };
  const verdict = compareLatency(sealed, invocations, true);
  const [one, other] = [p95(sealed), p95(invocations)];
  if (verdict.outcome !== 'failed' || one === null || other === null || other <= one) {
    return { outcome: 'passed', note: `p95 ${one} ms sealed, ${other} ms ${where}` };
  }
  return { outcome: 'failed', findings: [`p95 ${other} ms ${where}, ${one} ms sealed`] };
}

/** Of what was answered or took all its time. Null: nothing was. */
function p95(invocations: readonly Invocation[]): number | null {
  const times = invocations.map(({ invoked }) => Math.round(invoked.durationMs)).sort((one, other) => one - other);
  return times[Math.ceil(times.length * percentile) - 1] ?? null;
}
