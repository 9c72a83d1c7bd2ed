// 23. The answer hangs on none but the headers that reach a container.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { type Invoked, isSuccess, wordsOf } from '../invoke.ts';
import { otherHeaderAnswers } from '../probes/other-header-answers.ts';

export const ignoresOtherHeaders: Check = {
  id: 'ignores-other-headers',
  group: 'contract',
  severity: 'review',
  title: 'The container needs no header but Content-Type and Accept, and ignores those it does not know',
  why: 'SageMaker strips every header of the caller but five, so that neither authorization nor cookies arrive, and may add its own, which must be ignored.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services", "How your container should respond to inference requests"',
  fix: 'Read only Content-Type, Accept and the X-Amzn-SageMaker headers, and no other, also in a proxy within the container.',
  async judge(evidence) {
    const { sample, fewest, more, five } = await evidence.of(otherHeaderAnswers);
    const name = printable(sample);
    const findings: string[] = [];
    if (!isSuccess(fewest)) findings.push(`${name} with Content-Type and Accept alone: ${wordsOf(fewest)}; wanted 2xx, as with all five`);
    if (!isSuccess(more)) findings.push(`${name} with headers that SageMaker may add: ${wordsOf(more)}; wanted 2xx, as without them`);
    // A model that never answers twice the same says nothing by another answer.
    else if (isSame(five[0], five[1]) && !isSame(five[0], more))
      findings.push(`${name} with headers that SageMaker may add: another answer than without them`);
    return findings.length > 0 ? { outcome: 'failed', findings } : { outcome: 'passed' };
  },
};

function isSame(one: Invoked, other: Invoked): boolean {
  return isSuccess(one) && isSuccess(other) && one.body.equals(other.body);
}
