// 56. The samples are answered as the listing publishes it.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { differenceOf } from '../compare-published-answer.ts';
import { NotDecided } from '../evidence.ts';
import { goodAnswers } from '../probes/sample-answers.ts';

export const deterministic: Check = {
  id: 'deterministic',
  group: 'contract',
  severity: 'practice',
  title: 'The samples are answered with their published answers',
  why: 'Buyers and reviewers try the samples of the listing first, and compare.',
  source: 'AWS Marketplace seller guide, "Requirements and best practices for creating machine learning products", output samples',
  fix: 'Publish the answers of this version, seed what is random, and give numbers that vary a "tolerance" in samples.json.',
  async judge(evidence) {
    const published = (await goodAnswers(evidence)).flatMap(({ sample, invoked }) =>
      sample.expected === null ? [] : [{ sample, invoked, expected: sample.expected }],
    );
    if (published.length === 0) throw new NotDecided('no sample that is answered has an expected answer (NAME.expected.EXT beside it)');
    const findings = published.flatMap(({ sample, invoked, expected }) => {
      const contentType = expected.contentType ?? invoked.headers['content-type'] ?? null;
      const difference = differenceOf(invoked.body, expected.body, { contentType, tolerance: sample.tolerance });
      return difference === null ? [] : [`${printable(sample.name)}: the answer is not the published one: ${difference}`];
    });
    return findings.length > 0 ? { outcome: 'failed', findings } : { outcome: 'passed', note: `${published.length} samples` };
  },
};
