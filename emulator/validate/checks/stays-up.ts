// 8. The container stays up once it was started.

import { exitText } from '../../model/docker/model-container.ts';
import type { Check, Verdict } from '../check.ts';
import { type ColdRun, coldRun } from '../probes/cold-run.ts';
import { type SealedRun, sealedRun } from '../probes/sealed-run.ts';
import { leaveToServeResolves } from '../root-cause.ts';

const logTailLines = 15;

export const staysUp: Check = {
  id: 'stays-up',
  group: 'lifecycle',
  severity: 'blocks',
  title: 'The container stays up after its start',
  why: 'SageMaker takes a container that ends by itself for a failed one: creating the endpoint fails, or its instance is replaced again and again.',
  source:
    'Failures reported to aws/amazon-sagemaker-examples (#3148) and others: a worker that is killed, a program that ends after its start',
  fix: 'The last lines of the log say why it ended. Keep the server in the foreground, as the process that ENTRYPOINT starts; give it the memory that it needs.',
  async judge(evidence) {
    const run = await evidence.of(sealedRun);
    await leaveToServeResolves(evidence, run);
    const early = judgeStart(run, evidence.options.memoryBytes);
    return early ?? judgeWatch(await evidence.of(coldRun), evidence.options.memoryBytes);
  },
};

/** Null where it came into service and runs: then it is watched. */
export function judgeStart(run: SealedRun, memoryBytes: number | null): Verdict | null {
  if (run.kind === 'notStarted') return { outcome: 'notDecided', reason: 'it cannot be started at all' };
  const exit = run.container.exit();
  const logTail = run.container.logLines().slice(-logTailLines);
  if (run.kind === 'notServing') {
    if (exit === null) return { outcome: 'notDecided', reason: 'it runs and does not come into service' };
    return { outcome: 'failed', findings: [`it ${exitText(exit, memoryBytes)}, before /ping answered 200`], logTail };
  }
  if (exit?.outOfMemory) return { outcome: 'failed', findings: [`it ${exitText(exit, memoryBytes)}`], logTail };
  return null;
}

export function judgeWatch({ startup, ownEnd, watchedMs, logLines }: ColdRun, memoryBytes: number | null): Verdict {
  const seconds = (watchedMs / 1_000).toFixed(1);
  if (ownEnd !== null) {
    const when = startup.readyMs === null ? 'before /ping answered 200' : `${seconds} s after its start, with nothing but a few requests`;
    return { outcome: 'failed', findings: [`it ${exitText(ownEnd, memoryBytes)}, ${when}`], logTail: logLines.slice(-logTailLines) };
  }
  if (startup.readyMs === null) return { outcome: 'notDecided', reason: 'a second container does not come into service' };
  return { outcome: 'passed', note: `watched for ${seconds} s` };
}
