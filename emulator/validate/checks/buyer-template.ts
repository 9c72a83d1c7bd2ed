// 52. The buyer's template: isolated, not serverless, nothing that a package of Marketplace cannot have.
import type { Check, Verdict } from '../check.ts';
import { NotDecided } from '../evidence.ts';
import { type BuyerFindings, checkBuyerTemplate } from '../model-package/buyer-rules.ts';
import { packageFile } from '../probes/package-file.ts';
import { sealedRun } from '../probes/sealed-run.ts';
import { shortList } from '../short-list.ts';

export const buyerTemplate: Check = {
  id: 'buyer-template',
  group: 'package',
  severity: 'review',
  title: "The buyer's template deploys the package as Marketplace allows",
  why: "CreateModel and CreateEndpoint refuse a package without isolation, serverless, or with the package's own variables set again; a slow container needs a longer start-up time, which only the buyer can give.",
  source:
    'SageMaker developer guide, "Run training and inference containers in internet-free mode" and "Serverless inference"; API reference, ProductionVariant',
  fix: 'Correct the template that buyers get at the places named.',
  async judge(evidence) {
    const { template, modelPackage } = await evidence.of(packageFile);
    if (template === null) throw new NotDecided("the package file is a request; give a buyer's CloudFormation template as --package FILE");
    const run = await evidence.of(sealedRun);
    const startupMs = run.kind === 'notStarted' ? null : run.startup.readyMs;
    return judgeBuyer(checkBuyerTemplate(template, { modelPackage, startupMs }));
  },
};

export function judgeBuyer(found: BuyerFindings | null): Verdict {
  if (found === null)
    return { outcome: 'notDecided', reason: 'the template has neither AWS::SageMaker::Model nor AWS::SageMaker::EndpointConfig' };
  const { problems, remarks } = found;
  if (problems.length > 0) return { outcome: 'failed', findings: shortList([...problems, ...remarks]) };
  return remarks.length > 0 ? { outcome: 'warned', findings: shortList(remarks) } : { outcome: 'passed' };
}
