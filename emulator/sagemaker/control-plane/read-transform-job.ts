// Members of CreateTransformJob, checked one by one and filled up with AWS's defaults. Ranges and patterns: botocore
// sagemaker/2017-07-24 service-2.json, CreateTransformJobRequest.
import { transformInstanceTypes } from '../transform/transform-instance-types.ts';
import type { TransformJobRequest } from '../transform/transform-job.ts';
import type { RequestMembers } from './request-members.ts';

const s3Uri = { lengthMax: 1_024, pattern: '(https|s3)://([^/]+)/?(.*)' };
const kmsKey = { lengthMax: 2_048, pattern: '[a-zA-Z0-9:/_-]*' };
const mediaType = { lengthMax: 256, pattern: '.*' };
const jsonPath = { lengthMax: 63 };
const tagText = '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)';
const entityName = { lengthMax: 120, pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}' };

/** Defaults. Source: API reference, ModelClientConfig. */
export const invocationsTimeoutSecondsDefault = 600;
export const invocationsRetriesMaxDefault = 3;

/** As given: what Airlock does not do is still in it. */
export interface TransformJobInput extends Omit<TransformJobRequest, 'TransformInput' | 'DataProcessing'> {
  readonly TransformInput: Omit<TransformJobRequest['TransformInput'], 'DataSource'> & {
    readonly DataSource: { readonly S3DataSource: { readonly S3DataType: (typeof dataTypes)[number]; readonly S3Uri: string } };
  };
  readonly DataProcessing: { readonly InputFilter: string; readonly OutputFilter: string; readonly JoinSource: 'Input' | 'None' };
}

const dataTypes = ['ManifestFile', 'S3Prefix', 'AugmentedManifestFile', 'Converse'] as const;

/** `members.fault()` tells whether it may be used. */
export function readTransformJob(members: RequestMembers): TransformJobInput {
  const client = members.object('ModelClientConfig');
  return {
    ModelName: members.requiredText('ModelName', { lengthMax: 63, pattern: '[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?' }),
    MaxConcurrentTransforms: members.integer('MaxConcurrentTransforms', { min: 0 }),
    ModelClientConfig: {
      InvocationsTimeoutInSeconds:
        client?.integer('InvocationsTimeoutInSeconds', { min: 1, max: 3_600 }) ?? invocationsTimeoutSecondsDefault,
      InvocationsMaxRetries: client?.integer('InvocationsMaxRetries', { min: 0, max: 3 }) ?? invocationsRetriesMaxDefault,
    },
    MaxPayloadInMB: members.integer('MaxPayloadInMB', { min: 0 }),
    BatchStrategy: members.choice('BatchStrategy', ['MultiRecord', 'SingleRecord']),
    Environment:
      members.textMap('Environment', {
        entriesMax: 16,
        key: { lengthMax: 1_024, pattern: '[a-zA-Z_][a-zA-Z0-9_]{0,1023}' },
        value: { lengthMax: 10_240, pattern: '[\\S\\s]*' },
      }) ?? {},
    TransformInput: readInput(members.requiredObject('TransformInput')),
    TransformOutput: readOutput(members.requiredObject('TransformOutput')),
    DataCaptureConfig: readDataCapture(members.object('DataCaptureConfig')),
    TransformResources: readResources(members.requiredObject('TransformResources')),
    DataProcessing: readDataProcessing(members.object('DataProcessing')),
    ExperimentConfig: readExperiment(members.object('ExperimentConfig')),
    Tags: (members.list('Tags', { lengthMax: 50 }) ?? []).map((tag) => ({
      Key: tag.requiredText('Key', { lengthMin: 1, lengthMax: 128, pattern: tagText }),
      Value: tag.requiredText('Value', { lengthMax: 256, pattern: tagText }),
    })),
  };
}

function readInput(input: RequestMembers): TransformJobInput['TransformInput'] {
  const source = input.requiredObject('DataSource').requiredObject('S3DataSource');
  return {
    DataSource: {
      S3DataSource: { S3DataType: source.requiredChoice('S3DataType', dataTypes), S3Uri: source.requiredText('S3Uri', s3Uri) },
    },
    ContentType: input.text('ContentType', mediaType),
    CompressionType: input.choice('CompressionType', ['None', 'Gzip']) ?? 'None',
    SplitType: input.choice('SplitType', ['None', 'Line', 'RecordIO', 'TFRecord']) ?? 'None',
  };
}

function readOutput(output: RequestMembers): TransformJobInput['TransformOutput'] {
  return {
    S3OutputPath: output.requiredText('S3OutputPath', s3Uri),
    Accept: output.text('Accept', mediaType),
    AssembleWith: output.choice('AssembleWith', ['None', 'Line']) ?? 'None',
    KmsKeyId: output.text('KmsKeyId', kmsKey),
  };
}

function readResources(resources: RequestMembers): TransformJobInput['TransformResources'] {
  return {
    InstanceType: resources.requiredChoice('InstanceType', transformInstanceTypes),
    InstanceCount: resources.requiredInteger('InstanceCount', { min: 1 }),
    VolumeKmsKeyId: resources.text('VolumeKmsKeyId', kmsKey),
    TransformAmiVersion: resources.text('TransformAmiVersion', { lengthMin: 1, lengthMax: 63, pattern: '[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*' }),
  };
}

function readDataCapture(capture: RequestMembers | null): TransformJobInput['DataCaptureConfig'] {
  if (capture === null) return null;
  const DestinationS3Uri = capture.requiredText('DestinationS3Uri', s3Uri);
  const KmsKeyId = capture.text('KmsKeyId', kmsKey);
  const GenerateInferenceId = capture.boolean('GenerateInferenceId');
  return { DestinationS3Uri, ...(KmsKeyId !== null && { KmsKeyId }), ...(GenerateInferenceId !== null && { GenerateInferenceId }) };
}

/** Defaults: API reference, DataProcessing. */
function readDataProcessing(processing: RequestMembers | null): TransformJobInput['DataProcessing'] {
  return {
    InputFilter: processing?.text('InputFilter', jsonPath) ?? '$',
    OutputFilter: processing?.text('OutputFilter', jsonPath) ?? '$',
    JoinSource: processing?.choice('JoinSource', ['Input', 'None']) ?? 'None',
  };
}

function readExperiment(experiment: RequestMembers | null): TransformJobInput['ExperimentConfig'] {
  if (experiment === null) return null;
  const names = ['ExperimentName', 'TrialName', 'TrialComponentDisplayName', 'RunName'];
  const given = names.map((name) => [name, experiment.text(name, entityName)] as const);
  return Object.fromEntries(given.filter((pair): pair is [string, string] => pair[1] !== null));
}
