// 31. Nothing is written where the artifact is: SageMaker mounts it read-only.
import { printable } from '../../model/model-lines.ts';
import type { Check, Verdict } from '../check.ts';
import { NotDecided } from '../evidence.ts';
import { sealedInvocations } from '../probes/invoke-all.ts';
import { sealedRun } from '../probes/sealed-run.ts';

const pathsMax = 10;
const refusals = /EROFS|read-only file ?system|\bErrno 30\b/i;
const modelPath = /\/opt\/ml\/model(?:\/[^\s'"`:,;)\]]*)?/;

export const modelReadOnly: Check = {
  id: 'model-read-only',
  group: 'isolation',
  severity: 'blocks',
  title: 'Nothing is written under /opt/ml/model',
  why: 'SageMaker mounts the artifact read-only: a write there fails, often only with the first request.',
  source:
    'SageMaker developer guide, "Custom inference code with hosting services", "How SageMaker AI loads your model artifacts"; aws/sagemaker-python-sdk#5698',
  fix: 'Write caches and unpacked files to /tmp: HF_HOME, TORCH_HOME, NUMBA_CACHE_DIR, MPLCONFIGDIR and their like set where.',
  async judge(evidence) {
    const run = await evidence.of(sealedRun);
    if (run.kind === 'notStarted') throw new NotDecided('the container cannot be started');
    const { Mounts: mounts } = await run.container.inspect();
    if (!mounts.some(({ Destination: path, RW: isWritable }) => path === '/opt/ml/model' && !isWritable))
      throw new NotDecided('Docker did not mount /opt/ml/model read-only');
    if (run.kind === 'serving') await evidence.of(sealedInvocations);
    return judgeLog(run.container.logLines());
  },
};

/** A container that catches the error and prints nothing of it is not noticed. */
function judgeLog(lines: readonly string[]): Verdict {
  const paths = new Set<string>();
  for (const line of lines) {
    const path = refusals.test(line) ? modelPath.exec(line)?.[0] : undefined;
    if (path !== undefined) paths.add(path);
  }
  if (paths.size === 0) return { outcome: 'passed', note: 'mounted read-only; its log tells of no write that was refused' };
  const findings = [...paths]
    .slice(0, pathsMax)
    .map((path) => `it tried to write ${printable(path)}: its log tells of a read-only file system`);
  return { outcome: 'failed', findings };
}
