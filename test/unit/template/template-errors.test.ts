// biome-ignore-all lint/suspicious/noTemplateCurlyInString: in these texts ${…} is the placeholder of Fn::Sub.
import { describe, expect, it } from 'vitest';
import { errorOf, load } from './load-text.ts';
import { inlineFunction, role } from './resources.ts';

/** The resources start at line 2. */
const cases: readonly (readonly [what: string, resources: string, message: RegExp, hint: RegExp])[] = [
  [
    'a dangling Ref',
    '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: !Ref Bukcet } }\n  Bucket: { Type: AWS::S3::Bucket }',
    /^template\.yaml:2:57 {2}Resources\.A\.Properties\.BucketName\.Ref: Ref names Bukcet, which is no parameter and no resource$/,
    /^Did you mean Bucket\?$/,
  ],
  [
    'a dangling Ref in a branch that is not taken',
    '  A: { Type: AWS::SNS::Topic, Properties: { X: !If [C, 1, !Ref Nothing] } }',
    /:2:.*Ref names Nothing/,
    /./,
  ],
  [
    'a dangling Fn::GetAtt',
    '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: !GetAtt B.Arn } }',
    /^template\.yaml:2:57 .*Fn::GetAtt names B, which is no resource/,
    /./,
  ],
  [
    'an attribute that does not exist',
    '  A: { Type: AWS::S3::Bucket }\n  B: { Type: AWS::S3::Bucket, Properties: { BucketName: !GetAtt A.Anr } }',
    /^template\.yaml:3:57 .*A \(AWS::S3::Bucket\) has no attribute Anr/,
    /Did you mean Arn\?/,
  ],
  [
    'a dangling name in Fn::Sub',
    '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub "x-${AWS::Regoin}" } }',
    /^template\.yaml:2:57 .*Fn::Sub names AWS::Regoin/,
    /Did you mean AWS::Region\?/,
  ],
  [
    'a dangling attribute in Fn::Sub',
    '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub "x-${B.Arn}" } }',
    /^template\.yaml:2:.*Fn::GetAtt names B/,
    /./,
  ],
  [
    'a dangling DependsOn',
    '  A: { Type: AWS::S3::Bucket, DependsOn: [Bucket] }\n  Buckets: { Type: AWS::S3::Bucket }',
    /^template\.yaml:2:43 {2}Resources\.A\.DependsOn\[0\]: DependsOn names Bucket/,
    /Did you mean Buckets\?/,
  ],
  [
    'a circle of references',
    '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: !Ref B } }\n  B: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub "${C}" } }\n  C: { Type: AWS::S3::Bucket, DependsOn: A }',
    /^template\.yaml:2:3 {2}Resources\.A: circular dependency: A -> B -> C -> A$/,
    /Remove one/,
  ],
  ['a reference to itself', '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: !Ref A } }', /circular dependency: A -> A/, /./],
  [
    'an unknown function',
    '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: { "Fn::Jion": [] } } }',
    /^template\.yaml:2:57 .*unknown function Fn::Jion/,
    /Did you mean Fn::Join\?/,
  ],
  [
    'a function beside other keys',
    '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: { "Fn::Join": ["", []], X: 1 } } }',
    /Fn::Join stands beside other keys/,
    /only key/,
  ],
  [
    'Fn::Transform',
    '  A: { Type: AWS::S3::Bucket, Properties: { "Fn::Transform": { Name: AWS::Include } } }',
    /^template\.yaml:2:.*Fn::Transform is not emulated/,
    /./,
  ],
  ['Fn::ForEach', '  "Fn::ForEach::Buckets": []', /^template\.yaml:2:3 .*Fn::ForEach is not emulated/, /Write the entries out/],
  [
    'a function of the language extensions without them',
    '  A: { Type: AWS::SNS::Topic, Properties: { X: !Length [a] } }',
    /Fn::Length needs the language extensions/,
    /Transform: AWS::LanguageExtensions/,
  ],
  [
    'a DefaultValue without the language extensions',
    '  A: { Type: AWS::SNS::Topic, Properties: { X: !FindInMap [M, k, v, { DefaultValue: x }] } }',
    /DefaultValue needs the language extensions/,
    /Transform: AWS::LanguageExtensions/,
  ],
  [
    'a missing mapping',
    '  A: { Type: AWS::SNS::Topic, Properties: { X: !FindInMap [Mp, k, v] } }',
    /Fn::FindInMap finds no mapping Mp/,
    /^There are: M\.$/,
  ],
  [
    'a missing key of a mapping',
    '  A: { Type: AWS::SNS::Topic, Properties: { X: !FindInMap [M, k, w] } }',
    /Fn::FindInMap finds no second-level key w/,
    /./,
  ],
  [
    'a list in Fn::Sub',
    '  A: { Type: AWS::SNS::Topic, Properties: { X: !Sub "${AWS::NotificationARNs}" } }',
    /AWS::NotificationARNs is a list/,
    /Join the list/,
  ],
  [
    'an index outside of the list',
    '  A: { Type: AWS::SNS::Topic, Properties: { X: !Select [2, [a, b]] } }',
    /Fn::Select's index "2" is not in a list of 2/,
    /./,
  ],
  ['a wrong number of arguments', '  A: { Type: AWS::SNS::Topic, Properties: { X: !Join [a] } }', /Fn::Join takes a list of 2 values/, /./],
  [
    'a block that does not fit',
    '  A: { Type: AWS::SNS::Topic, Properties: { X: !Cidr [10.0.0.0/24, 4, 8] } }',
    /Fn::Cidr: 4 blocks of 8 bits do not fit into 10\.0\.0\.0\/24/,
    /./,
  ],
  [
    'an import that nobody exports',
    '  A: { Type: AWS::SNS::Topic, Properties: { X: !ImportValue other } }',
    /no earlier template of account 222222222222 exports other/,
    /before this one/,
  ],
  [
    'an unknown property',
    '  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketNme: x',
    /^template\.yaml:5:7 {2}Resources\.A\.Properties\.BucketNme: unknown property BucketNme$/,
    /^Did you mean BucketName\?$/,
  ],
  [
    'an unknown property deep inside',
    '  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgoritm: AES256 } }] }',
    /^2 problems:[\s\S]*\[0\]\.ServerSideEncryptionByDefault\.SSEAlgoritm: unknown property SSEAlgoritm \(Did you mean SSEAlgorithm\?\)/,
    /./,
  ],
  [
    'a missing required property',
    '  A: { Type: AWS::KMS::Alias, Properties: { AliasName: alias/x } }',
    /^template\.yaml:2:43 {2}Resources\.A\.Properties: the required TargetKeyId is missing/,
    /Add TargetKeyId/,
  ],
  [
    'missing Properties',
    '  A:\n    Type: AWS::SageMaker::Endpoint',
    /Resources\.A\.Properties: the required EndpointConfigName is missing/,
    /./,
  ],
  [
    'a list where a text belongs',
    '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: [a] } }',
    /BucketName: must be a text, but is a list/,
    /./,
  ],
  [
    'a text where a flag belongs',
    '  A: { Type: AWS::KMS::Key, Properties: { Enabled: perhaps } }',
    /^template\.yaml:2:52 {2}Resources\.A\.Properties\.Enabled: must be true or false, but is "perhaps"/,
    /./,
  ],
  [
    'a resolved value of the wrong type',
    '  A: { Type: AWS::KMS::Key, Properties: { PendingWindowInDays: !Ref AWS::Region } }',
    /PendingWindowInDays: must be a whole number from 7 to 30, but is "us-east-1"/,
    /./,
  ],
  ['an empty value', '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: } }', /BucketName: must be a text, but is empty/, /./],
  [
    'a value out of the list',
    '  A: { Type: AWS::KMS::Key, Properties: { KeyUsage: SIGN } }',
    /KeyUsage: must be one of ENCRYPT_DECRYPT, SIGN_VERIFY/,
    /./,
  ],
  [
    'a misspelt type',
    '  A: { Type: AWS::Lambda::Funtion }',
    /^template\.yaml:2:14 {2}Resources\.A\.Type: unknown resource type AWS::Lambda::Funtion$/,
    /^Did you mean AWS::Lambda::Function\?$/,
  ],
  [
    'a misspelt service',
    '  A: { Type: AWS::Lamda::Function }',
    /unknown resource type AWS::Lamda::Function/,
    /Did you mean AWS::Lambda::Function\?/,
  ],
  [
    "SAM's types",
    '  A: { Type: AWS::Serverless::Function }',
    /the resource type AWS::Serverless::Function is SAM's/,
    /plain CloudFormation/,
  ],
  ['a type of nobody', '  A: { Type: Bucket }', /unknown resource type Bucket/, /AWS::, Custom::/],
  ['a publisher that is nearly AWS', '  A: { Type: AMS::S3::Tables }', /unknown resource type AMS::S3::Tables/, /AWS::, Custom::/],
  ['a resource without Type', '  A: { Properties: {} }', /^template\.yaml:2:3 {2}Resources\.A: the resource has no Type/, /./],
  [
    'an unknown resource attribute',
    '  A: { Type: AWS::S3::Bucket, DependOn: B }',
    /^template\.yaml:2:31 {2}Resources\.A\.DependOn: unknown resource attribute DependOn/,
    /Did you mean DependsOn\?/,
  ],
  ['a logical id with a hyphen', '  A-B: { Type: AWS::S3::Bucket }', /the name A-B is not alphanumeric/, /./],
  [
    'a policy statement with a misspelt key',
    `${role.trimStart().replace(/^/, '  ')}      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Actoin: 's3:*', Resource: '*' }] } }]`,
    /unknown property Actoin \(Did you mean Action\?\)/,
    /./,
  ],
  [
    'Metadata.Airlock where it means nothing',
    '  A: { Type: AWS::KMS::Key, Metadata: { Airlock: { LocalObjects: [] } } }',
    /Metadata\.Airlock means nothing on this type/,
    /./,
  ],
  [
    'a misspelt key of Metadata.Airlock',
    '  A: { Type: AWS::S3::Bucket, Metadata: { Airlock: { LocalObject: [] } } }',
    /unknown property LocalObject/,
    /Did you mean LocalObjects\?/,
  ],
];

const sections =
  'Parameters: { P: { Type: String, Default: x } }\nConditions: { C: !Equals [!Ref P, x] }\nMappings: { M: { k: { v: 1 } } }\n';

describe('a template is refused, with file, line, column and path, for', () => {
  it.each(cases)('%s', async (_what, resources, message, hint) => {
    const error = await errorOf(`Resources:\n${resources}\n${sections}`);
    expect(error.code).toBe('BAD_TEMPLATE');
    expect(error.exitCode).toBe(2);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/template\.yaml:\d+:\d+/);
    expect(error.hint).toMatch(hint);
  });

  it.each([
    [
      'an unknown section',
      'Resuorces: {}\nResources: { A: { Type: AWS::S3::Bucket } }',
      /^template\.yaml:1:1 {2}Resuorces: unknown section Resuorces/,
      /Did you mean Resources\?/,
    ],
    ['no resources', 'Description: nothing', /the template has no Resources/, /./],
    ['a list', '- a', /a template must be a map/, /./],
    [
      'a transform',
      'Transform: AWS::Serverless-2016-10-31\nResources: { A: { Type: AWS::S3::Bucket } }',
      /^template\.yaml:1:12 {2}Transform: the transform AWS::Serverless-2016-10-31 is not emulated/,
      /plain CloudFormation/,
    ],
    [
      'one transform of two',
      'Transform: [AWS::LanguageExtensions, Mine]\nResources: { A: { Type: AWS::S3::Bucket } }',
      /^template\.yaml:1:38 .*the transform Mine is not emulated/,
      /./,
    ],
    [
      'an account that is none',
      'Metadata: { Airlock: { Account: seller } }\nResources: { A: { Type: AWS::S3::Bucket } }',
      /Account is "seller"/,
      /partner, customer, or the 12 digits/,
    ],
    [
      'an unknown key of Metadata.Airlock',
      'Metadata: { Airlock: { Acount: partner } }\nResources: { A: { Type: AWS::S3::Bucket } }',
      /unknown property Acount/,
      /Did you mean Account\?/,
    ],
    [
      'an output without Value',
      'Resources: { A: { Type: AWS::S3::Bucket } }\nOutputs: { O: { Description: x } }',
      /Outputs\.O: the output has no Value/,
      /./,
    ],
    [
      'an output that is a list',
      'Resources: { A: { Type: AWS::S3::Bucket } }\nOutputs: { O: { Value: [a] } }',
      /an output's Value must be a text/,
      /./,
    ],
    [
      'an output of nothing',
      'Resources: { A: { Type: AWS::S3::Bucket } }\nOutputs: { O: { Value: !Ref B } }',
      /Outputs\.O\.Value\.Ref: Ref names B/,
      /./,
    ],
  ])('%s', async (_what, text, message, hint) => {
    const error = await errorOf(text);
    expect(error.code).toBe('BAD_TEMPLATE');
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('everything at once, one line each', async () => {
    const error = await errorOf(
      'Resources:\n  A: { Type: AWS::S3::Bucket, Properties: { Bucketname: x } }\n  B: { Type: AWS::KMS::Key, Properties: { Enabled: 7 } }\n  C: { Type: AWS::S3::Bucket, DependsOn: D }',
    );
    expect(error.message.split('\n')).toEqual([
      '3 problems:',
      '  template.yaml:4:42  Resources.C.DependsOn: DependsOn names D, which is no resource (Declare it, or correct the name.)',
      '  template.yaml:2:45  Resources.A.Properties.Bucketname: unknown property Bucketname (Did you mean BucketName?)',
      '  template.yaml:3:52  Resources.B.Properties.Enabled: must be true or false, but is "7"',
    ]);
  });

  it('a file that is not there, with its absolute path', async () => {
    const error = await errorOf({}, { templates: [{ path: '/nowhere/template.yaml' }] });
    expect([error.code, error.message]).toEqual([
      'BAD_TEMPLATE',
      'the template /nowhere/template.yaml cannot be read: there is no such file',
    ]);
  });

  it('two resources of the same name', async () => {
    const functions = inlineFunction('FunctionName: same', 'One') + inlineFunction('FunctionName: same', 'Two');
    expect((await errorOf(`Resources:\n${role}${functions}`)).message).toMatch(/Resources\.Two: Two has the same name as One/);
  });
});

describe('types that are not emulated', () => {
  it('are listed, and what refers to them resolves', async () => {
    const deployment = await load(`
Resources:
  Logs: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /my/logs } }
  Topic: { Type: AWS::SNS::Topic }
  Vpc: { Type: AWS::EC2::VPC }
  Sg: { Type: AWS::EC2::SecurityGroup, Properties: { VpcId: !Ref Vpc } }
  Repo: { Type: AWS::ECR::Repository, Properties: { RepositoryName: models/identity } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: q } }
  Mine: { Type: Custom::Thing }
  Stage: { Type: AWS::ApiGatewayV2::Stage }
Outputs:
  LogsRef: { Value: !Ref Logs }
  LogsArn: { Value: !GetAtt Logs.Arn }
  TopicRef: { Value: !Ref Topic }
  VpcRef: { Value: !Ref Vpc }
  GroupId: { Value: !GetAtt Sg.GroupId }
  RepoUri: { Value: !GetAtt Repo.RepositoryUri }
  RepoArn: { Value: !GetAtt Repo.Arn }
  QueueRef: { Value: !Ref Queue }
  QueueArn: { Value: !GetAtt Queue.Arn }
  Mine: { Value: !GetAtt Mine.Anything }
`);
    expect(deployment.notEmulated.map((resource) => resource.type)).toEqual([
      ...['AWS::Logs::LogGroup', 'AWS::SNS::Topic', 'AWS::EC2::VPC', 'AWS::EC2::SecurityGroup', 'AWS::ECR::Repository', 'AWS::SQS::Queue'],
      ...['Custom::Thing', 'AWS::ApiGatewayV2::Stage'],
    ]);
    expect(deployment.stacks[0]?.outputs).toMatchObject({
      LogsRef: '/my/logs',
      LogsArn: 'arn:aws:logs:us-east-1:222222222222:log-group:/my/logs:*',
      TopicRef: expect.stringMatching(/^arn:aws:sns:us-east-1:222222222222:airlock-template-Topic-[A-Z0-9]{12}$/),
      VpcRef: expect.stringMatching(/^vpc-[0-9a-f]{17}$/),
      GroupId: expect.stringMatching(/^sg-[0-9a-f]{17}$/),
      RepoUri: '222222222222.dkr.ecr.us-east-1.amazonaws.com/models/identity',
      RepoArn: 'arn:aws:ecr:us-east-1:222222222222:repository/models/identity',
      QueueRef: 'https://sqs.us-east-1.amazonaws.com/222222222222/q',
      QueueArn: 'arn:aws:sqs:us-east-1:222222222222:q',
      Mine: expect.stringMatching(/^Anything-/),
    });
  });

  it('may have any property', async () => {
    const deployment = await load('Resources: { A: { Type: AWS::SNS::Topic, Properties: { Whatever: [1, { a: b }] } } }');
    expect(deployment.notEmulated).toHaveLength(1);
  });
});
