// 20. A content type that the container does not know is refused with 4xx.
import type { Check } from '../check.ts';
import { wordsOf } from '../invoke.ts';
import { unknownContentTypeAnswer } from '../probes/unknown-content-type-answer.ts';

export const unknownContentType: Check = {
  id: 'unknown-content-type',
  group: 'contract',
  severity: 'practice',
  title: 'A request in an unknown content type is refused with 4xx',
  why: 'SageMaker forwards any Content-Type. A 5xx looks like an outage of the model, and a 200 is an answer to something that was not understood.',
  source: 'AWS Marketplace seller guide, "Creating your Amazon SageMaker resource"; SageMaker Runtime API, ModelError',
  fix: 'Compare the Content-Type with those of the listing before the body is read, and answer 415 otherwise.',
  async judge(evidence) {
    const invoked = await evidence.of(unknownContentTypeAnswer);
    if (invoked.kind === 'answered' && invoked.status >= 400 && invoked.status <= 499)
      return { outcome: 'passed', note: `status ${invoked.status}` };
    return { outcome: 'failed', findings: [`Content-Type application/x-airlock-unknown: ${wordsOf(invoked)}; wanted 415 or another 4xx`] };
  },
};
