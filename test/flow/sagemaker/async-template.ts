// A template with one asynchronous endpoint, its role and its bucket, with what a test changes.
import type { TemplateOption } from '../../../emulator/airlock.ts';

export const endpointName = 'async-endpoint';
export const bucket = 'async-data';

interface AsyncTemplate {
  /** AsyncInferenceConfig as a flow mapping; null: there is none. */
  readonly config?: string | null;
  /** Statements of the model's role, as a flow list. */
  readonly statements?: string;
  readonly service?: string;
  /** ExecutionRoleArn of the model; null: it has none. */
  readonly role?: string | null;
  /** Of the model's container. */
  readonly container?: string;
  readonly more?: string;
}

export const outputConfig = `S3OutputPath: 's3://${bucket}/out/', S3FailurePath: 's3://${bucket}/failed'`;
const whole = `{ OutputConfig: { ${outputConfig} } }`;
/** What the role needs: inputs to read and outputs to write, with a look at what is there. */
export const mayUseBucket = `[{ Effect: Allow, Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::${bucket}/*' }, { Effect: Allow, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::${bucket}' }]`;

export function asyncTemplate(options: AsyncTemplate = {}): TemplateOption & { readonly text: string } {
  const { config = whole, statements = mayUseBucket, service = 'sagemaker.amazonaws.com', container = 'Image: x', more = '' } = options;
  const { role = '!GetAtt ModelRole.Arn' } = options;
  const text = `
Resources:
  Data: { Type: AWS::S3::Bucket, Properties: { BucketName: ${bucket} } }
  ModelRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: model
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: ${service} }, Action: sts:AssumeRole }]
      Policies: [{ PolicyName: p, PolicyDocument: { Version: '2012-10-17', Statement: ${statements} } }]
  Model:
    Type: AWS::SageMaker::Model
    Properties: { ${role === null ? '' : `ExecutionRoleArn: ${role}, `}EnableNetworkIsolation: true, PrimaryContainer: { ${container} } }
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants: [{ VariantName: AllTraffic, ModelName: !GetAtt Model.ModelName, InstanceType: ml.m5.large, InitialInstanceCount: 1 }]
      ${config === null ? '' : `AsyncInferenceConfig: ${config}`}
  Endpoint:
    Type: AWS::SageMaker::Endpoint
    Properties: { EndpointName: ${endpointName}, EndpointConfigName: !GetAtt Config.EndpointConfigName }
${more}`;
  return { path: 'template.yaml', text };
}
