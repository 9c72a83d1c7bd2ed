// What the report shows besides the checks: the start, times, what was tried to reach, the log. Only what checks have asked for anyway.
import type { Check } from './check.ts';
import { type Evidence, NotDecided } from './evidence.ts';
import type { Invoked } from './invoke.ts';
import { egressRun } from './probes/egress-run.ts';
import { sealedInvocations } from './probes/invoke-all.ts';
import { sealedRun } from './probes/sealed-run.ts';
import type { InvocationTime, Report } from './report.ts';

const logLinesMax = 500;
/** The checks that ask for the run on the sinkhole. */
const egressChecks: readonly string[] = ['works-isolated', 'no-egress', 'isolated-latency'];

/** `checks`: those that were run; a probe that none of them needed is not started for the report. */
export async function reportedEvidence(
  evidence: Evidence,
  checks: readonly Check[],
): Promise<Pick<Report, 'startup' | 'invocations' | 'egress' | 'log'>> {
  const hasRun = checks.some(({ group }) => group !== 'image' && group !== 'package');
  const run = hasRun ? await evidence.of(sealedRun) : null;
  const container = run === null || run.kind === 'notStarted' ? null : run;
  const comparesRuns = checks.some(({ id }) => egressChecks.includes(id));
  const egress = comparesRuns ? await unlessNotDecided(evidence.of(egressRun)) : null;
  const sealed = comparesRuns ? await unlessNotDecided(evidence.of(sealedInvocations)) : null;
  return {
    startup: container?.startup ?? null,
    invocations: [
      ...(sealed ?? []).map(({ sample, invoked }) => timeOf(sample, 'none', invoked)),
      ...(egress?.invocations ?? []).map(({ sample, invoked }) => timeOf(sample, 'sinkhole', invoked)),
    ],
    egress: egress?.attempts ?? null,
    log: container?.container.logLines().slice(-logLinesMax) ?? null,
  };
}

function timeOf(sample: string, network: InvocationTime['network'], invoked: Invoked): InvocationTime {
  const status = invoked.kind === 'answered' ? invoked.status : invoked.reason;
  return { sample, network, status, durationMs: Math.round(invoked.durationMs) };
}

async function unlessNotDecided<Found>(found: Promise<Found>): Promise<Found | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof NotDecided) return null;
    throw error;
  }
}
