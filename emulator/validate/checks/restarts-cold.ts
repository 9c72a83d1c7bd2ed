// 36. A second container from the same image gives the same answers: none of it lives in a container that ran before.
import type { Check, Verdict } from '../check.ts';
import { type Invoked, wordsOf } from '../invoke.ts';
import { type ColdRun, coldRun } from '../probes/cold-run.ts';

export const restartsCold: Check = {
  id: 'restarts-cold',
  group: 'lifecycle',
  severity: 'practice',
  title: 'A second container from the image gives the same answers',
  why: 'SageMaker replaces instances for patches and failures, and runs several at once: answers must not depend on what one container has seen.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services": launches for updates, capacity and security patching',
  fix: 'Keep nothing between requests, and make nothing at random at the start that answers depend on: seeds and keys belong into the artifact.',
  judge: async (evidence) => judgeCold(await evidence.of(coldRun)),
};

export function judgeCold({ startup, answers }: Pick<ColdRun, 'startup' | 'answers'>): Verdict {
  if (startup.readyMs === null) return { outcome: 'failed', findings: ['a second container from the image does not come into service'] };
  if (answers === null)
    return { outcome: 'passed', note: 'it comes into service again; with samples (--samples DIR) their answers are compared, too' };
  const comparable = answers.filter(({ first, again }) => isSame(first, again));
  const different = comparable.filter(({ first, cold }) => !isSame(first, cold));
  if (different.length > 0) {
    const findings = different.map(({ sample, first, cold }) => {
      const what = wordsOf(first) === wordsOf(cold) ? 'another body' : `${wordsOf(cold)}, not ${wordsOf(first)}`;
      return `${sample}: a second container gives ${what}`;
    });
    return { outcome: 'failed', findings };
  }
  if (comparable.length === 0)
    return { outcome: 'notDecided', reason: 'answers differ from one call to the next in one container already' };
  return { outcome: 'passed', note: `${comparable.length} samples, the same answers` };
}

function isSame(one: Invoked, other: Invoked): boolean {
  if (one.kind === 'failed' || other.kind === 'failed') return one.kind === other.kind;
  return one.status === other.status && one.body.equals(other.body);
}
