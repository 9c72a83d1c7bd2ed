// 13. Each GET /ping is answered within 2 s, at rest and while a request is being answered.
import { pingTimeoutMs } from '../../limits.ts';
import type { Check, Verdict } from '../check.ts';
import { type PingPoll, type PingPolls, pingPolls } from '../probes/ping-polls.ts';

/** One may be this machine's. */
const slowAllowed = 1;

export const pingWithin2S: Check = {
  id: 'ping-within-2-s',
  group: 'lifecycle',
  severity: 'blocks',
  title: 'GET /ping answers within 2 s, also while a request is being answered',
  why: 'SageMaker gives each health check 2 s. A model that answers none while it works is taken for dead under load, and its instance is replaced.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services", "How your container should respond to health check (ping) requests"',
  fix: 'Answer /ping from another thread or process than the one that computes, and do nothing in it that takes time.',
  judge: async (evidence) => judgePingTimes(await evidence.of(pingPolls)),
};

export function judgePingTimes({ polls, invocationMs, isSample }: PingPolls): Verdict {
  const slow = polls.filter(isSlow);
  const findings = (['rest', 'invocation'] as const).flatMap((during) => {
    const count = slow.filter((poll) => poll.during === during).length;
    const all = polls.filter((poll) => poll.during === during).length;
    const when = during === 'rest' ? 'at rest' : 'while a request was answered';
    return count === 0 ? [] : [`${count} of ${all} pings ${when} had no answer within ${pingTimeoutMs / 1_000} s`];
  });
  if (slow.length > slowAllowed) return { outcome: 'failed', findings };
  if (slow.length > 0) return { outcome: 'warned', findings };
  const slowest = Math.max(0, ...polls.map(({ durationMs }) => durationMs));
  const request = isSample ? `the slowest sample (${invocationMs} ms)` : `a request that is no sample (${invocationMs} ms)`;
  return { outcome: 'passed', note: `at most ${slowest} ms, also during ${request}` };
}

function isSlow({ result, durationMs }: PingPoll): boolean {
  return result === 'timedOut' || durationMs > pingTimeoutMs;
}
