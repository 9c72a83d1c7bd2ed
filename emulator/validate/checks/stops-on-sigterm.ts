// 34. SIGTERM ends the container within 30 s, before SIGKILL has to.
import { containerStopTimeoutMs } from '../../limits.ts';
import type { Check, Verdict } from '../check.ts';
import { type ColdRun, coldRun } from '../probes/cold-run.ts';

/** 128 + SIGKILL. */
const killedCode = 137;
/** Most of the time is gone: a busier machine would not make it. */
const slowMs = 25_000;
const logTailLines = 15;

export const stopsOnSigterm: Check = {
  id: 'stops-on-sigterm',
  group: 'lifecycle',
  severity: 'review',
  title: 'SIGTERM ends the container within 30 s',
  why: 'SageMaker sends SIGTERM when it scales in or updates, and SIGKILL 30 s later: whatever is under way then is lost.',
  source: 'SageMaker developer guide, "Use your own inference code with hosting services", "How SageMaker runs your inference image"',
  fix: 'Handle SIGTERM in the process that ENTRYPOINT starts: as process 1 it ignores a signal without a handler. Use the exec form, with no shell around it.',
  judge: async (evidence) => judgeStop(await evidence.of(coldRun)),
};

export function judgeStop({ stop, logLines }: Pick<ColdRun, 'stop' | 'logLines'>): Verdict {
  if (stop === null)
    return { outcome: 'notDecided', reason: 'there was no container left to stop: it had ended, or never came into service' };
  const { durationMs, exit } = stop;
  const seconds = (durationMs / 1_000).toFixed(1);
  if (exit.code === null) return { outcome: 'notDecided', reason: `how it ended cannot be told: ${exit.error}` };
  if (durationMs >= containerStopTimeoutMs || exit.code === killedCode) {
    const findings = [
      `after SIGTERM it ended with exit code ${exit.code} after ${seconds} s; wanted: an end of its own within 30 s, not 137 (SIGKILL)`,
    ];
    return { outcome: 'failed', findings, logTail: logLines.slice(-logTailLines) };
  }
  if (durationMs > slowMs) return { outcome: 'warned', findings: [`it took ${seconds} s of 30 s to end`] };
  return { outcome: 'passed', note: `exit code ${exit.code} after ${seconds} s` };
}
