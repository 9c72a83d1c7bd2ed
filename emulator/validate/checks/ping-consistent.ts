// 14. After the first 200, /ping stays at 200.
import type { Check, Verdict } from '../check.ts';
import { type PingPolls, pingPolls } from '../probes/ping-polls.ts';

export const pingConsistent: Check = {
  id: 'ping-consistent',
  group: 'lifecycle',
  severity: 'review',
  title: 'GET /ping stays at 200 after the first one',
  why: 'SageMaker wants 200 consistently. One that comes and goes, such as that of a proxy before its workers, fails the start or takes the instance out of service.',
  source: 'SageMaker developer guide, "Use your own inference code with hosting services"; aws/amazon-sagemaker-examples#2028',
  fix: 'Answer 200 only when every worker can take requests, and from then on always.',
  judge: async (evidence) => judgePingStatus(await evidence.of(pingPolls)),
};

/** One without an answer in time counts as slow, which another check judges. */
export function judgePingStatus({ polls }: PingPolls): Verdict {
  const others = polls.filter(({ result }) => result !== 200 && result !== 'timedOut');
  if (others.length === 0) return { outcome: 'passed', note: `${polls.length} pings` };
  const kinds = [...new Set(others.map(({ result }) => result))];
  return {
    outcome: 'failed',
    findings: [`${others.length} of ${polls.length} pings after the first 200 were not 200: ${kinds.join(', ')}`],
  };
}
