// DescribeEndpointConfig: what the template says of the variant.
import { isFault } from '../../aws/fault.ts';
import type { AsyncInference } from '../../template/sagemaker-definitions.ts';
import { type Operation, openNamed } from './operation.ts';

export const describeEndpointConfig: Operation = (context) => {
  const config = openNamed(context, {
    kind: 'endpoint-config',
    member: 'EndpointConfigName',
    action: 'sagemaker:DescribeEndpointConfig',
    among: context.endpointConfigs,
  });
  if (isFault(config)) return config;
  const { instanceType, initialInstanceCount, initialVariantWeight, startupTimeoutSeconds } = config;
  return {
    EndpointConfigName: config.configName,
    EndpointConfigArn: config.arn,
    ProductionVariants: [
      {
        VariantName: config.variantName,
        ModelName: config.modelName,
        ...(initialInstanceCount !== null && { InitialInstanceCount: initialInstanceCount }),
        ...(instanceType !== null && { InstanceType: instanceType }),
        ...(initialVariantWeight !== null && { InitialVariantWeight: initialVariantWeight }),
        ...(startupTimeoutSeconds !== null && { ContainerStartupHealthCheckTimeoutInSeconds: startupTimeoutSeconds }),
      },
    ],
    ...(config.asyncInference !== null && { AsyncInferenceConfig: asyncInferenceConfig(config.asyncInference) }),
    CreationTime: context.createdAt,
    EnableNetworkIsolation: false,
  };
};

function asyncInferenceConfig(config: AsyncInference) {
  const { outputPath, failurePath, kmsKeyId, notification, maxConcurrentInvocations } = config;
  return {
    OutputConfig: {
      S3OutputPath: outputPath,
      ...(failurePath !== null && { S3FailurePath: failurePath }),
      ...(kmsKeyId !== null && { KmsKeyId: kmsKeyId }),
      ...(notification !== null && {
        NotificationConfig: {
          ...(notification.successTopic !== null && { SuccessTopic: notification.successTopic }),
          ...(notification.errorTopic !== null && { ErrorTopic: notification.errorTopic }),
          IncludeInferenceResponseIn: notification.includeInferenceResponseIn,
        },
      }),
    },
    ...(maxConcurrentInvocations !== null && { ClientConfig: { MaxConcurrentInvocationsPerInstance: maxConcurrentInvocations } }),
  };
}
