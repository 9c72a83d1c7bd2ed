// 17. POST /invocations answers each sample with 2xx within 60 s.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { isSuccess, wordsOf } from '../invoke.ts';
import { type SampleAnswer, sampleAnswers } from '../probes/sample-answers.ts';
import { servingContainer } from '../probes/sealed-run.ts';

/** SageMaker's limit is 60 s; from here on AWS asks callers to raise their own time. */
const slowMs = 50_000;
const logTailLines = 15;

export const invocationsAnswer: Check = {
  id: 'invocations-answer',
  group: 'contract',
  severity: 'blocks',
  title: 'POST /invocations answers each sample with 2xx within 60 s',
  why: 'Anything else reaches the caller as ModelError 424, and fails the validation job: it asks the container with the data of the package.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services", "How your container should respond to inference requests"',
  fix: 'Answer POST /invocations on port 8080 for every content type of the listing. Where a sample needs another Content-Type or Accept, say so in samples.json.',
  async judge(evidence) {
    const answers = await evidence.of(sampleAnswers);
    const findings = answers.flatMap(badAnswer);
    if (findings.length > 0) {
      const container = await servingContainer(evidence);
      return { outcome: 'failed', findings, logTail: container.logLines().slice(-logTailLines) };
    }
    const slow = answers.flatMap(({ sample, invoked }) =>
      invoked !== null && invoked.durationMs > slowMs
        ? [`${printable(sample.name)}: ${seconds(invoked.durationMs)} s, and the limit is 60 s; AWS asks callers to wait 70 s then`]
        : [],
    );
    if (slow.length > 0) return { outcome: 'warned', findings: slow };
    const slowestMs = Math.max(...answers.map(({ invoked }) => invoked?.durationMs ?? 0));
    return { outcome: 'passed', note: `${answers.length} of ${answers.length} samples; the slowest took ${seconds(slowestMs)} s` };
  },
};

function badAnswer({ sample, invoked }: SampleAnswer): readonly string[] {
  const name = printable(sample.name);
  if (invoked === null) return [`${name}: not asked, as others got no answer in time; wanted 2xx`];
  // Larger than what is held of it, and complete for a caller all the same.
  if (invoked.kind === 'failed' && invoked.reason === 'answerTooLarge')
    return [`${name}: ${wordsOf(invoked)}; wanted one of at most 25 MB`];
  return isSuccess(invoked) ? [] : [`${name} (${printable(sample.contentType)}): ${wordsOf(invoked)}; wanted 2xx`];
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
