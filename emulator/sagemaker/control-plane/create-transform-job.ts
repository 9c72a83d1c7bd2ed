// CreateTransformJob: everything that AWS refuses at once is refused here; what a job comes to is told by DescribeTransformJob.
import { type AwsFault, fault } from '../../aws/fault.ts';
import type { ModelDefinition } from '../../template/sagemaker-definitions.ts';
import { jobsInProgressMax } from '../transform/job-registry.ts';
import { parseS3Uri } from '../transform/s3-location.ts';
import type { TransformJobRequest } from '../transform/transform-job.ts';
import type { OperationContext, TransformContext, TransformOperation } from './operation.ts';
import { readTransformJob, type TransformJobInput } from './read-transform-job.ts';
import { type NamedTransformJob, readTransformJobName } from './transform-job-name.ts';

/** MaxConcurrentTransforms * MaxPayloadInMB, and MaxPayloadInMB alone. Source: API reference, CreateTransformJob. */
const payloadsInMBMax = 100;

export const createTransformJob: TransformOperation = async (context) => {
  const { members, models, transform, accountId, call } = context;
  const named = readTransformJobName(context);
  const input = readTransformJob(members);
  const refused = members.fault() ?? authorizeCreate(context, named, input) ?? refuseCombination(input);
  if (refused) return refused;
  const modelArn = modelArnOf(context, input);
  const model = models.find((each) => each.arn === modelArn);
  // Text: a test double of AWS's answer to this operation [I]; DescribeModel has the same.
  if (model === undefined) return invalid(`Could not find model "${modelArn}".`);
  if (transform.jobs.get(named.arn) !== null) return nameInUse(named);
  const request = refuseUnsupported(input);
  if ('kind' in request) return request;
  const missing = await refuseMissingInput(context, request, model);
  if (missing) return missing;
  // Nobody waits for the name: a job that nobody hears of must not begin.
  call.signal.throwIfAborted();
  switch (transform.jobs.create({ ...named, accountId, modelArn, request })) {
    case 'created':
      return { TransformJobArn: named.arn };
    case 'exists':
      return nameInUse(named);
    case 'tooMany':
      // Form of the text: reports of CreateTransformJob [I]; the limit is ours.
      return fault(
        400,
        'ResourceLimitExceeded',
        `The account-level service limit 'Number of transform jobs in progress' is ${jobsInProgressMax} Jobs, with current utilization of ${jobsInProgressMax} Jobs and a request delta of 1 Jobs. Wait until one of them has ended.`,
      );
  }
};

/** Resource and condition keys: Service Authorization Reference, SageMaker AI [M]. The role is the model's: no iam:PassRole is asked for. */
function authorizeCreate(context: OperationContext, { arn }: NamedTransformJob, input: TransformJobInput): AwsFault | null {
  const { call, accountId } = context;
  const { TransformOutput: output, TransformResources: resources, Tags: tags } = input;
  const check = { resourceArn: arn, resourceAccountId: accountId, resourcePolicies: [] };
  const ofTags = {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    ...(tags.length > 0 && { 'aws:TagKeys': tags.map(({ Key }) => Key) }),
  };
  const denied = call.authorize({
    ...check,
    action: 'sagemaker:CreateTransformJob',
    context: {
      ...ofTags,
      'sagemaker:InstanceTypes': [resources.InstanceType],
      'sagemaker:ModelArn': modelArnOf(context, input),
      ...(output.KmsKeyId !== null && { 'sagemaker:OutputKmsKey': output.KmsKeyId }),
      ...(resources.VolumeKmsKeyId !== null && { 'sagemaker:VolumeKmsKey': resources.VolumeKmsKeyId }),
    },
  });
  // Source: developer guide, "Provide permissions for tagging SageMaker AI resources".
  return denied ?? (tags.length > 0 ? call.authorize({ ...check, action: 'sagemaker:AddTags', context: ofTags }) : null);
}

/** [M] the texts; the rules are the API reference's. */
function refuseCombination({ MaxConcurrentTransforms: concurrent, MaxPayloadInMB: payload }: TransformJobInput): AwsFault | null {
  if (payload !== null && payload > payloadsInMBMax)
    return invalid(`MaxPayloadInMB ${payload} cannot be greater than ${payloadsInMBMax} MB.`);
  if (payload !== null && concurrent !== null && payload * concurrent > payloadsInMBMax) {
    return invalid(
      `The product of MaxConcurrentTransforms ${concurrent} and MaxPayloadInMB ${payload} cannot be greater than ${payloadsInMBMax} MB.`,
    );
  }
  return null;
}

/** What this emulator cannot do is refused, never left out: a job without its filter would be another job. */
function refuseUnsupported(input: TransformJobInput): TransformJobRequest | AwsFault {
  const { DataProcessing: processing, TransformInput: transformInput, TransformOutput: output, DataCaptureConfig: capture } = input;
  const { S3DataType, S3Uri } = transformInput.DataSource.S3DataSource;
  // Source: API reference, TransformS3DataSource; the text is ours.
  if (S3DataType !== 'ManifestFile' && S3DataType !== 'S3Prefix')
    return invalid(`S3DataType ${S3DataType} cannot be used for a transform job. Use ManifestFile or S3Prefix.`);
  const { InputFilter, OutputFilter, JoinSource } = processing;
  if (InputFilter !== '$' || OutputFilter !== '$' || JoinSource !== 'None') {
    return notEmulated('DataProcessing with another InputFilter or OutputFilter than $, or with JoinSource Input,');
  }
  const uris = [S3Uri, output.S3OutputPath, ...(capture === null ? [] : [String(capture.DestinationS3Uri)])];
  const other = uris.find((uri) => parseS3Uri(uri) === null);
  if (other !== undefined) return notEmulated('A location that is not written as s3://BUCKET/KEY');
  return {
    ...input,
    TransformInput: { ...transformInput, DataSource: { S3DataSource: { S3DataType, S3Uri } } },
    DataProcessing: { InputFilter, OutputFilter, JoinSource },
  };
}

/** AWS looks before it accepts the job. Text: amazon-sagemaker-examples issues 2270 and 2414 [I]. */
async function refuseMissingInput(
  { transform, call, region }: TransformContext,
  { TransformInput }: TransformJobRequest,
  { executionRoleArn }: ModelDefinition,
): Promise<AwsFault | null> {
  const { S3Uri } = TransformInput.DataSource.S3DataSource;
  const location = parseS3Uri(S3Uri);
  if (location === null || (await transform.hasInput(executionRoleArn, location, call.signal))) return null;
  return invalid(
    `No S3 objects found under S3 URL "${S3Uri}" given in input data source. Please ensure that the bucket exists in the selected region (${region}), that objects exist under that S3 prefix, and that the role "${executionRoleArn ?? ''}" has "s3:ListBucket" permissions on bucket "${location.bucket}".`,
  );
}

function modelArnOf({ region, accountId }: OperationContext, { ModelName }: TransformJobInput): string {
  return `arn:aws:sagemaker:${region}:${accountId}:model/${ModelName.toLowerCase()}`;
}

/** Text: that of CreateTrainingJob (amazon-sagemaker-examples pull request 3108) with the other kind of job [I]. */
function nameInUse({ arn }: NamedTransformJob): AwsFault {
  return fault(
    400,
    'ResourceInUse',
    `Transform job names must be unique within an AWS account and region, and a transform job with this name already exists (${arn})`,
  );
}

function invalid(message: string): AwsFault {
  return fault(400, 'ValidationException', message);
}

function notEmulated(what: string): AwsFault {
  return fault(501, 'NotImplemented', `${what} is not emulated by Airlock yet.`);
}
