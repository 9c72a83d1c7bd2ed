// What a buyer's template may not say of a container of Marketplace.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeBuyer } from '../../../../emulator/validate/checks/buyer-template.ts';
import { checkBuyerTemplate } from '../../../../emulator/validate/model-package/buyer-rules.ts';
import { parsePackageFile } from '../../../../emulator/validate/model-package/read-package-file.ts';

interface Given {
  readonly model?: string;
  readonly container?: string;
  readonly variant?: string;
  readonly config?: string;
  readonly startupMs?: number | null;
}

function judge({ model = 'EnableNetworkIsolation: true', container = '', variant = '', config = '', startupMs = 900 }: Given = {}) {
  const text = `Parameters:
  Isolated: { Type: String, Default: "false" }
  Seconds: { Type: Number }
Conditions:
  Wanted: !Equals [a, b]
Resources:
  Model:
    Type: AWS::SageMaker::Model
    Properties:
      PrimaryContainer:
        ModelPackageName: arn:aws:sagemaker:us-east-1:111122223333:model-package/identity-model
        ${container}
      ${model}
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ${config}
      ProductionVariants:
        - VariantName: AllTraffic
          ModelName: !GetAtt Model.ModelName
          InitialInstanceCount: 1
          ${variant}
`;
  const { template, modelPackage } = parsePackageFile(text, 'buyer.yaml');
  return judgeBuyer(template === null ? null : checkBuyerTemplate(template, { modelPackage, startupMs }));
}

describe("a buyer's template", () => {
  it('passes with isolation and nothing of its own', () => {
    expect(judge()).toEqual({ outcome: 'passed' });
    expect(judge({ model: 'EnableNetworkIsolation: !If [Wanted, true, "true"]' })).toEqual({ outcome: 'passed' });
  });

  it('passes as the one that Airlock ships', () => {
    const path = join(import.meta.dirname, '../../../../infra/customer.yaml');
    const { template } = parsePackageFile(readFileSync(path, 'utf8'), path);
    if (template === null) throw new Error('no template');
    expect(judgeBuyer(checkBuyerTemplate(template, { modelPackage: null, startupMs: 900 }))).toEqual({ outcome: 'passed' });
  });

  it.each<[string, Given, RegExp]>([
    ['without isolation', { model: 'Tags: []' }, /EnableNetworkIsolation: true only \(it is missing\)/],
    ['with isolation off', { model: 'EnableNetworkIsolation: false' }, /^buyer\.yaml:13 .*EnableNetworkIsolation: true only/],
    ['with isolation off by default', { model: 'EnableNetworkIsolation: !Ref Isolated' }, /EnableNetworkIsolation: true only/],
    [
      'with isolation off in one branch',
      { model: 'EnableNetworkIsolation: !If [Wanted, true, false]' },
      /EnableNetworkIsolation: true only/,
    ],
    ['with variables', { container: 'Environment: {}' }, /Environment is the package's/],
    ['with a data source', { container: 'ModelDataSource: {}' }, /ModelDataSource cannot be used/],
    ['with an image', { container: 'Image: mine:1' }, /Image stands beside ModelPackageName/],
    ['for several models', { container: 'Mode: MultiModel' }, /multi-model/],
    ['that is serverless', { variant: 'ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 1 }' }, /do not run serverless/],
    ['with isolation at the wrong place', { config: 'EnableNetworkIsolation: true' }, /stands at the model/],
    ['that is too impatient', { startupMs: 500_000 }, /came into service after 500 s; .+ and is missing/],
    [
      'that is too impatient still',
      { startupMs: 700_000, variant: 'ContainerStartupHealthCheckTimeoutInSeconds: 600' },
      /after 700 s; .+ and is 600/,
    ],
    ['that waits too long', { variant: 'ContainerStartupHealthCheckTimeoutInSeconds: 4000' }, /wanted: 60 to 3600/],
  ])('fails %s', (_, given, expected) => {
    expect(judge(given)).toMatchObject({ outcome: 'failed', findings: [expect.stringMatching(expected)] });
  });

  it.each<[string, Given, RegExp]>([
    ['isolation that only a deployment knows', { model: 'EnableNetworkIsolation: !ImportValue Isolated' }, /only a deployment says/],
    ['asynchronous inference', { config: 'AsyncInferenceConfig: {}' }, /contradict each other/],
    [
      'a time that only a deployment knows',
      { startupMs: 500_000, variant: 'ContainerStartupHealthCheckTimeoutInSeconds: !Ref Seconds' },
      /after 500 s/,
    ],
  ])('is remarked upon for %s', (_, given, expected) => {
    expect(judge(given)).toMatchObject({ outcome: 'warned', findings: [expect.stringMatching(expected)] });
  });

  it('waits long enough where it says so', () => {
    expect(judge({ startupMs: 500_000, variant: 'ContainerStartupHealthCheckTimeoutInSeconds: 900' })).toEqual({ outcome: 'passed' });
  });

  it('is not decided where it has no model', () => {
    const { template } = parsePackageFile('Resources: { Topic: { Type: "AWS::SNS::Topic" } }', 'other.yaml');
    if (template === null) throw new Error('no template');
    expect(judgeBuyer(checkBuyerTemplate(template, { modelPackage: null, startupMs: null }))).toMatchObject({ outcome: 'notDecided' });
  });
});
