// 37. Requests at the same time are answered as they are alone.
import type { Check } from '../check.ts';
import { NotDecided } from '../evidence.ts';
import { type Invoked, isSuccess, wordsOf } from '../invoke.ts';
import { type ConcurrentAnswers, concurrentAnswers } from '../probes/concurrent-answers.ts';

export const concurrentRequests: Check = {
  id: 'concurrent-requests',
  group: 'contract',
  severity: 'review',
  title: 'Requests at the same time get the answers that they get alone, and /ping stays 200',
  why: 'SageMaker sends requests side by side, to an endpoint as in a transform job. Answers that are mixed up give one customer the data of another.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services" and "with batch transform" (MaxConcurrentTransforms)',
  fix: 'Keep nothing of a request in variables that requests share; queue within the server instead of refusing.',
  async judge(evidence) {
    const found = await evidence.of(concurrentAnswers);
    const comparable = found.together.filter(({ request }) => found.alone[request]?.every(isSuccess));
    if (comparable.length === 0) throw new NotDecided('no request is answered 2xx alone, twice');
    const findings = [...failures(comparable), ...differences(comparable, found.alone)];
    if (found.exitCode !== null) findings.push(`the container ended with exit code ${found.exitCode}; wanted it to go on`);
    else if (!found.pings.includes(200)) findings.push(`/ping meanwhile: ${[...new Set(found.pings)].join(', ')}; wanted 200`);
    if (findings.length > 0) return { outcome: 'failed', findings, logTail: found.logTail };
    const different = new Set(comparable.map(({ request }) => request)).size;
    return { outcome: 'passed', note: `${comparable.length} requests, ${different} different` };
  },
};

type Together = ConcurrentAnswers['together'];

function failures(together: Together): readonly string[] {
  const words = together.filter(({ invoked }) => !isSuccess(invoked)).map(({ invoked }) => withoutTime(invoked));
  return [...new Set(words)].map((word) => {
    const count = words.filter((other) => other === word).length;
    return `${count} of ${together.length} requests at the same time: ${word}; alone each got 2xx`;
  });
}

/** Of a model that answers the same twice. Where it does not, an answer that is exactly that of another request still tells. */
function differences(together: Together, alone: ConcurrentAnswers['alone']): readonly string[] {
  const answered = together.filter(({ invoked }) => isSuccess(invoked));
  const isOwn = (request: number, invoked: Invoked) => alone[request]?.some((own) => isSame(own, invoked)) === true;
  const wrong = answered.filter(({ request, invoked }) => !isOwn(request, invoked));
  const mixed = wrong.filter(({ invoked }) => alone.some((answers) => answers.some((other) => isSame(other, invoked))));
  const changed = wrong.filter((answer) => !mixed.includes(answer) && isStable(alone[answer.request]));
  return [
    ...(mixed.length > 0 ? [`${mixed.length} of ${together.length} requests at the same time got the answer to another request`] : []),
    ...(changed.length > 0 ? [`${changed.length} of ${together.length} requests at the same time got another answer than alone`] : []),
  ];
}

function isStable(answers: readonly [Invoked, Invoked] | undefined): boolean {
  return answers !== undefined && isSame(answers[0], answers[1]);
}

function isSame(one: Invoked, other: Invoked): boolean {
  return isSuccess(one) && isSuccess(other) && one.body.equals(other.body);
}

function withoutTime(invoked: Invoked): string {
  return wordsOf({ ...invoked, durationMs: 0 }).replace(' (0.0 s)', '');
}
