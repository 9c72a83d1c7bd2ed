// 25. Bodies up to SageMaker's 25 MB are not refused by the container's own server.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { isSuccess, wordsOf } from '../invoke.ts';
import { type LargeRequestAnswer, largeRequestAnswers } from '../probes/large-request-answers.ts';

export const largeRequest: Check = {
  id: 'large-request',
  group: 'contract',
  severity: 'review',
  title: "Bodies of 6 MB and near 25 MB are not refused by the container's own server",
  why: 'SageMaker takes 25 MB; a server within the container often takes 1 to 16 MB and answers 413 to what callers may send.',
  source: 'AWS Marketplace seller guide, "Service restrictions and quotas"; aws/sagemaker-python-sdk issue 1882',
  fix: "Raise the limit of your server to 25 MB or more: nginx client_max_body_size, TorchServe max_request_size, your framework's body limit.",
  async judge(evidence) {
    const { answers, exitCode, logTail } = await evidence.of(largeRequestAnswers);
    const findings = answers.filter(isRefused).map((answer) => `${sent(answer)}; wanted it to be taken`);
    if (exitCode !== null) findings.push(`the container ended with exit code ${exitCode}; wanted it to go on`);
    if (findings.length > 0) return { outcome: 'failed', findings, logTail };
    const unclear = answers.filter(({ invoked }) => !isTaken(invoked));
    if (unclear.length > 0) {
      return { outcome: 'warned', findings: unclear.map((answer) => `${sent(answer)}; it was not refused for its size`) };
    }
    return { outcome: 'passed', note: answers.map(({ bytes }) => megabytes(bytes)).join(' and ') };
  },
};

function isTaken(invoked: LargeRequestAnswer['invoked']): boolean {
  return isSuccess(invoked) || (invoked.kind === 'failed' && invoked.reason === 'answerTooLarge');
}

/** A 4xx other than 413 is the model's, for what is in the body; too slow is a matter of the model as well. */
function isRefused({ invoked }: LargeRequestAnswer): boolean {
  if (isTaken(invoked)) return false;
  return invoked.kind === 'answered' ? invoked.status === 413 || invoked.status >= 500 : invoked.reason !== 'timedOut';
}

function sent({ sample, bytes, records, invoked }: LargeRequestAnswer): string {
  return `${megabytes(bytes)} (${records} records, made of ${printable(sample)}): ${wordsOf(invoked)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
