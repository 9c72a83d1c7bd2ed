// Judges every check, side by side: what they wait for are the probes, which bound themselves.
import type { Check, CheckResult, Verdict } from './check.ts';
import { type Evidence, NotDecided } from './evidence.ts';

export interface RunChecksOptions {
  readonly evidence: Evidence;
  /** As each is judged, in the order in which they are done. */
  readonly onResult?: (result: CheckResult) => void;
}

/** In the order of the checks. Rejects with what no check is meant to judge: Docker gone, Ctrl-C, a bug. */
export async function runChecks(checks: readonly Check[], { evidence, onResult }: RunChecksOptions): Promise<readonly CheckResult[]> {
  return Promise.all(
    checks.map(async ({ judge, ...check }) => {
      const beganAtMs = performance.now();
      const verdict = await verdictOf(judge, evidence);
      const result: CheckResult = { check, verdict, durationMs: Math.round(performance.now() - beganAtMs) };
      onResult?.(result);
      return result;
    }),
  );
}

async function verdictOf(judge: Check['judge'], evidence: Evidence): Promise<Verdict> {
  try {
    return await judge(evidence);
  } catch (error) {
    if (error instanceof NotDecided) return { outcome: 'notDecided', reason: error.message };
    throw error;
  }
}
