// 22. Accept: none and */* work, one that cannot be satisfied is no accident.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { isSuccess, wordsOf } from '../invoke.ts';
import { acceptAnswers, unsatisfiableAccept } from '../probes/accept-answers.ts';

export const acceptHandled: Check = {
  id: 'accept-handled',
  group: 'contract',
  severity: 'practice',
  title: 'Requests work without Accept and with */*, and one that cannot be satisfied gets 406 or the default',
  why: 'SDKs send no Accept unless they are told to, and some send */*. SageMaker forwards what it gets.',
  source: 'SageMaker developer guide, "Model Hosting FAQs"; SageMaker Runtime API, InvokeEndpoint, Accept',
  fix: 'Take a missing Accept and */* as your default type; answer 406, or in the default type, where you have nothing that is asked for.',
  async judge(evidence) {
    const { sample, without, anything, unsatisfiable } = await evidence.of(acceptAnswers);
    const name = printable(sample);
    const findings: string[] = [];
    if (!isSuccess(without)) findings.push(`${name} without Accept: ${wordsOf(without)}; wanted 2xx`);
    if (!isSuccess(anything)) findings.push(`${name} with Accept */*: ${wordsOf(anything)}; wanted 2xx`);
    const isHandled = unsatisfiable.kind === 'answered' && unsatisfiable.status >= 200 && unsatisfiable.status <= 499;
    if (!isHandled) findings.push(`${name} with Accept ${unsatisfiableAccept}: ${wordsOf(unsatisfiable)}; wanted 406 or the default type`);
    return findings.length > 0 ? { outcome: 'failed', findings } : { outcome: 'passed' };
  },
};
