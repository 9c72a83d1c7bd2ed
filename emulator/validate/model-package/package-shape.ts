// The members of CreateModelPackage with their forms and limits. Source: botocore sagemaker/2017-07-24 service-2.json.
import type { Problems } from '../../template/problems.ts';
import { any, checked, checkShape, flag, listOf, object, oneOf, type Shape, text, textLike, wholeNumber } from '../../template/shape.ts';
import type { TemplateNode } from '../../template/template-node.ts';

const entityName = textLike(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 63);
const s3Uri = textLike(/^s3:\/\/[^/]+\/?.*$/s, 1_024);
const keyId = textLike(/^[a-zA-Z0-9:/_-]*$/, 2_048);
const contentType = textLike(/^.*$/, 256);
const roleArn = textLike(/^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/, 2_048);

/** The right type as JSON has it: `"CertifyForMarketplace": "true"` is refused by every client. CloudFormation makes one of the other. */
function strict(shape: Shape, type: 'string' | 'number' | 'boolean'): Shape {
  return checked((node: TemplateNode, problems: Problems) => {
    const isWrong = node.kind === 'scalar' && node.value !== null && typeof node.value !== type;
    if (isWrong) problems.report(node.at, `must be a ${type} in JSON, but is a ${typeof node.value}`);
    else checkShape(node, shape, problems);
  });
}

const environmentName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Names and values by length; a value is never repeated. */
function environment({ entriesMax, valueMax }: { readonly entriesMax: number; readonly valueMax: number }): Shape {
  return checked((node, problems) => {
    if (node.kind !== 'map') {
      if (node.kind !== 'invalid') problems.report(node.at, 'must be a map of names and texts');
      return;
    }
    if (node.entries.size > entriesMax) problems.report(node.at, `has ${node.entries.size} entries; at most ${entriesMax} are allowed`);
    for (const [name, { keyAt, value }] of node.entries) {
      if (!environmentName.test(name) || name.length > 1_024)
        problems.report(keyAt, 'a name has letters, digits and _ only, begins with no digit, and has at most 1024 characters');
      if (value.kind === 'invalid') continue;
      if (value.kind !== 'scalar' || typeof value.value !== 'string') problems.report(value.at, 'must be a text');
      else if (value.text.length > valueMax)
        problems.report(value.at, `has ${value.text.length} characters; at most ${valueMax} are allowed`);
    }
  });
}

/** `isTemplate`: as AWS::SageMaker::ModelPackage has it. */
export function packageShape({ isTemplate }: { readonly isTemplate: boolean }): Shape {
  const string = (shape: Shape) => (isTemplate ? shape : strict(shape, 'string'));
  const number = (min: number) =>
    isTemplate ? wholeNumber(min, Number.POSITIVE_INFINITY) : strict(wholeNumber(min, Number.POSITIVE_INFINITY), 'number');
  const boolean = isTemplate ? flag : strict(flag, 'boolean');
  const container = object(
    { Image: string(textLike(/^\S+$/, 255)) },
    {
      ContainerHostname: string(entityName),
      ImageDigest: string(textLike(/^[Ss][Hh][Aa]256:[0-9a-fA-F]{64}$/, 72)),
      ModelDataUrl: string(textLike(/^(https|s3):\/\/[^/]+\/?.*$/s, 1_024)),
      ProductId: string(textLike(/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/, 256)),
      Environment: environment({ entriesMax: 100, valueMax: 1_024 }),
      ModelInput: object({ DataInputConfig: string(text) }),
      Framework: string(text),
      FrameworkVersion: string(textLike(/^[0-9]\.[A-Za-z0-9.-]+$/, 10)),
      NearestModelName: string(text),
      ...{ ModelDataSource: any, AdditionalModelDataSources: any, AdditionalS3DataSource: any, ModelDataETag: any, IsCheckpoint: any },
      BaseModel: any,
    },
  );
  const inference = object(
    { Containers: listOf(container) },
    {
      SupportedTransformInstanceTypes: listOf(string(text)),
      SupportedRealtimeInferenceInstanceTypes: listOf(string(text)),
      SupportedContentTypes: listOf(string(contentType)),
      SupportedResponseMIMETypes: listOf(string(textLike(/^[-\w]+\/.+$/, 1_024))),
    },
  );
  const job = object(
    {
      TransformInput: object(
        { DataSource: object({ S3DataSource: object({ S3DataType: string(oneOf('ManifestFile', 'S3Prefix')), S3Uri: string(s3Uri) }) }) },
        {
          ContentType: string(contentType),
          CompressionType: string(oneOf('None', 'Gzip')),
          SplitType: string(oneOf('None', 'Line', 'RecordIO', 'TFRecord')),
        },
      ),
      TransformOutput: object(
        { S3OutputPath: string(s3Uri) },
        { Accept: string(contentType), AssembleWith: string(oneOf('None', 'Line')), KmsKeyId: string(keyId) },
      ),
      TransformResources: object(
        { InstanceType: string(text), InstanceCount: number(1) },
        { VolumeKmsKeyId: string(keyId), TransformAmiVersion: string(textLike(/^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/, 63)) },
      ),
    },
    {
      MaxConcurrentTransforms: number(0),
      MaxPayloadInMB: number(0),
      BatchStrategy: string(oneOf('MultiRecord', 'SingleRecord')),
      Environment: environment({ entriesMax: 16, valueMax: 10_240 }),
    },
  );
  return object(
    {},
    {
      ModelPackageName: string(entityName),
      ModelPackageDescription: string(textLike(/^[\s\S]*$/, 1_024)),
      InferenceSpecification: inference,
      ValidationSpecification: object({
        ValidationRole: string(roleArn),
        ValidationProfiles: listOf(object({ ProfileName: string(entityName), TransformJobDefinition: job })),
      }),
      CertifyForMarketplace: boolean,
      SkipModelValidation: string(oneOf('All', 'None')),
      ModelApprovalStatus: string(oneOf('Approved', 'Rejected', 'PendingManualApproval')),
      Tags: listOf(object({ Key: string(textLike(/^[\s\S]+$/, 128)), Value: string(textLike(/^[\s\S]*$/, 256)) })),
      ClientToken: string(textLike(/^[a-zA-Z0-9-]+$/, 36)),
      ...Object.fromEntries([...otherMembers, ...(isTemplate ? templateMembers : requestMembers)].map((name) => [name, any])),
    },
  );
}

/** Of no concern to a package for Marketplace, or judged by package-rules.ts. */
const otherMembers = [
  ...['ModelPackageGroupName', 'SourceAlgorithmSpecification', 'MetadataProperties', 'ModelMetrics', 'Domain', 'Task', 'SamplePayloadUrl'],
  ...['CustomerMetadataProperties', 'DriftCheckBaselines', 'AdditionalInferenceSpecifications', 'SourceUri', 'SecurityConfig', 'ModelCard'],
];
const requestMembers = ['ModelPackageRegistrationType', 'ModelLifeCycle', 'ManagedStorageType'];
/** Source: CloudFormation's resource type AWS::SageMaker::ModelPackage. */
const templateMembers = [
  ...[
    'AdditionalInferenceSpecificationsToAdd',
    'ApprovalDescription',
    'LastModifiedTime',
    'ModelPackageStatusDetails',
    'ModelPackageVersion',
  ],
];
