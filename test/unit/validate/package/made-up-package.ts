// A CreateModelPackage request that Marketplace takes, to be broken in one place.

/** `Json` values by path; undefined takes the member away. */
export function packageRequest(changes: Readonly<Record<string, unknown>> = {}): string {
  const request = {
    ModelPackageName: 'identity-model',
    CertifyForMarketplace: true,
    InferenceSpecification: {
      Containers: [
        {
          Image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/identity-model:1',
          ModelDataUrl: 's3://models/identity/model.tar.gz',
          Environment: { NODE_ENV: 'production' },
        },
      ],
      SupportedContentTypes: ['application/jsonlines', 'text/csv'],
      SupportedResponseMIMETypes: ['application/jsonlines'],
      SupportedRealtimeInferenceInstanceTypes: ['ml.m5.large'],
      SupportedTransformInstanceTypes: ['ml.m5.large'],
    },
    ValidationSpecification: {
      ValidationRole: 'arn:aws:iam::111122223333:role/model-package-validation',
      ValidationProfiles: [
        {
          ProfileName: 'validation',
          TransformJobDefinition: {
            BatchStrategy: 'MultiRecord',
            MaxPayloadInMB: 6,
            TransformInput: {
              DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/input/' } },
              ContentType: 'application/jsonlines',
              SplitType: 'Line',
            },
            TransformOutput: { S3OutputPath: 's3://data/output/', Accept: 'application/jsonlines', AssembleWith: 'Line' },
            TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
          },
        },
      ],
    },
  };
  for (const [path, value] of Object.entries(changes)) set(request, path.split('.'), value);
  return JSON.stringify(request, null, 2);
}

function set(target: object, [name = '', ...rest]: readonly string[], value: unknown): void {
  const members = target as Record<string, unknown>;
  if (rest.length === 0) members[name] = value;
  else set(members[name] as object, rest, value);
}

export const container = 'InferenceSpecification.Containers.0';
export const profile = 'ValidationSpecification.ValidationProfiles.0';
export const job = `${profile}.TransformJobDefinition`;
