// 24. X-Amzn-SageMaker-Custom-Attributes of an answer is what the API can carry.
import { printable } from '../../model/model-lines.ts';
import { customAttributesLengthMax } from '../../sagemaker/header-limits.ts';
import type { Check } from '../check.ts';
import { goodAnswers } from '../probes/sample-answers.ts';

const header = 'x-amzn-sagemaker-custom-attributes';

export const customAttributesValid: Check = {
  id: 'custom-attributes-valid',
  group: 'contract',
  severity: 'review',
  title: 'X-Amzn-SageMaker-Custom-Attributes of an answer has at most 1,024 visible US-ASCII characters',
  why: 'SageMaker hands it to the caller as it is; what its API cannot carry is lost, or fails the call.',
  source: 'SageMaker Runtime API, InvokeEndpoint, response element CustomAttributes',
  fix: 'Keep it short and ASCII; encode anything else, for example as base64url.',
  async judge(evidence) {
    const answers = await goodAnswers(evidence);
    const given = answers.flatMap(({ sample, invoked: { headers } }) => {
      const value = headers[header];
      return value === undefined ? [] : [{ name: printable(sample.name), value }];
    });
    const findings = given.flatMap(({ name, value }) => [
      ...(value.length > customAttributesLengthMax ? [`${name}: ${value.length} characters; at most ${customAttributesLengthMax}`] : []),
      ...(/^[\x20-\x7e]*$/.test(value) ? [] : [`${name}: a character that is not visible US-ASCII`]),
    ]);
    if (findings.length > 0) return { outcome: 'failed', findings };
    return { outcome: 'passed', note: given.length === 0 ? 'no answer has the header' : `${given.length} answers have it` };
  },
};
