// A template of recorded functions, `work` and `told`, with what a test adds.
import type { TemplateOption } from '../../../emulator/airlock.ts';
import { recordedHandler } from './recorder.ts';

interface EventTemplate {
  readonly recorderUrl: string;
  /** Of AWS::Lambda::EventInvokeConfig of `work`, as flow mappings; null: there is none. */
  readonly config?: string | null;
  readonly toldConfig?: string | null;
  /** More properties of the function `work`. */
  readonly work?: string;
  /** Statements of the role, as a flow list. */
  readonly statements?: string;
  readonly handler?: string;
}

export const mayInvoke = '[{ Effect: Allow, Action: lambda:InvokeFunction, Resource: "*" }]';
export const toTold = (event: 'OnFailure' | 'OnSuccess') => `DestinationConfig: { ${event}: { Destination: !GetAtt told.Arn } }`;

export function eventTemplate(options: EventTemplate): TemplateOption {
  const { config = null, toldConfig = null, work = '', statements = mayInvoke, handler = recordedHandler } = options;
  const functionOf = (name: string, more: string) => `
  ${name}:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: ${name}
      Role: !GetAtt Role.Arn
      Runtime: nodejs24.x
      Handler: index.handler
      Timeout: 60
      Environment: { Variables: { RECORDER_URL: '${options.recorderUrl}' } }
      Code: { ZipFile: ${JSON.stringify(handler)} }
      ${more}
`;
  const configOf = (name: string, properties: string | null) =>
    properties === null
      ? ''
      : `
  Config${name}:
    Type: AWS::Lambda::EventInvokeConfig
    Properties: { FunctionName: !Ref ${name}, Qualifier: $LATEST${properties === '' ? '' : `, ${properties}`} }
`;
  const text = `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
      Policies: [{ PolicyName: p, PolicyDocument: { Version: '2012-10-17', Statement: ${statements} } }]
  Kept: { Type: AWS::S3::Bucket, Properties: { BucketName: kept-records } }
${functionOf('work', work)}${functionOf('told', '')}${configOf('work', config)}${configOf('told', toldConfig)}`;
  return { path: 'template.yaml', text };
}
