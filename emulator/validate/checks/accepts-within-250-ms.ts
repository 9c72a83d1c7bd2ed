// 11. A new connection is accepted within 250 ms, also while a request is being answered.

import { acceptTimeoutMs } from '../../model/relay/relay-limits.ts';
import type { Check, Verdict } from '../check.ts';
import { type ConnectTimes, connectTimes } from '../probes/connect-times.ts';

/**
 * A queue that is full shows itself by the kernel's second try, a second later. What lies between is mostly this machine's own work,
 * and counts only where it is the rule.
 */
const secondTryMs = 900;
/** One of them may be this machine's. */
const secondTriesAllowed = 1;

export const acceptsWithin250Ms: Check = {
  id: 'accepts-within-250-ms',
  group: 'lifecycle',
  severity: 'review',
  title: 'Connections are accepted within 250 ms, also while a request is being answered',
  why: 'SageMaker gives a socket 250 ms to be accepted, and fails the request otherwise.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services", "How your container should respond to inference requests"',
  fix: 'Let the server accept while a worker is busy: a listen backlog of 128 or more, or more than one worker.',
  judge: async (evidence) => judgeConnectTimes(await evidence.of(connectTimes)),
};

export function judgeConnectTimes({ atRest, underLoad }: ConnectTimes): Verdict {
  const findings = [findingOf(atRest, 'at rest'), findingOf(underLoad, 'while a request was answered')].flat();
  const all = [...atRest, ...underLoad];
  const slow = all.filter(isSlow).length;
  const secondTries = all.filter((ms) => ms === null || ms >= secondTryMs).length;
  if (secondTries > secondTriesAllowed || slow > all.length / 2) return { outcome: 'failed', findings };
  if (slow > 0) return { outcome: 'warned', findings };
  const slowest = Math.max(0, ...all.map((ms) => ms ?? 0));
  return { outcome: 'passed', note: `at most ${slowest.toFixed(1)} ms` };
}

function isSlow(ms: number | null): boolean {
  return ms === null || ms > acceptTimeoutMs;
}

function findingOf(times: readonly (number | null)[], when: string): string[] {
  const slow = times.filter(isSlow);
  if (slow.length === 0) return [];
  const worst = slow.includes(null) ? 'refused, or not within 3 s' : `${Math.max(...slow.map((ms) => ms ?? 0))} ms`;
  return [`${slow.length} of ${times.length} connections ${when} took more than ${acceptTimeoutMs} ms; the slowest: ${worst}`];
}
