// 19. Each content type that the package declares has a sample that works.
import type { Check, Verdict } from '../check.ts';
import { isSuccess, wordsOf } from '../invoke.ts';
import { modelPackageOf } from '../probes/package-file.ts';
import { type SampleAnswer, sampleAnswers } from '../probes/sample-answers.ts';
import { mediaTypeOf } from '../sample-records.ts';
import { shortList } from '../short-list.ts';

export const contentTypesCovered: Check = {
  id: 'content-types-covered',
  group: 'contract',
  severity: 'review',
  title: 'Every declared content type has a sample that is answered',
  why: 'A listing shows a sample for each type it supports; a type that is declared and fails is found by a reviewer or the first buyer, as the validation job sends one only.',
  source: 'AWS Marketplace seller guide, "Requirements and best practices for machine learning products"',
  fix: 'Add a sample of the type, mend the container, or take the type out of SupportedContentTypes.',
  async judge(evidence) {
    const { contentTypes } = await modelPackageOf(evidence);
    return judgeCoverage(contentTypes, await evidence.of(sampleAnswers));
  },
};

export function judgeCoverage(contentTypes: readonly string[], answers: readonly SampleAnswer[]): Verdict {
  if (contentTypes.length === 0)
    return { outcome: 'notDecided', reason: 'the package names no SupportedContentTypes; package-request says so' };
  const ofType = (type: string) => answers.filter(({ sample }) => mediaTypeOf(sample.contentType) === mediaTypeOf(type));
  const findings: string[] = [];
  const unasked: string[] = [];
  for (const type of contentTypes) {
    const found = ofType(type);
    const [first] = found;
    if (first === undefined) findings.push(`${type}: there is no sample of it`);
    else if (found.some(({ invoked }) => invoked !== null && isSuccess(invoked))) continue;
    else {
      const asked = found.find(({ invoked }) => invoked !== null);
      if (asked?.invoked) findings.push(`${type}: ${asked.sample.name} got ${wordsOf(asked.invoked)}; wanted: 2xx`);
      else unasked.push(type);
    }
  }
  if (findings.length > 0) return { outcome: 'failed', findings: shortList(findings) };
  if (unasked.length > 0) return { outcome: 'notDecided', reason: `not asked, as others took all their time: ${unasked.join(', ')}` };
  const declared = new Set(contentTypes.map(mediaTypeOf));
  const undeclared = new Set(answers.map(({ sample }) => sample.contentType).filter((type) => !declared.has(mediaTypeOf(type))));
  if (undeclared.size > 0)
    return {
      outcome: 'warned',
      findings: shortList([...undeclared].map((type) => `${type}: there is a sample of it, but SupportedContentTypes has it not`)),
    };
  return { outcome: 'passed', note: contentTypes.join(', ') };
}
