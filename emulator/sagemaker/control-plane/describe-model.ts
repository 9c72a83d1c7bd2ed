// DescribeModel: what the template says of the container. What really runs is an option of Airlock, and not told here.
import { isFault } from '../../aws/fault.ts';
import { type Operation, openNamed } from './operation.ts';

export const describeModel: Operation = (context) => {
  const model = openNamed(context, {
    kind: 'model',
    member: 'ModelName',
    action: 'sagemaker:DescribeModel',
    among: context.models,
  });
  if (isFault(model)) return model;
  const { image, modelPackageArn, modelDataUrl, environment, executionRoleArn } = model;
  return {
    ModelName: model.modelName,
    ModelArn: model.arn,
    PrimaryContainer: {
      ...(image !== null && { Image: image }),
      ...(modelPackageArn !== null && { ModelPackageName: modelPackageArn }),
      ...(modelDataUrl !== null && { ModelDataUrl: modelDataUrl }),
      Mode: 'SingleModel',
      Environment: environment,
    },
    ...(executionRoleArn !== null && { ExecutionRoleArn: executionRoleArn }),
    EnableNetworkIsolation: model.networkIsolation,
    CreationTime: context.createdAt,
  };
};
