// biome-ignore-all lint/suspicious/noTemplateCurlyInString: in these texts ${…} is the placeholder of Fn::Sub.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorOf, load } from './load-text.ts';
import { inlineFunction, template } from './resources.ts';

const bucket = 'Resources: { A: { Type: AWS::S3::Bucket } }\n';
const withBucket = (attributes: string) => `Resources:\n  A: { Type: AWS::S3::Bucket, ${attributes} }\n`;
const typed = (type: string) => `Resources:\n  A: { Type: ${type} }\n`;

describe('parts of a template that would be skipped are refused:', () => {
  it.each([
    ['a condition as list', withBucket('Condition: [C]'), /Resources\.A\.Condition: must be a text, but is a list$/, /./],
    [
      'a condition of an output as map',
      `${bucket}Outputs: { O: { Value: x, Condition: { C: D } } }`,
      /Outputs\.O\.Condition: must be a text/,
      /./,
    ],
    ['an unknown policy of deletion', withBucket('DeletionPolicy: Retian'), /DeletionPolicy: must be one of Delete, Retain/, /./],
    [
      'an unknown policy of replacement',
      withBucket('UpdateReplacePolicy: RetainExceptOnCreate'),
      /UpdateReplacePolicy: must be one of Delete, Retain, Snapshot/,
      /./,
    ],
    ['properties as text', withBucket('Properties: hello'), /Resources\.A\.Properties: must be a map, but is "hello"$/, /./],
    ['empty properties', withBucket('Properties: '), /Resources\.A\.Properties: must be a map, but is empty$/, /./],
    ['metadata as list', withBucket('Metadata: [a]'), /Resources\.A\.Metadata: must be a map/, /./],
    ['metadata of the template as list', `Metadata: [a]\n${bucket}`, /^template\.yaml:1:11 {2}Metadata: must be a map/, /./],
    [
      'a misspelt key of ours in the metadata',
      `Metadata: { Airlok: { Account: partner } }\n${bucket}`,
      /Metadata\.Airlok: unknown key Airlok of Metadata$/,
      /Did you mean Airlock\?/,
    ],
    ['Airlock as text', `Metadata: { Airlock: partner }\n${bucket}`, /Metadata\.Airlock: must be a map/, /./],
    ['mappings as list', `Mappings: [a]\n${bucket}`, /^template\.yaml:1:11 {2}Mappings: must be a map/, /./],
    [
      'a function in a mapping',
      `Mappings: { M: { a: { b: !Ref AWS::Region } } }\n${bucket}`,
      /Mappings\.M\.a\.b: must be a text, but is a map/,
      /./,
    ],
    ['conditions as list', `Conditions: [a]\n${bucket}`, /^template\.yaml:1:13 {2}Conditions: must be a map/, /./],
    [
      'another format version',
      `AWSTemplateFormatVersion: 2010-09-10\n${bucket}`,
      /AWSTemplateFormatVersion: must be 2010-09-09, but is "2010-09-10"$/,
      /./,
    ],
    [
      'an unknown key of a rule',
      `Rules: { R: { Asertions: [] } }\n${bucket}`,
      /Rules\.R\.Asertions: unknown property Asertions \(Did you mean Assertions\?\)/,
      /./,
    ],
    [
      'an unknown key of an assertion',
      `Rules: { R: { Assertions: [{ Asert: true }] } }\n${bucket}`,
      /Assertions\[0\]\.Asert: unknown property Asert \(Did you mean Assert\?\)/,
      /./,
    ],
    ['an unknown key of an export', `${bucket}Outputs: { O: { Value: x, Export: { Nam: y } } }`, /Export\.Nam: unknown property Nam/, /./],
    ['a Ref of nothing', withBucket('Properties: { BucketName: !Ref }'), /Ref names nothing$/, /parameter or a resource/],
    ['a Sub of nothing', withBucket('Properties: { BucketName: !Sub "${}" }'), /Fn::Sub names nothing$/, /./],
    [
      'a dynamic reference',
      'Resources:\n  A: { Type: AWS::KMS::Key, Properties: { Description: "{{resolve:ssm:/a/b:1}}-x" } }',
      /^template\.yaml:2:56 {2}Resources\.A\.Properties\.Description: the dynamic reference \{\{resolve:ssm:\/a\/b:1\}\} is not emulated/,
      /./,
    ],
    [
      'a dynamic reference in an output',
      `${bucket}Outputs: { O: { Value: "{{resolve:secretsmanager:S}}" } }`,
      /Outputs\.O\.Value: the dynamic reference \{\{resolve:secretsmanager:S\}\}/,
      /--parameter/,
    ],
  ])('%s', async (_what, text, message, hint) => {
    const error = await errorOf(text);
    expect(error.code).toBe('BAD_TEMPLATE');
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('but a dynamic reference of a type that is not emulated is not used', async () => {
    const deployment = await load('Resources: { A: { Type: AWS::RDS::DBInstance, Properties: { P: "{{resolve:ssm:/a}}" } } }');
    expect(deployment.notEmulated).toHaveLength(1);
  });

  it('names that nothing declares are shown along with mistakes of structure, names of broken parts are not', async () => {
    const error = await errorOf(
      'Resources:\n  A: { Tpye: AWS::S3::Bucket }\n  B: { Type: AWS::SNS::Topic, Properties: { X: !Ref A, Y: !Ref Nothing } }\n',
    );
    expect(error.message).toMatch(/unknown resource attribute Tpye/);
    expect(error.message).toMatch(/Ref names Nothing/);
    expect(error.message).not.toMatch(/Ref names A/);
  });
});

describe('resource types:', () => {
  it.each([
    ['AWS::KSM::Key', 'AWS::KMS::Key'],
    ['AWS::IMA::Role', 'AWS::IAM::Role'],
    ['AWS::Lambda::Func', 'AWS::Lambda::Function'],
    ['AWS::Lamda::Funtion', 'AWS::Lambda::Function'],
    ['AWS::SageMaker::EndpointConfiguration', 'AWS::SageMaker::EndpointConfig'],
    ['AWS::S3::BucketPolicies', 'AWS::S3::BucketPolicy'],
    ['aws::s3::bucket', 'AWS::S3::Bucket'],
  ])('%s is a misspelt %s', async (type, meant) => {
    const error = await errorOf(typed(type));
    expect([error.message, error.hint]).toEqual([
      `template.yaml:2:14  Resources.A.Type: unknown resource type ${type}`,
      `Did you mean ${meant}?`,
    ]);
  });

  it.each(['Alexa::ASK::Skill', 'MyOrg::Thing::Made::MODULE', 'AWS::DynamoDB::Table', 'Custom::Thing'])(
    '%s is accepted and listed',
    async (type) => {
      const { notEmulated } = await load(typed(type));
      expect(notEmulated.map((resource) => resource.type)).toEqual([type]);
    },
  );

  it.each(['Method', 'Authorizer', 'Resource', 'GatewayResponse', 'RequestValidator', 'Model'])(
    'AWS::ApiGateway::%s would change the API, so it is refused',
    async (name) => {
      const error = await errorOf(typed(`AWS::ApiGateway::${name}`));
      expect(error.message).toMatch(/is not emulated$/);
      expect(error.hint).toMatch(/^Put it into the Body of the AWS::ApiGateway::RestApi: /);
    },
  );

  it('a nested stack is refused', async () => {
    expect((await errorOf(typed('AWS::CloudFormation::Stack'))).hint).toMatch(/its own --template/);
  });

  it.each([
    ...['AWS::Lambda::Url', 'AWS::Lambda::LayerVersionPermission', 'AWS::IAM::UserPolicy', 'AWS::KMS::ReplicaKey', 'AWS::S3::AccessPoint'],
    ...[
      'AWS::SageMaker::ModelCard',
      'AWS::ApiGateway::UsagePlan',
      'AWS::ApiGatewayV2::Stage',
      'AWS::DMS::Endpoint',
      'AWS::RAM::Permission',
    ],
    ...['AWS::S3Tables::TableBucket', 'AWS::SES::Template', 'AWS::CloudFormation::WaitConditionHandle'],
  ])('%s is another type of AWS, and listed', async (type) => {
    expect((await load(typed(type))).notEmulated).toMatchObject([{ type }]);
  });
});

describe('properties of emulated types:', () => {
  it.each([
    ['LifecycleConfiguration: { Ruls: [] }', /LifecycleConfiguration\.Ruls: unknown property Ruls/],
    ['LifecycleConfiguration: { Rules: [{ Status: Enabled, ExpirationInDay: 3 }] }', /Rules\[0\]\.ExpirationInDay: unknown property/],
    ['CorsConfiguration: { CorsRules: [{ AllowedMethods: [PATCH], AllowedOrigins: ["*"] }] }', /AllowedMethods\[0\]: must be one of GET/],
    ['NotificationConfiguration: { Foo: 1 }', /NotificationConfiguration\.Foo: unknown property Foo/],
    ['AccessControl: PublicReed', /AccessControl: must be one of .*PublicRead/],
  ])('a bucket with %s is refused', async (properties, message) => {
    expect((await errorOf(withBucket(`Properties: { ${properties} }`))).message).toMatch(message);
  });

  it('a serverless variant with a misspelt key is refused', async () => {
    const text =
      'Resources: { C: { Type: AWS::SageMaker::EndpointConfig, Properties: { ProductionVariants: [{ VariantName: a, ModelName: m, ServerlessConfig: { MaxConcurency: 5, MemorySizeInMB: 1024 } }] } } }';
    expect((await errorOf(text)).message).toMatch(/ServerlessConfig\.MaxConcurency: unknown property MaxConcurency/);
  });

  it.each(['python3.13', 'nodejs24', 'nodejs99.x', 'nodejs16.x'])('the runtime %s is refused where it stands', async (runtime) => {
    const error = await errorOf(template(inlineFunction().replace('nodejs24.x', runtime)));
    expect(error.message).toBe(`template.yaml:16:16  Resources.Fn.Properties.Runtime: the runtime "${runtime}" is not emulated`);
    expect(error.hint).toMatch(runtime === 'nodejs24' ? /Did you mean nodejs24\.x\?/ : /nodejs/);
  });

  it.each([
    ['handler', /Resources\.Fn\.Properties\.Handler: "handler" is no handler$/],
    ['.handler', /is no handler/],
    ['a/..b.handler', /is no handler/],
    ['app.handler', /Properties\.Handler: inline code is the file index, but Handler names "app"$/],
  ])('the handler %s of inline code is refused', async (handler, message) => {
    expect((await errorOf(template(inlineFunction().replace('index.handler', handler)))).message).toMatch(message);
  });

  it('a role that is not there is named where it stands', async () => {
    const error = await errorOf(template(inlineFunction().replace('!GetAtt Role.Arn', 'arn:aws:iam::222222222222:role/nope')));
    expect(error.message).toMatch(/^template\.yaml:15:13 {2}Resources\.Fn\.Properties\.Role: no template declares the role/);
  });

  it('each that changes nothing here is listed, also deep inside, and defaults are not', async () => {
    const more =
      'LoggingConfig: { LogFormat: JSON }\nEphemeralStorage: { Size: 1024 }\nKmsKeyArn: arn:aws:kms:us-east-1:222222222222:key/x\nSnapStart: { ApplyOn: None }';
    const others = `
  B: { Type: AWS::S3::Bucket, Properties: { VersioningConfiguration: { Status: Enabled } } }
  C: { Type: AWS::S3::Bucket, Properties: { VersioningConfiguration: { Status: Suspended } } }
  Model: { Type: AWS::SageMaker::Model, Properties: { Containers: [{ Image: x, Mode: MultiModel, ModelDataUrl: s3://b/x }] } }
  Config: { Type: AWS::SageMaker::EndpointConfig, Properties: { KmsKeyId: x, ProductionVariants: [{ VariantName: a, ModelName: !GetAtt Model.ModelName, EnableSSMAccess: true, ServerlessConfig: { MaxConcurrency: 5, MemorySizeInMB: 1024 } }] } }
`;
    const deployment = await load(template(inlineFunction(more) + others));
    expect(deployment.notEmulatedProperties.map(({ logicalId, property }) => `${logicalId}.${property}`).sort()).toEqual([
      'B.VersioningConfiguration.Status',
      'Config.KmsKeyId',
      'Config.ProductionVariants.EnableSSMAccess',
      'Config.ProductionVariants.ServerlessConfig',
      'Fn.EphemeralStorage',
      'Fn.KmsKeyArn',
      'Fn.LoggingConfig.LogFormat',
      'Model.Containers.Mode',
      'Model.Containers.ModelDataUrl',
    ]);
  });
});

describe('a stage', () => {
  const api = (stage: string) => `Resources:
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { EndpointConfiguration: { Types: [PRIVATE] }, Body: { openapi: 3.0.1, paths: {} } } }
  D: { Type: AWS::ApiGateway::Deployment, Properties: { RestApiId: !Ref Api } }
  S: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, StageName: v1${stage} } }
`;

  it('needs a deployment, of its API', async () => {
    expect((await errorOf(api(''))).message).toMatch(/Resources\.S\.Properties: the required DeploymentId is missing$/);
    expect((await errorOf(api(', DeploymentId: zzz'))).message).toMatch(
      /S\.Properties\.DeploymentId: no template declares the deployment of this API zzz$/,
    );
  });

  it('of a private API lists that it is not private here', async () => {
    const deployment = await load(api(', DeploymentId: !Ref D, MethodSettings: []'));
    expect(deployment.notEmulatedProperties.map(({ property }) => property)).toEqual(['EndpointConfiguration.Types', 'MethodSettings']);
  });
});

describe('a template that cannot be read says why:', () => {
  it('a directory, and an empty path', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'airlock-template-'));
    try {
      writeFileSync(join(directory, 'file'), '');
      const messageOf = async (path: string) => (await errorOf({}, { templates: [{ path }] })).message;
      expect(await messageOf(directory)).toBe(`the template ${directory} cannot be read: it is a directory`);
      expect(await messageOf(join(directory, 'file', 'x'))).toMatch(/cannot be read: a part of its path is no directory$/);
      expect(await messageOf('')).toBe('the path of a template is empty');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
