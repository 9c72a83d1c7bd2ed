// DescribeEndpointConfig: what the template says of the variant.
import { isFault } from '../../aws/fault.ts';
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
    CreationTime: context.createdAt,
    EnableNetworkIsolation: false,
  };
};
