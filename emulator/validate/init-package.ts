// A package file to start from: `airlock validate --init`. The CreateModelPackage request that Marketplace wants, for the samples beside it.
import { writeFile } from 'node:fs/promises';
import { AirlockError } from '../errors.ts';

export const packageFileName = 'model-package.json';

const contentTypes = ['application/json', 'application/jsonlines'];

/** Account, role and bucket are placeholders of the right form; AWS's own number for documentation stands for yours. */
function packageRequest(image: string) {
  return {
    ModelPackageName: 'my-model',
    ModelPackageDescription: 'What the model does, for buyers.',
    CertifyForMarketplace: true,
    InferenceSpecification: {
      Containers: [{ Image: image }],
      SupportedContentTypes: contentTypes,
      SupportedResponseMIMETypes: contentTypes,
      SupportedRealtimeInferenceInstanceTypes: ['ml.m5.large'],
      SupportedTransformInstanceTypes: ['ml.m5.large'],
    },
    ValidationSpecification: {
      ValidationRole: 'arn:aws:iam::123456789012:role/model-package-validation',
      ValidationProfiles: [
        {
          ProfileName: 'validation',
          TransformJobDefinition: {
            BatchStrategy: 'MultiRecord',
            MaxPayloadInMB: 6,
            TransformInput: {
              DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://my-validation-data/input/people.jsonl' } },
              ContentType: 'application/jsonlines',
              SplitType: 'Line',
            },
            TransformOutput: { S3OutputPath: 's3://my-validation-data/output/', Accept: 'application/jsonlines', AssembleWith: 'Line' },
            TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
          },
        },
      ],
    },
  };
}

/** @throws AirlockError BAD_OPTION where it is there already or cannot be written */
export async function initPackage(path: string): Promise<void> {
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/my-model:1';
  try {
    await writeFile(path, `${JSON.stringify(packageRequest(image), null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new AirlockError(
      'BAD_OPTION',
      isThere ? `${path} is there already.` : `${path} cannot be written: ${(error as Error).message}`,
      isThere ? 'Name a new directory: nothing is overwritten.' : 'Name a directory that can be written to.',
      { cause: error },
    );
  }
}
