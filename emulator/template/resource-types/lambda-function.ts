// AWS::Lambda::Function.

import { mapAt, numberAt, textAt, textMapAt, valueAt } from '../node-access.ts';
import type { FunctionPart } from '../parts.ts';
import { generatedName } from '../physical-ids.ts';
import { any, flag, listOf, mapOf, object, oneOf, quote, tags, text, textLike, texts, wholeNumber } from '../shape.ts';
import { regionalArn, seedOf } from '../stack-context.ts';
import { localCodeShape, readFunctionCode } from './function-code.ts';
import { checkHandler, checkRuntime } from './function-handler.ts';
import type { CreatedResource, ResolvedResource, ResourceType } from './resource-type.ts';

const shape = object(
  { Code: any, Role: text },
  {
    Architectures: listOf(oneOf('x86_64', 'arm64')),
    CapacityProviderConfig: any,
    CodeSigningConfigArn: text,
    DeadLetterConfig: object({}, { TargetArn: text }),
    Description: textLike(null, 256),
    DurableConfig: any,
    Environment: object({}, { Variables: mapOf(text) }),
    EphemeralStorage: object({ Size: wholeNumber(512, 10_240) }),
    FileSystemConfigs: listOf(object({ Arn: text, LocalMountPath: text })),
    FunctionName: text,
    FunctionScalingConfig: any,
    Handler: textLike(/^\S+$/, 128),
    ImageConfig: object({}, { Command: texts, EntryPoint: texts, WorkingDirectory: text }),
    KmsKeyArn: text,
    Layers: texts,
    LoggingConfig: object(
      {},
      {
        ApplicationLogLevel: oneOf('TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'),
        LogFormat: oneOf('Text', 'JSON'),
        LogGroup: textLike(null, 512),
        SystemLogLevel: oneOf('DEBUG', 'INFO', 'WARN'),
      },
    ),
    MemorySize: wholeNumber(128, 32_768),
    PackageType: oneOf('Zip', 'Image'),
    PublishToLatestPublished: flag,
    RecursiveLoop: oneOf('Allow', 'Terminate'),
    ReservedConcurrentExecutions: wholeNumber(0, Number.POSITIVE_INFINITY),
    Runtime: text,
    RuntimeManagementConfig: object({ UpdateRuntimeOn: oneOf('Auto', 'FunctionUpdate', 'Manual') }, { RuntimeVersionArn: text }),
    SnapStart: object({ ApplyOn: oneOf('PublishedVersions', 'None') }),
    Tags: tags,
    TenancyConfig: any,
    Timeout: wholeNumber(1, 900),
    TracingConfig: object({}, { Mode: oneOf('Active', 'PassThrough') }),
    VpcConfig: object({}, { Ipv6AllowedForDualStack: flag, SecurityGroupIds: texts, SubnetIds: texts }),
  },
);

/** Lambda refuses a function that sets one of these (AWS "Using Lambda environment variables"). */
const reservedVariables = new Set([
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_NAME'],
  ...['AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME'],
  ...['AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
]);
/** Names and values of all variables together (AWS "Lambda quotas"). */
const environmentBytesMax = 4_096;

export const lambdaFunction: ResourceType = {
  type: 'AWS::Lambda::Function',
  shape,
  attributeNames: ['Arn', 'SnapStartResponse.ApplyOn', 'SnapStartResponse.OptimizationStatus'],
  withoutEffect: {
    Architectures: 'code runs on the architecture of this machine',
    CodeSigningConfigArn: 'signatures of code are not checked',
    EphemeralStorage: '/tmp has no limit of its own',
    FunctionScalingConfig: 'environments are started when they are needed',
    ImageConfig: 'container images are not emulated',
    KmsKeyArn: 'environment variables are not encrypted',
    'LoggingConfig.ApplicationLogLevel': 'every line is logged',
    'LoggingConfig.LogFormat=JSON': 'lines are logged as text',
    'LoggingConfig.LogGroup': 'lines go to the log of this process',
    'LoggingConfig.SystemLogLevel': 'every line is logged',
    RuntimeManagementConfig: 'all functions run on the Node.js of this process',
    'SnapStart.ApplyOn=PublishedVersions': 'environments are not made from snapshots',
    'TracingConfig.Mode=Active': 'nothing is sent to X-Ray',
    VpcConfig: 'functions run on this machine, outside any VPC',
    Layers: 'layers are not loaded: bundle their modules',
    FileSystemConfigs: 'no file system is mounted',
    DeadLetterConfig: 'nothing is sent to a dead-letter queue',
    CapacityProviderConfig: 'no capacity provider',
    DurableConfig: 'executions are not durable',
    TenancyConfig: 'environments are not separated by tenant',
  },
  localMetadata: localCodeShape,
  metadataNames: ['BuildMethod', 'BuildProperties'],
  create,
};

function create(resource: ResolvedResource): CreatedResource {
  const { base, properties, problems, stack } = resource;
  const functionName = textAt(properties, 'FunctionName') ?? generatedName(seedOf(stack, base.logicalId), 64);
  if (!/^[A-Za-z0-9-_]{1,64}$/.test(functionName)) {
    problems.report(valueAt(properties, 'FunctionName')?.at ?? base.location, `${quote(functionName)} is no function name`);
  }
  const arn = regionalArn(stack, 'lambda', `function:${functionName}`);
  const attributes = { Arn: arn, 'SnapStartResponse.ApplyOn': 'None', 'SnapStartResponse.OptimizationStatus': 'Off' };

  checkPackage(resource);
  checkRuntime(resource);
  checkHandler(resource);
  const environment = readEnvironment(resource);
  const code = readFunctionCode(resource);
  const role = valueAt(properties, 'Role');
  const roleArn = textAt(properties, 'Role');
  if (code === null || role === null || roleArn === null) return { ref: functionName, attributes, parts: [] };
  const value: FunctionPart = {
    ...base,
    functionName,
    arn,
    runtime: textAt(properties, 'Runtime') ?? '',
    handler: textAt(properties, 'Handler') ?? '',
    code,
    roleArn,
    roleAt: role.at,
    timeoutSeconds: numberAt(properties, 'Timeout') ?? 3,
    memorySizeMb: numberAt(properties, 'MemorySize') ?? 128,
    environment,
    reservedConcurrency: numberAt(properties, 'ReservedConcurrentExecutions'),
    allowsRecursiveLoop: textAt(properties, 'RecursiveLoop') === 'Allow',
  };
  return { ref: functionName, attributes, parts: [{ kind: 'function', value }] };
}

function checkPackage({ properties, problems }: ResolvedResource): void {
  if (textAt(properties, 'PackageType') === 'Image') {
    const hint = 'Give a Zip function: Code with a local path, Runtime and Handler.';
    problems.report(properties.at, 'functions from container images are not emulated', hint);
    return;
  }
  for (const name of ['Runtime', 'Handler']) {
    if (!properties.entries.has(name)) problems.report(properties.at, `the required ${name} is missing`, `Add ${name}.`);
  }
}

function readEnvironment({ properties, problems }: ResolvedResource): Readonly<Record<string, string>> {
  const node = mapAt(properties, 'Environment');
  const variables = mapAt(node, 'Variables');
  for (const [name, entry] of variables?.entries ?? []) {
    if (reservedVariables.has(name)) problems.report(entry.keyAt, `${name} is set by Lambda itself and refused here`, 'Use another name.');
    else if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
      problems.report(entry.keyAt, `${quote(name)} is no name of a variable`, 'Two or more letters, digits and _, a letter first.');
    }
  }
  const environment = textMapAt(node, 'Variables');
  const bytes = Object.entries(environment).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (variables !== null && bytes > environmentBytesMax) {
    problems.report(variables.at, `the variables have ${bytes} bytes; Lambda takes ${environmentBytesMax}`, 'Put large values elsewhere.');
  }
  return environment;
}
