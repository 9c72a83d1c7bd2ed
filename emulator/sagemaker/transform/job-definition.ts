// CreateTransformJob's members -> what the job is to do.
import { parseS3Uri } from './s3-location.ts';
import type { TransformDefinition } from './transform-definition.ts';
import type { TransformJobRequest } from './transform-job.ts';

/** @throws Error for locations that CreateTransformJob does not let through */
export function toDefinition(request: TransformJobRequest): TransformDefinition {
  const { TransformInput, TransformOutput, ModelClientConfig } = request;
  const { S3DataType, S3Uri } = TransformInput.DataSource.S3DataSource;
  return {
    input: {
      kind: S3DataType === 'ManifestFile' ? 'manifest' : 'prefix',
      location: locationOf(S3Uri),
      contentType: TransformInput.ContentType,
      compression: TransformInput.CompressionType,
      splitType: TransformInput.SplitType,
    },
    output: {
      location: locationOf(TransformOutput.S3OutputPath),
      accept: TransformOutput.Accept,
      assembleWith: TransformOutput.AssembleWith,
      kmsKeyId: TransformOutput.KmsKeyId,
    },
    batchStrategy: request.BatchStrategy,
    maxPayloadInMB: request.MaxPayloadInMB,
    maxConcurrentTransforms: request.MaxConcurrentTransforms,
    invocationTimeoutSeconds: ModelClientConfig.InvocationsTimeoutInSeconds,
    invocationRetriesMax: ModelClientConfig.InvocationsMaxRetries,
    environment: request.Environment,
  };
}

function locationOf(uri: string) {
  const location = parseS3Uri(uri);
  if (location === null) throw new Error(`${uri} is no location in S3`);
  return location;
}
