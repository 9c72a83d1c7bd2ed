// 15. The answer to /ping has no body, or a small one that does not contradict its 200.
import type { Check, Verdict } from '../check.ts';
import { type PingPolls, pingPolls } from '../probes/ping-polls.ts';

/** Ours: what health pages of servers have. */
const bodyBytesMax = 1_024;
/** TorchServe answers 200 with the word Unhealthy. */
const contradiction = /\b(unhealthy|not ready|unavailable|out of service|traceback)\b/i;

export const pingBodyEmpty: Check = {
  id: 'ping-body-empty',
  group: 'lifecycle',
  severity: 'practice',
  title: 'The answer to GET /ping has no body, or a small one',
  why: 'SageMaker looks at the status only. A body is never read: one that says "Unhealthy" beside a 200 leaves a dead model in service.',
  source: 'SageMaker developer guide, "Use your own inference code with hosting services"; aws/deep-learning-containers#2917',
  fix: 'Answer 200 with an empty body, and another status where the model cannot take requests.',
  judge: async (evidence) => judgePingBody(await evidence.of(pingPolls)),
};

export function judgePingBody({ polls }: PingPolls): Verdict {
  const good = polls.filter(({ result }) => result === 200);
  if (good.length === 0) return { outcome: 'notDecided', reason: 'no ping was answered 200' };
  const bytes = Math.max(...good.map(({ bodyBytes }) => bodyBytes));
  const word = good.map(({ bodyText }) => contradiction.exec(bodyText)?.[0]).find((found) => found !== undefined);
  const findings = [
    ...(word === undefined ? [] : [`the body of a 200 says "${word}"`]),
    ...(bytes > bodyBytesMax ? [`the body has ${bytes} bytes; nothing reads it`] : []),
  ];
  if (findings.length > 0) return { outcome: 'failed', findings };
  return { outcome: 'passed', note: bytes === 0 ? 'empty' : `${bytes} bytes` };
}
