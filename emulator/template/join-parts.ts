// Parts of single resources -> the Deployment: brings together what several resources, or several templates, say of one thing.

import { didYouMean } from '../did-you-mean.ts';
import type { RestApi } from './api-definition.ts';
import type {
  Bucket,
  Deployment,
  EventInvokeConfig,
  FunctionDefinition,
  Key,
  NamedPolicy,
  Role,
  SourceLocation,
  Stack,
} from './deployment.ts';
import { type ManagedPolicyPart, type Part, type RolePart, type RolePolicyPart, valuesOf } from './parts.ts';
import type { Problems } from './problems.ts';
import { awsManagedPolicy, awsManagedPolicyNames } from './resource-types/aws-managed-policies.ts';
import type { Endpoint } from './sagemaker-definitions.ts';

/** What does not fit together is reported; the result is whole only when nothing was. */
export function joinParts(region: string, stacks: readonly Stack[], parts: readonly Part[], problems: Problems): Deployment {
  const keys = joinKeys(parts, problems);
  return {
    region,
    stacks,
    functions: joinFunctions(parts, problems),
    functionPermissions: valuesOf(parts, 'functionPermission'),
    eventInvokeConfigs: joinEventInvokeConfigs(parts, problems),
    roles: joinRoles(parts, problems),
    keys,
    buckets: joinBuckets(parts, keys, problems),
    restApis: joinRestApis(parts, problems),
    endpoints: joinEndpoints(parts, problems),
    endpointConfigs: valuesOf(parts, 'endpointConfig'),
    models: valuesOf(parts, 'model'),
    notEmulated: valuesOf(parts, 'notEmulated'),
    notEmulatedProperties: valuesOf(parts, 'notEmulatedProperty'),
  };
}

function joinFunctions(parts: readonly Part[], problems: Problems): readonly FunctionDefinition[] {
  const functions = valuesOf(parts, 'function');
  const versions = valuesOf(parts, 'functionVersion');
  const aliases = valuesOf(parts, 'functionAlias');
  reportDoubles(functions, (part) => part.arn, problems);
  reportDoubles(aliases, (part) => `${part.functionArn}:${part.alias.name}`, problems);
  for (const part of [...versions, ...aliases])
    reportUnknown(part.functionArn, functions, (each) => each.arn, 'function', part.location, problems);
  const roleArns = valuesOf(parts, 'role').map((role) => role.arn);
  return functions.map(({ roleAt, ...definition }) => {
    reportUnknown(definition.roleArn, roleArns, (arn) => arn, 'role', roleAt, problems);
    return {
      ...definition,
      versions: versions.filter((part) => part.functionArn === definition.arn).map((part) => part.version),
      aliases: aliases.filter((part) => part.functionArn === definition.arn).map((part) => part.alias),
    };
  });
}

function joinEventInvokeConfigs(parts: readonly Part[], problems: Problems): readonly EventInvokeConfig[] {
  const configs = valuesOf(parts, 'eventInvokeConfig');
  const first = new Map<string, EventInvokeConfig>();
  for (const config of configs) {
    const { functionArn, qualifier, location } = config;
    const other = first.get(`${functionArn}:${qualifier}`);
    first.set(`${functionArn}:${qualifier}`, other ?? config);
    if (other === undefined) continue;
    const of = `${functionArn.split(':').at(-1)}:${qualifier}`;
    problems.report(location, `${other.logicalId} already configures asynchronous invocations of ${of}`, 'Join the two.');
  }
  return configs;
}

function joinRoles(parts: readonly Part[], problems: Problems): readonly Role[] {
  const roles = valuesOf(parts, 'role');
  const managed = valuesOf(parts, 'managedPolicy');
  const attachable: readonly RolePolicyPart[] = [...valuesOf(parts, 'rolePolicy'), ...managed];
  reportDoubles(roles, (role) => role.arn, problems);
  for (const policy of attachable) {
    const own = roles.filter((role) => role.accountId === policy.accountId);
    for (const name of policy.roleNames) reportUnknown(name, own, (role) => role.roleName, 'role', policy.location, problems);
  }
  return roles.map(({ inlinePolicies, managedPolicyArns, boundaryArn, ...role }) => ({
    ...role,
    policies: [...inlinePolicies, ...attachedPolicies(role, managedPolicyArns, attachable, managed, problems)],
    permissionsBoundary: boundaryArn === null ? null : (findManagedPolicy(boundaryArn, managed, problems)?.document ?? null),
  }));
}

function attachedPolicies(
  role: Pick<RolePart, 'roleName' | 'accountId'>,
  arns: RolePart['managedPolicyArns'],
  attachable: readonly RolePolicyPart[],
  managed: readonly ManagedPolicyPart[],
  problems: Problems,
): readonly NamedPolicy[] {
  const named = attachable.filter((part) => part.accountId === role.accountId && part.roleNames.includes(role.roleName));
  const byArn = arns.flatMap((entry) => findManagedPolicy(entry, managed, problems) ?? []);
  return [...named.map((part) => part.policy), ...byArn];
}

function findManagedPolicy(
  { arn, at }: { readonly arn: string; readonly at: SourceLocation },
  managed: readonly ManagedPolicyPart[],
  problems: Problems,
): NamedPolicy | null {
  const own = managed.find((part) => part.arn === arn);
  const policy = own?.policy ?? awsManagedPolicy(arn);
  if (policy !== null) return policy;
  const hint = `Known here: ${awsManagedPolicyNames.join(', ')}. Write the permissions as a policy of the role, or as AWS::IAM::ManagedPolicy.`;
  problems.report(at, `the contents of the managed policy ${arn} are not known, so its permissions would be missing`, hint);
  return null;
}

function joinKeys(parts: readonly Part[], problems: Problems): readonly Key[] {
  const keys = valuesOf(parts, 'key');
  const aliases = valuesOf(parts, 'keyAlias');
  reportDoubles(aliases, (alias) => `${alias.accountId} ${alias.aliasName}`, problems);
  const isFor = (alias: (typeof aliases)[number], key: (typeof keys)[number]) =>
    alias.target === key.arn || (alias.target === key.keyId && alias.accountId === key.accountId);
  for (const alias of aliases) {
    if (keys.some((key) => isFor(alias, key))) continue;
    problems.report(alias.location, `no template declares the key ${alias.target}`, 'Write TargetKeyId: !Ref Key.');
  }
  return keys.map((key) => ({ ...key, aliases: aliases.filter((alias) => isFor(alias, key)).map((alias) => alias.aliasName) }));
}

function joinBuckets(parts: readonly Part[], keys: readonly Key[], problems: Problems): readonly Bucket[] {
  const buckets = valuesOf(parts, 'bucket');
  const policies = valuesOf(parts, 'bucketPolicy');
  // Bucket names are one space for all accounts.
  reportDoubles(buckets, (bucket) => bucket.bucketName, problems);
  reportDoubles(policies, (policy) => policy.bucketName, problems);
  for (const policy of policies) reportUnknown(policy.bucketName, buckets, (each) => each.bucketName, 'bucket', policy.location, problems);
  return buckets.map((bucket) => ({
    ...bucket,
    encryptionKeyArn: bucket.encryptionKeyArn === null ? null : withoutAlias(bucket.encryptionKeyArn, keys),
    policy: policies.find((policy) => policy.bucketName === bucket.bucketName)?.document ?? null,
  }));
}

/** `arn:…:alias/x` -> the key's ARN; an alias that no template declares, such as alias/aws/s3, stays. */
function withoutAlias(arn: string, keys: readonly Key[]): string {
  const [, account, alias] = /^arn:[^:]+:kms:[^:]+:(\d{12}):(alias\/.+)$/.exec(arn) ?? [];
  if (account === undefined || alias === undefined) return arn;
  return keys.find((key) => key.accountId === account && key.aliases.includes(alias))?.arn ?? arn;
}

function joinRestApis(parts: readonly Part[], problems: Problems): readonly RestApi[] {
  const apis = valuesOf(parts, 'restApi');
  const stages = valuesOf(parts, 'stage');
  reportDoubles(stages, (part) => `${part.apiId} ${part.stage.stageName}`, problems);
  const deployments = valuesOf(parts, 'apiDeployment');
  for (const { apiId, deployment } of stages) {
    const own = deployments.filter((part) => part.apiId === apiId);
    if (deployment !== null && apis.some((api) => api.apiId === apiId))
      reportUnknown(deployment.id, own, (part) => part.deploymentId, 'deployment of this API', deployment.at, problems);
  }
  for (const part of stages) reportUnknown(part.apiId, apis, (api) => api.apiId, 'REST API', part.location, problems);
  return apis.map((api) => ({ ...api, stages: stages.filter((part) => part.apiId === api.apiId).map((part) => part.stage) }));
}

function joinEndpoints(parts: readonly Part[], problems: Problems): readonly Endpoint[] {
  const models = valuesOf(parts, 'model');
  const configs = valuesOf(parts, 'endpointConfig');
  const endpoints = valuesOf(parts, 'endpoint');
  reportDoubles(models, (model) => model.arn, problems);
  reportDoubles(configs, (config) => config.arn, problems);
  reportDoubles(endpoints, (endpoint) => endpoint.arn, problems);
  return endpoints.flatMap((endpoint): Endpoint[] => {
    const { configName } = endpoint;
    const ofAccount = <T extends { readonly accountId: string }>(part: T) => part.accountId === endpoint.accountId;
    const config = configs.filter(ofAccount).find((part) => part.configName === configName);
    if (config === undefined) {
      reportUnknown(configName, configs, (part) => part.configName, 'endpoint configuration', endpoint.location, problems);
      return [];
    }
    const model = models.filter(ofAccount).find((part) => part.modelName === config.modelName);
    if (model === undefined) {
      reportUnknown(config.modelName, models, (part) => part.modelName, 'model', config.location, problems);
      return [];
    }
    const { modelName, image, modelPackageArn, networkIsolation, environment, executionRoleArn } = model;
    const { variantName, startupTimeoutSeconds, asyncInference } = config;
    const ofModel = { modelName, image, modelPackageArn, networkIsolation, environment, executionRoleArn };
    return [{ ...endpoint, ...ofModel, variantName, startupTimeoutSeconds, asyncInference }];
  });
}

function reportUnknown<T>(
  name: string,
  known: readonly T[],
  nameOf: (each: T) => string,
  what: string,
  at: SourceLocation,
  problems: Problems,
): void {
  const names = known.map(nameOf);
  if (names.includes(name)) return;
  problems.report(at, `no template declares the ${what} ${name}`, didYouMean(name, names).trim() || 'Give its template too.');
}

function reportDoubles<T extends { readonly location: SourceLocation; readonly logicalId: string }>(
  items: readonly T[],
  keyOf: (item: T) => string,
  problems: Problems,
): void {
  const first = new Map<string, T>();
  for (const item of items) {
    const other = first.get(keyOf(item));
    if (other === undefined) first.set(keyOf(item), item);
    else problems.report(item.location, `${item.logicalId} has the same name as ${other.logicalId}`, 'Give one of them another name.');
  }
}
