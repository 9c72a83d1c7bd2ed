// 43. X-Amzn-Inference-Metering, which a listing priced per inference is charged by.
import { printable } from '../../model/model-lines.ts';
import { parseMetering } from '../../sagemaker/metering.ts';
import type { Check } from '../check.ts';
import { NotDecided } from '../evidence.ts';
import { brokenBodyAnswers } from '../probes/broken-body-answers.ts';
import { type GoodAnswer, goodAnswers } from '../probes/sample-answers.ts';
import { recordsOf } from '../sample-records.ts';

const header = 'x-amzn-inference-metering';

export const metering: Check = {
  id: 'metering',
  group: 'contract',
  severity: 'blocks',
  title: 'Answers of a listing priced per inference say in X-Amzn-Inference-Metering what they cost',
  why: 'AWS charges by this header on 2xx, and one unit a call without it: a header that is missing or cannot be read is a wrong bill.',
  source: 'AWS Marketplace seller guide, "Machine learning product pricing", custom metering',
  fix: 'Send {"Dimension": "<the listing\'s>", "ConsumedUnits": <number of records>} with every 2xx, and nothing with an error.',
  async judge(evidence) {
    const declared = evidence.options.meteringDimension ?? null;
    const good = await goodAnswers(evidence);
    const metered = good.filter(({ invoked }) => invoked.headers[header] !== undefined);
    if (declared === null && metered.length === 0) {
      throw new NotDecided('no answer has X-Amzn-Inference-Metering, and no dimension of a price per inference was given');
    }
    const findings = [
      ...good
        .filter((answer) => !metered.includes(answer))
        .map(({ sample }) => `${printable(sample.name)}: 2xx without X-Amzn-Inference-Metering`),
      ...metered.flatMap((answer) => wrongMetering(answer, declared)),
    ];
    if (findings.length > 0) return { outcome: 'failed', findings };
    const soft = metered.flatMap((answer) => (declared === null ? wrongCount(answer) : []));
    const { answers: refused } = await evidence.of(brokenBodyAnswers);
    const onErrors = refused.filter(({ invoked }) => invoked.kind === 'answered' && invoked.status >= 400 && header in invoked.headers);
    if (onErrors.length > 0) soft.push(`${onErrors.length} errors have the header as well; wanted it with 2xx only`);
    if (soft.length > 0) return { outcome: 'warned', findings: soft };
    return { outcome: 'passed', note: `${metered.length} answers${declared === null ? ', no dimension to compare with' : ''}` };
  },
};

function wrongMetering(answer: GoodAnswer, declared: string | null): readonly string[] {
  const name = printable(answer.sample.name);
  const said = parseMetering(answer.invoked.headers[header] ?? '');
  if (said === null) return [`${name}: the header is not {"Dimension": "…", "ConsumedUnits": a number above 0}`];
  const findings: string[] = [];
  if (declared !== null && said.dimension !== declared)
    findings.push(`${name}: another Dimension than the listing's "${printable(declared)}"`);
  // Without a listing's price nobody knows that records are its units.
  if (declared !== null) findings.push(...wrongCount(answer));
  return findings;
}

function wrongCount({ sample, invoked }: GoodAnswer): string[] {
  const said = parseMetering(invoked.headers[header] ?? '');
  const records = recordsOf(sample);
  if (said === null || records === null) return [];
  const isRight = said.units === records.count || (!records.isCountExact && said.units === records.count + 1);
  return isRight ? [] : [`${printable(sample.name)}: ConsumedUnits ${said.units} for ${records.count} records`];
}
