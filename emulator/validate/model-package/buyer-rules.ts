// The buyer's side in a template: models and endpoint configurations, and what they must say for a container of Marketplace.
import { itemsAt, mapAt, numberAt, textAt, textOf, valueAt } from '../../template/node-access.ts';
import { createProblems } from '../../template/problems.ts';
import type { TemplateNode } from '../../template/template-node.ts';
import type { ModelPackage } from './model-package.ts';
import type { Findings } from './package-rules.ts';
import { linesOf } from './read-package-file.ts';
import { branchesOf, resolveValues } from './resolve-values.ts';

export interface BuyerFindings {
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

export interface BuyerRulesOptions {
  readonly modelPackage: ModelPackage | null;
  /** Until the first 200 from /ping; null: not known. */
  readonly startupMs: number | null;
}

/** Without another value SageMaker gives a container 8 minutes. */
const startupDefaultSeconds = 480;

/** Null: the template has neither models nor endpoint configurations. */
export function checkBuyerTemplate(template: TemplateNode, options: BuyerRulesOptions): BuyerFindings | null {
  const findings = { problems: createProblems(), remarks: createProblems() };
  const declared = [...(mapAt(template, 'Resources')?.entries ?? [])];
  const ofType = (type: string) =>
    declared.flatMap(([, { value }]) => {
      const properties = textAt(value, 'Type') === type ? valueAt(value, 'Properties') : null;
      return properties === null ? [] : [properties];
    });
  const models = ofType('AWS::SageMaker::Model');
  const configs = ofType('AWS::SageMaker::EndpointConfig');
  if (models.length + configs.length === 0) return null;
  for (const model of models) checkModel(model, template, findings);
  for (const config of configs) checkConfig(config, template, { ...findings, ...options });
  return { problems: linesOf(findings.problems), remarks: linesOf(findings.remarks) };
}

function checkModel(model: TemplateNode, template: TemplateNode, findings: Findings): void {
  const { problems } = findings;
  const wanted = 'a container of Marketplace runs with EnableNetworkIsolation: true only';
  const isolation = valueAt(model, 'EnableNetworkIsolation');
  if (isolation === null) problems.report(model.at, wanted, 'it is missing');
  for (const branch of branchesOf(isolation)) checkFlag(branch, template, { ...findings, wanted });
  const containers = valueAt(model, 'Containers');
  if (containers?.kind === 'list' && containers.items.length > 1)
    problems.report(containers.at, 'model packages of Marketplace do not run in endpoints of several containers');
  const [primary, ...listed] = [valueAt(model, 'PrimaryContainer'), ...(containers?.kind === 'list' ? containers.items : [])];
  for (const container of [primary ?? null, ...listed].flatMap(branchesOf)) checkContainer(container, findings);
}

function checkFlag(
  node: TemplateNode,
  template: TemplateNode,
  { problems, remarks, wanted }: Findings & { readonly wanted: string },
): void {
  const { node: value } = resolveValues(node, template);
  const text = textOf(value);
  if (text === null) remarks.report(node.at, `whether this is true only a deployment says: ${wanted}`);
  else if (text.toLowerCase() !== 'true') problems.report(node.at, wanted);
}

function checkContainer(container: TemplateNode, { problems }: Findings): void {
  const source = valueAt(container, 'ModelDataSource');
  if (source !== null)
    problems.report(source.at, 'ModelDataSource cannot be used with Marketplace, batch transform or serverless endpoints');
  if (textAt(container, 'Mode') === 'MultiModel')
    problems.report(container.at, 'model packages of Marketplace do not run in multi-model endpoints');
  if (valueAt(container, 'ModelPackageName') === null) return;
  const environment = valueAt(container, 'Environment');
  if (environment !== null)
    problems.report(environment.at, "Environment is the package's: SageMaker refuses one in both places", 'take it out of the model');
  for (const name of ['Image', 'ModelDataUrl']) {
    const also = valueAt(container, name);
    if (also !== null) problems.report(also.at, `${name} stands beside ModelPackageName, which brings its own`);
  }
}

function checkConfig(config: TemplateNode, template: TemplateNode, options: Findings & BuyerRulesOptions): void {
  const { problems, remarks } = options;
  const isolation = valueAt(config, 'EnableNetworkIsolation');
  const variants = itemsAt(config, 'ProductionVariants').flatMap(branchesOf);
  if (isolation !== null && variants.some((variant) => valueAt(variant, 'ModelName') !== null))
    problems.report(isolation.at, 'EnableNetworkIsolation stands at the model: endpoint configurations with ModelName are refused with it');
  const async = valueAt(config, 'AsyncInferenceConfig');
  if (async !== null)
    remarks.report(async.at, "AWS's documents contradict each other on asynchronous inference with packages of Marketplace");
  for (const variant of variants) checkVariant(resolveValues(variant, template).node, options);
}

function checkVariant(variant: TemplateNode, { problems, remarks, modelPackage, startupMs }: Findings & BuyerRulesOptions): void {
  const serverless = valueAt(variant, 'ServerlessConfig');
  if (serverless !== null) problems.report(serverless.at, 'packages of Marketplace do not run serverless, nor with network isolation');
  const type = textAt(variant, 'InstanceType');
  const supported = modelPackage?.realtimeInstanceTypes ?? [];
  if (type !== null && supported.length > 0 && !supported.includes(type))
    problems.report(variant.at, `InstanceType ${type} is not in the package's SupportedRealtimeInferenceInstanceTypes`);
  const given = numberAt(variant, 'ContainerStartupHealthCheckTimeoutInSeconds');
  if (given !== null && (given < 60 || given > 3_600))
    problems.report(variant.at, `ContainerStartupHealthCheckTimeoutInSeconds is ${given}; wanted: 60 to 3600`);
  const seconds = startupMs === null ? 0 : Math.ceil(startupMs / 1_000);
  if (seconds <= (given ?? startupDefaultSeconds)) return;
  const node = valueAt(variant, 'ContainerStartupHealthCheckTimeoutInSeconds');
  const rule = `the container came into service after ${seconds} s; ContainerStartupHealthCheckTimeoutInSeconds must be longer than that`;
  if (node?.kind === 'invalid') remarks.report(node.at, rule);
  else problems.report(variant.at, given === null ? `${rule}, and is missing` : `${rule}, and is ${given}`);
}
