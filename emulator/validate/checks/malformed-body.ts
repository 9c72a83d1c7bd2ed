// 21. Malformed and empty bodies are refused with 4xx, and the container outlives them.
import type { Check } from '../check.ts';
import { type Invoked, isSuccess, wordsOf } from '../invoke.ts';
import { brokenBodyAnswers } from '../probes/broken-body-answers.ts';

export const malformedBody: Check = {
  id: 'malformed-body',
  group: 'contract',
  severity: 'review',
  title: 'A malformed or empty body is refused with 4xx, and the container goes on',
  why: 'A container that ends or hangs is replaced, and every other caller waits for it; a 5xx is counted as a failure of the model.',
  source:
    'SageMaker Runtime API, InvokeEndpoint, ModelError (OriginalStatusCode); SageMaker developer guide, "Deploy models for inference"',
  fix: 'Catch what your parser throws and answer 400 with a message that repeats nothing of the body.',
  async judge(evidence) {
    const { answers, exitCode, ping, logTail } = await evidence.of(brokenBodyAnswers);
    const sent = (answer: (typeof answers)[number]) => `${answer.what} as ${answer.contentType}: ${wordsOf(answer.invoked)}`;
    const failed = answers.filter(({ invoked, isSurelyBroken }) => !isRefused(invoked) && (isSurelyBroken || !isSuccess(invoked)));
    const findings = failed.map((answer) => `${sent(answer)}; wanted 4xx`);
    if (exitCode !== null) findings.push(`the container ended with exit code ${exitCode}; wanted it to go on`);
    else if (ping !== 200) findings.push(`/ping after it: ${ping}; wanted 200`);
    if (findings.length > 0) return { outcome: 'failed', findings, logTail };
    const taken = answers.filter(({ invoked }) => isSuccess(invoked));
    if (taken.length > 0) return { outcome: 'warned', findings: taken.map((answer) => `${sent(answer)}; 4xx is what callers expect`) };
    return { outcome: 'passed', note: `${answers.length} bodies` };
  },
};

function isRefused(invoked: Invoked): boolean {
  return invoked.kind === 'answered' && invoked.status >= 400 && invoked.status <= 499;
}
