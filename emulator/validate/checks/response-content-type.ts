// 18. Every answer says what it is, and it is one of the package's types.

import { printable } from '../../model/model-lines.ts';
import type { Check, Verdict } from '../check.ts';
import { modelPackageIfGiven } from '../probes/package-file.ts';
import { type GoodAnswers, goodAnswers } from '../probes/sample-answers.ts';
import { mediaTypeOf } from '../sample-records.ts';
import { shortList } from '../short-list.ts';

export const responseContentType: Check = {
  id: 'response-content-type',
  group: 'contract',
  severity: 'review',
  title: 'Answers have a Content-Type that the package declares',
  why: "SageMaker passes the container's Content-Type on as it is: buyers read the answer by it, and reviewers compare it with SupportedResponseMIMETypes.",
  source:
    'AWS Marketplace seller guide, "Requirements and best practices for machine learning products" and "Creating your model package resource"',
  fix: "Set Content-Type on every answer of /invocations, and name it in the package's SupportedResponseMIMETypes.",
  async judge(evidence) {
    const declared = (await modelPackageIfGiven(evidence))?.responseMimeTypes ?? null;
    return judgeTypes(await goodAnswers(evidence), declared);
  },
};

/** `declared`: SupportedResponseMIMETypes; null or empty: not known. */
export function judgeTypes(answers: GoodAnswers, declared: readonly string[] | null): Verdict {
  const known = declared === null || declared.length === 0 ? null : declared;
  const findings = answers.flatMap(({ sample, invoked }) => {
    const given = invoked.headers['content-type']?.trim() ?? '';
    // An answer without a body is of no type.
    if (given === '') return invoked.body.length === 0 ? [] : [`${sample.name}: the answer has no Content-Type`];
    if (!/^[^/\s]+\/[^/\s]+/.test(given))
      return [`${sample.name}: Content-Type is "${printable(given).slice(0, 80)}"; wanted: type/subtype`];
    const isDeclared = known === null || known.some((type) => mediaTypeOf(type) === mediaTypeOf(given));
    return isDeclared
      ? []
      : [`${sample.name}: Content-Type is ${printable(given).slice(0, 80)}; SupportedResponseMIMETypes: ${known.join(', ')}`];
  });
  if (findings.length > 0) return { outcome: 'failed', findings: shortList(findings) };
  const types = [...new Set(answers.map(({ invoked }) => mediaTypeOf(invoked.headers['content-type'] ?? '')))].filter(
    (type) => type !== '',
  );
  const compared = known === null ? '; a package file would say which it declares' : '';
  return { outcome: 'passed', note: `${printable(types.join(', ')) || 'no answer has a body'}${compared}` };
}
