// AWS::SageMaker::Model, EndpointConfig and Endpoint: one model in one variant, as a Marketplace product is hosted.

import { flagAt, itemsAt, mapAt, numberAt, textAt, textMapAt, textsAt, valueAt } from '../node-access.ts';
import { generatedName } from '../physical-ids.ts';
import type { Problems } from '../problems.ts';
import type { AsyncInference } from '../sagemaker-definitions.ts';
import { any, decimal, flag, integer, listOf, mapOf, object, oneOf, tags, text, textLike, texts, wholeNumber } from '../shape.ts';
import { regionalArn, seedOf } from '../stack-context.ts';
import type { MapNode } from '../template-node.ts';
import type { ResolvedResource, ResourceType } from './resource-type.ts';

const name63 = textLike(/^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/, 63);
const vpc = object({ SecurityGroupIds: texts, Subnets: texts });
const container = object(
  {},
  {
    ContainerHostname: text,
    Environment: mapOf(text),
    Image: textLike(null, 255),
    ImageConfig: object({ RepositoryAccessMode: oneOf('Platform', 'Vpc') }, { RepositoryAuthConfig: any }),
    InferenceSpecificationName: text,
    Mode: oneOf('SingleModel', 'MultiModel'),
    ModelDataSource: any,
    ModelDataUrl: text,
    ModelPackageName: textLike(null, 176),
    MultiModelConfig: object({}, { ModelCacheSetting: oneOf('Enabled', 'Disabled') }),
  },
);

function ofContainers(effects: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pairs = ['PrimaryContainer', 'Containers'].flatMap((name) => {
    return Object.entries(effects).map(([property, effect]) => [`${name}.${property}`, effect] as const);
  });
  return Object.fromEntries(pairs);
}

export const sagemakerModel: ResourceType = {
  type: 'AWS::SageMaker::Model',
  shape: object(
    {},
    {
      ...{ Containers: listOf(container), EnableNetworkIsolation: flag, ExecutionRoleArn: text, InferenceExecutionConfig: any },
      ...{ ModelName: name63, PrimaryContainer: container, Tags: tags, VpcConfig: vpc },
    },
  ),
  attributeNames: ['ModelName', 'ModelArn'],
  withoutEffect: {
    InferenceExecutionConfig: 'there is one container',
    VpcConfig: 'the model has no network at all',
    ...ofContainers({
      ImageConfig: 'no image is pulled',
      InferenceSpecificationName: 'the model of this process answers',
      'Mode=MultiModel': 'one model answers; TargetModel is not emulated',
      ModelDataSource: 'no model data is fetched',
      ModelDataUrl: 'no model data is fetched',
      MultiModelConfig: 'one model answers; TargetModel is not emulated',
    }),
  },
  create(resource) {
    const { base, properties, problems, stack } = resource;
    const modelName = nameOf(resource, 'ModelName');
    const arn = regionalArn(stack, 'sagemaker', `model/${modelName.toLowerCase()}`);
    const only = onlyContainer(properties, problems);
    const image = textAt(only, 'Image');
    const modelPackageArn = textAt(only, 'ModelPackageName');
    if (only !== null && image === null && modelPackageArn === null) {
      problems.report(only.at, 'the container names neither Image nor ModelPackageName', 'Add one of them.');
    }
    if (only !== null && image !== null && modelPackageArn !== null) {
      problems.report(
        only.at,
        'the container names Image and ModelPackageName',
        'SageMaker takes one of them: a package brings its image.',
      );
    }
    const value = {
      ...{ ...base, modelName, arn, image, modelPackageArn },
      executionRoleArn: textAt(properties, 'ExecutionRoleArn'),
      modelDataUrl: textAt(only, 'ModelDataUrl'),
      networkIsolation: flagAt(properties, 'EnableNetworkIsolation') ?? false,
      environment: textMapAt(only, 'Environment'),
    };
    return { ref: arn, attributes: { ModelName: modelName, ModelArn: arn }, parts: [{ kind: 'model', value }] };
  },
};

function onlyContainer(properties: MapNode, problems: Problems): MapNode | null {
  const primary = mapAt(properties, 'PrimaryContainer');
  const containers = itemsAt(properties, 'Containers');
  const [first] = containers;
  if (primary !== null && first !== undefined) {
    problems.report(properties.at, 'the model has PrimaryContainer and Containers', 'SageMaker takes one of them.');
  }
  if (containers.length > 1) {
    const at = valueAt(properties, 'Containers')?.at ?? properties.at;
    problems.report(at, 'inference pipelines of several containers are not emulated', 'Give one container.');
  }
  if (primary === null && first === undefined) problems.report(properties.at, 'the model has no container', 'Add PrimaryContainer.');
  return primary ?? (first?.kind === 'map' ? first : null);
}

const serverless = object(
  { MaxConcurrency: wholeNumber(1, 200), MemorySizeInMB: wholeNumber(1024, 6144) },
  { ProvisionedConcurrency: wholeNumber(1, 200) },
);
const scaling = object({}, { MaxInstanceCount: integer, MinInstanceCount: integer, Status: oneOf('ENABLED', 'DISABLED') });
const routing = object({}, { RoutingStrategy: oneOf('LEAST_OUTSTANDING_REQUESTS', 'RANDOM') });
const variant = object(
  { VariantName: name63 },
  {
    ...{ CapacityReservationConfig: any, ContainerStartupHealthCheckTimeoutInSeconds: wholeNumber(60, 3600), EnableSSMAccess: flag },
    ...{ InferenceAmiVersion: text, InitialInstanceCount: wholeNumber(0, 10_000), InitialVariantWeight: decimal, InstanceType: text },
    ...{
      AcceleratorType: text,
      ManagedInstanceScaling: scaling,
      ModelDataDownloadTimeoutInSeconds: wholeNumber(60, 3600),
      ModelName: text,
    },
    ...{ RoutingConfig: routing, ServerlessConfig: serverless, VolumeSizeInGB: integer },
  },
);

/** Source: botocore sagemaker/2017-07-24 service-2.json, shapes AsyncInferenceConfig and DestinationS3Uri, which has https:// too. */
const s3Path = textLike(/^s3:\/\/[^/]+(\/.*)?$/, 512);
const topic = textLike(/^arn:aws[a-z-]*:sns:[a-z0-9-]*:[0-9]{12}:[\w.-]+$/, 2_048);
const notification = object(
  {},
  {
    SuccessTopic: topic,
    ErrorTopic: topic,
    IncludeInferenceResponseIn: listOf(oneOf('SUCCESS_NOTIFICATION_TOPIC', 'ERROR_NOTIFICATION_TOPIC')),
  },
);
const asyncInference = object(
  {
    // CloudFormation does without S3OutputPath; where SageMaker would put an output then is not known.
    OutputConfig: object({ S3OutputPath: s3Path }, { S3FailurePath: s3Path, KmsKeyId: text, NotificationConfig: notification }),
  },
  { ClientConfig: object({}, { MaxConcurrentInvocationsPerInstance: wholeNumber(1, 1_000) }) },
);

function asyncInferenceOf(properties: MapNode): AsyncInference | null {
  const config = mapAt(properties, 'AsyncInferenceConfig');
  const output = mapAt(config, 'OutputConfig');
  if (config === null) return null;
  const told = mapAt(output, 'NotificationConfig');
  return {
    outputPath: textAt(output, 'S3OutputPath') ?? '',
    failurePath: textAt(output, 'S3FailurePath'),
    kmsKeyId: textAt(output, 'KmsKeyId'),
    notification: told && {
      successTopic: textAt(told, 'SuccessTopic'),
      errorTopic: textAt(told, 'ErrorTopic'),
      includeInferenceResponseIn: textsAt(told, 'IncludeInferenceResponseIn'),
    },
    maxConcurrentInvocations: numberAt(mapAt(config, 'ClientConfig'), 'MaxConcurrentInvocationsPerInstance'),
  };
}

export const sagemakerEndpointConfig: ResourceType = {
  type: 'AWS::SageMaker::EndpointConfig',
  shape: object(
    { ProductionVariants: listOf(variant) },
    {
      ...{
        AsyncInferenceConfig: asyncInference,
        DataCaptureConfig: any,
        EnableNetworkIsolation: flag,
        EndpointConfigName: name63,
        ExecutionRoleArn: text,
      },
      ...{ ExplainerConfig: any, KmsKeyId: text, ShadowProductionVariants: any, Tags: tags, VpcConfig: vpc },
    },
  ),
  attributeNames: ['EndpointConfigName', 'Id'],
  withoutEffect: {
    'AsyncInferenceConfig.OutputConfig.NotificationConfig': 'nobody is notified: there is no SNS',
    'EnableNetworkIsolation=true': "the model's own EnableNetworkIsolation decides",
    ExecutionRoleArn: 'the model has no credentials',
    KmsKeyId: 'the disk of the model is not encrypted',
    'ProductionVariants.AcceleratorType': 'there is no accelerator',
    'ProductionVariants.CapacityReservationConfig': 'no capacity is reserved',
    'ProductionVariants.EnableSSMAccess=true': 'there is no shell into the model',
    'ProductionVariants.InferenceAmiVersion': 'the model runs on this machine',
    'ProductionVariants.ManagedInstanceScaling': 'there is one process of the model',
    'ProductionVariants.ModelDataDownloadTimeoutInSeconds': 'no model data is fetched',
    'ProductionVariants.RoutingConfig': 'there is one process of the model',
    'ProductionVariants.ServerlessConfig': 'the model always runs: no cold start, no limit of concurrency',
    'ProductionVariants.VolumeSizeInGB': 'the disk is that of this machine',
    DataCaptureConfig: 'nothing is captured',
    ExplainerConfig: 'no explanations',
    ShadowProductionVariants: 'no shadow traffic',
    VpcConfig: 'the model has no network at all',
  },
  create(resource) {
    const { base, properties, problems, stack } = resource;
    const configName = nameOf(resource, 'EndpointConfigName');
    const arn = regionalArn(stack, 'sagemaker', `endpoint-config/${configName.toLowerCase()}`);
    const created = { ref: arn, attributes: { EndpointConfigName: configName, Id: arn } };
    const variants = itemsAt(properties, 'ProductionVariants');
    const at = valueAt(properties, 'ProductionVariants')?.at ?? properties.at;
    if (variants.length !== 1) problems.report(at, `${variants.length} variants; exactly one is emulated`, 'Give one production variant.');
    const [only] = variants;
    const model = valueAt(only, 'ModelName');
    const modelName = textAt(only, 'ModelName') ?? '';
    if (only !== undefined && only.kind === 'map' && model === null) {
      problems.report(only.at, 'the required ModelName is missing', 'Write ModelName: !GetAtt Model.ModelName.');
    } else if (modelName.startsWith('arn:')) {
      problems.report(model?.at ?? at, 'ModelName is an ARN', 'Ref of a model is its ARN; write !GetAtt Model.ModelName.');
    }
    const variantName = textAt(only, 'VariantName') ?? '';
    const startupTimeoutSeconds = numberAt(only, 'ContainerStartupHealthCheckTimeoutInSeconds');
    const value = {
      ...{ ...base, configName, arn, variantName, modelName, startupTimeoutSeconds },
      instanceType: textAt(only, 'InstanceType'),
      initialInstanceCount: numberAt(only, 'InitialInstanceCount'),
      initialVariantWeight: numberAt(only, 'InitialVariantWeight'),
      asyncInference: asyncInferenceOf(properties),
    };
    return { ...created, parts: [{ kind: 'endpointConfig', value }] };
  },
};

export const sagemakerEndpoint: ResourceType = {
  type: 'AWS::SageMaker::Endpoint',
  shape: object(
    { EndpointConfigName: text },
    {
      ...{ DeploymentConfig: any, EndpointName: name63, ExcludeRetainedVariantProperties: any, RetainAllVariantProperties: flag },
      ...{ RetainDeploymentConfig: flag, Tags: tags },
    },
  ),
  attributeNames: ['EndpointName', 'EndpointArn'],
  withoutEffect: {
    DeploymentConfig: 'endpoints are not updated',
    ExcludeRetainedVariantProperties: 'endpoints are not updated',
    'RetainAllVariantProperties=true': 'endpoints are not updated',
    'RetainDeploymentConfig=true': 'endpoints are not updated',
  },
  create(resource) {
    const { base, properties, problems, stack } = resource;
    const endpointName = nameOf(resource, 'EndpointName');
    const arn = regionalArn(stack, 'sagemaker', `endpoint/${endpointName.toLowerCase()}`);
    const config = valueAt(properties, 'EndpointConfigName');
    const configName = textAt(properties, 'EndpointConfigName') ?? '';
    if (config !== null && configName.startsWith('arn:')) {
      const hint = 'Ref of a configuration is its ARN; write !GetAtt EndpointConfig.EndpointConfigName.';
      problems.report(config.at, 'EndpointConfigName is an ARN', hint);
    }
    const value = { ...base, endpointName, arn, configName };
    return { ref: arn, attributes: { EndpointName: endpointName, EndpointArn: arn }, parts: [{ kind: 'endpoint', value }] };
  },
};

function nameOf({ base, properties, stack }: ResolvedResource, property: string): string {
  return textAt(properties, property) ?? generatedName(seedOf(stack, base.logicalId), 63);
}
