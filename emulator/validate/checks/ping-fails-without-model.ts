// 16. Without its artifact the container does not say that it is ready.
import type { Check, Verdict } from '../check.ts';
import { type EmptyModelRun, emptyModelRun } from '../probes/empty-model-run.ts';

export const pingFailsWithoutModel: Check = {
  id: 'ping-fails-without-model',
  group: 'lifecycle',
  severity: 'practice',
  title: 'GET /ping is not 200 while the artifact is missing',
  why: 'A /ping that is 200 whatever happens keeps traffic going to a container that cannot answer, and hides a broken package until the first buyer finds it.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services", health checks; aws/deep-learning-containers#2917',
  fix: 'Let /ping answer 200 only when the model is loaded, or end the program where the artifact is missing.',
  judge: async (evidence) => judgeEmptyModel(await evidence.of(emptyModelRun)),
};

export function judgeEmptyModel({ startup: { readyMs }, exitCode, waitedMs }: EmptyModelRun): Verdict {
  if (readyMs !== null) {
    return { outcome: 'failed', findings: [`/ping answered 200 after ${(readyMs / 1_000).toFixed(1)} s with nothing at /opt/ml/model`] };
  }
  const what = exitCode === null ? `no 200 within ${(waitedMs / 1_000).toFixed(1)} s` : `it ended with exit code ${exitCode}`;
  return { outcome: 'passed', note: what };
}
