// 44. A failure is not told with a 2xx.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { errorMarkOf } from '../error-body.ts';
import { type Evidence, NotDecided } from '../evidence.ts';
import { type Invoked, isSuccess } from '../invoke.ts';
import { acceptAnswers, unsatisfiableAccept } from '../probes/accept-answers.ts';
import { brokenBodyAnswers } from '../probes/broken-body-answers.ts';
import { sampleAnswers } from '../probes/sample-answers.ts';
import { unknownContentTypeAnswer } from '../probes/unknown-content-type-answer.ts';

interface Asked {
  readonly what: string;
  readonly invoked: Invoked | null;
}

export const noErrorWith200: Check = {
  id: 'no-error-with-200',
  group: 'contract',
  severity: 'review',
  title: 'No 2xx has a body that tells of an error',
  why: 'Callers and transform jobs take a 2xx for a result and store it, and a listing priced per inference charges for it.',
  source: 'AWS Marketplace seller guide, "Machine learning product pricing"; AWS sample sagemaker-marketplace-onboarding-skill, billing',
  fix: 'Answer what was wrong with the request with 4xx, and what went wrong in the model with 5xx.',
  async judge(evidence) {
    const [unknownType, broken, ofSamples] = await Promise.all([
      evidence.of(unknownContentTypeAnswer),
      evidence.of(brokenBodyAnswers),
      answersToSamples(evidence),
    ]);
    const asked: readonly Asked[] = [
      ...ofSamples,
      { what: 'an unknown content type', invoked: unknownType },
      ...broken.answers.map(({ what, contentType, invoked }) => ({ what: `${what} as ${contentType}`, invoked })),
    ];
    const findings = asked.flatMap(({ what, invoked }) => {
      const mark = invoked !== null && isSuccess(invoked) ? errorMarkOf(invoked.body) : null;
      return mark === null || invoked?.kind !== 'answered'
        ? []
        : [`${printable(what)}: status ${invoked.status} and ${mark}; wanted 4xx or 5xx`];
    });
    return findings.length > 0 ? { outcome: 'failed', findings } : { outcome: 'passed', note: `${asked.length} answers` };
  },
};

/** None without samples: what is asked without them is judged all the same. */
async function answersToSamples(evidence: Evidence): Promise<readonly Asked[]> {
  const answers = await orNull(evidence.of(sampleAnswers));
  const accepts = await orNull(evidence.of(acceptAnswers));
  return [
    ...(answers ?? []).map(({ sample, invoked }) => ({ what: sample.name, invoked })),
    ...(accepts === null ? [] : [{ what: `${accepts.sample} with Accept ${unsatisfiableAccept}`, invoked: accepts.unsatisfiable }]),
  ];
}

async function orNull<Found>(found: Promise<Found>): Promise<Found | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof NotDecided) return null;
    throw error;
  }
}
