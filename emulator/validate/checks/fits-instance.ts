// 48. The container starts and answers with the memory and the processors of its smallest instance type.
import { exitText } from '../../model/docker/model-container.ts';
import type { Check, Verdict } from '../check.ts';
import { wordsOf } from '../invoke.ts';
import { type LimitedRun, limitedRun } from '../probes/limited-run.ts';

const logTailLines = 15;

export const fitsInstance: Check = {
  id: 'fits-instance',
  group: 'lifecycle',
  severity: 'review',
  title: 'The container starts and answers with the memory of its smallest instance type',
  why: 'Buyers may choose any instance type that the package declares. Where each worker loads the model, the smallest has no memory for it: workers are killed, again and again.',
  source: 'aws/amazon-sagemaker-examples#3148',
  fix: 'Load the model once and share it (gunicorn: --preload), start fewer workers, or declare larger instance types only.',
  judge: async (evidence) => judgeLimited(await evidence.of(limitedRun)),
};

export function judgeLimited(run: LimitedRun): Verdict {
  const { memoryBytes, cpus, exit, hasOomEvent, readyMs, invoked, isSmallerHere, logLines } = run;
  const limits = `${Math.round(memoryBytes / 1024 / 1024)} MB${cpus === null ? '' : ` and ${cpus} CPUs`} (${run.limitsOf})`;
  const findings = [
    ...(exit !== null ? [`with ${limits} it ${exitText(exit, memoryBytes)}`] : []),
    ...(hasOomEvent && !exit?.outOfMemory ? [`with ${limits} a process in it was killed because it needed more memory`] : []),
    ...(exit === null && readyMs === null ? [`with ${limits} /ping gave no 200 in time`] : []),
    ...(exit === null && invoked?.kind === 'failed' ? [`with ${limits} a request came to nothing: ${wordsOf(invoked)}`] : []),
  ];
  if (findings.length === 0) return { outcome: 'passed', note: `with ${limits}` };
  if (isSmallerHere) return { outcome: 'notDecided', reason: `this machine has less memory than ${run.limitsOf}, and ${findings[0]}` };
  return { outcome: 'failed', findings, logTail: logLines.slice(-logTailLines) };
}
