// 40. The validation job, as far as it can run here: the same splitting, payload, variables and assembling.
import type { Check, Verdict } from '../check.ts';
import { type Rehearsal, rehearsal } from '../probes/validation-rehearsal.ts';
import { shortList } from '../short-list.ts';

export const validationRehearsal: Check = {
  id: 'validation-rehearsal',
  group: 'batch',
  severity: 'blocks',
  title: "The package's validation profile runs to its end and has results",
  why: 'CreateModelPackage runs this batch job for hours; where it fails the package is Failed and cannot be listed.',
  source:
    'AWS Marketplace seller guide, "Creating your model package resource"; SageMaker developer guide, "Create a model package resource"',
  fix: "Mend what the container says of the requests, or the profile's ContentType, SplitType, BatchStrategy, MaxPayloadInMB and Environment.",
  judge: async (evidence) => judgeRehearsal(await evidence.of(rehearsal)),
};

export function judgeRehearsal({ profile, failures, outputs, logTail }: Rehearsal): Verdict {
  const empty = outputs.filter(({ holdsSomething }) => !holdsSomething).map(({ name }) => `${name}: the output is empty`);
  const findings = failures.length > 0 ? failures : empty;
  if (findings.length > 0) return { outcome: 'failed', findings: shortList(findings), logTail };
  const files = outputs.length === 1 ? '1 file' : `${outputs.length} files`;
  return { outcome: 'passed', note: `profile ${profile}: ${files}` };
}
