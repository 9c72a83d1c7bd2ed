// DescribeEndpoint: what waiters ask until it says InService.
import { isFault } from '../../aws/fault.ts';
import { endpointStatus, pingFailure } from './endpoint-status.ts';
import { type Operation, openNamed } from './operation.ts';

/** SageMaker's default where a configuration gives none. Source: API reference, ProductionVariant. */
const defaultWeight = 1;

export const describeEndpoint: Operation = (context) => {
  const { endpoints, endpointConfigs, modelFor, createdAt } = context;
  const endpoint = openNamed(context, {
    kind: 'endpoint',
    member: 'EndpointName',
    action: 'sagemaker:DescribeEndpoint',
    among: endpoints,
  });
  if (isFault(endpoint)) return endpoint;
  const { endpointName, variantName, image } = endpoint;
  const config = endpointConfigs.find((each) => each.accountId === endpoint.accountId && each.configName === endpoint.configName);
  const status = endpointStatus(modelFor(endpointName));
  const weight = config?.initialVariantWeight ?? defaultWeight;
  const count = config?.initialInstanceCount ?? null;
  return {
    EndpointName: endpointName,
    EndpointArn: endpoint.arn,
    EndpointConfigName: endpoint.configName,
    ProductionVariants: [
      {
        VariantName: variantName,
        // The image of a model package is the partner's; its digest is known to a registry only.
        ...(image !== null && { DeployedImages: [{ SpecifiedImage: image }] }),
        ...{ CurrentWeight: weight, DesiredWeight: weight },
        ...(count !== null && { CurrentInstanceCount: status === 'InService' ? count : 0, DesiredInstanceCount: count }),
      },
    ],
    EndpointStatus: status,
    ...(status === 'Failed' && { FailureReason: pingFailure(variantName) }),
    CreationTime: createdAt,
    LastModifiedTime: createdAt,
  };
};
