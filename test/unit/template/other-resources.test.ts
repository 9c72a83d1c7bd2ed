import { describe, expect, it } from 'vitest';
import { errorOf, load } from './load-text.ts';
import { role, template } from './resources.ts';

const statement = (sid: string) => `{ Statement: [{ Sid: ${sid}, Effect: Allow, Action: "s3:GetObject", Resource: "*" }] }`;

describe('roles and their policies', () => {
  it('gather inline, attached, managed and AWS managed policies', async () => {
    const text = template(
      `      Path: /service/
      Policies: [{ PolicyName: inline, PolicyDocument: ${statement('inline')} }]
      ManagedPolicyArns: [!Ref Managed, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
      PermissionsBoundary: !Ref Managed
  Managed: { Type: AWS::IAM::ManagedPolicy, Properties: { ManagedPolicyName: managed, PolicyDocument: ${statement('managed')} } }
  Attached: { Type: AWS::IAM::Policy, Properties: { PolicyName: attached, Roles: [!Ref Role], PolicyDocument: ${statement('attached')} } }
  Single: { Type: AWS::IAM::RolePolicy, Properties: { PolicyName: single, RoleName: !Ref Role, PolicyDocument: ${statement('single')} } }
  Reverse: { Type: AWS::IAM::ManagedPolicy, Properties: { ManagedPolicyName: reverse, Roles: [!Ref Role], PolicyDocument: ${statement('reverse')} } }
Outputs: { Role: { Value: !Ref Role }, Arn: { Value: !GetAtt Role.Arn }, Id: { Value: !GetAtt Role.RoleId } }
`,
    );
    const deployment = await load(text);
    const [found] = deployment.roles;
    expect(found?.policies.map((policy) => policy.name)).toEqual([
      'inline',
      'attached',
      'single',
      'reverse',
      'managed',
      'service-role/AWSLambdaBasicExecutionRole',
    ]);
    expect(found?.permissionsBoundary).toMatchObject({ Statement: [{ Sid: 'managed' }] });
    expect(found?.trustPolicy).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    expect(deployment.stacks[0]?.outputs).toEqual({
      Role: 'worker',
      Arn: 'arn:aws:iam::222222222222:role/service/worker',
      Id: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
    });
  });

  it('take policies of their own account only', async () => {
    const inAccount = (account: string, more: string) => template(more, `Metadata: { Airlock: { Account: ${account} } }`);
    const policy = `  P: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Roles: [!Ref Role], PolicyDocument: ${statement('a')} } }\n`;
    const deployment = await load({ 'a.yaml': inAccount('partner', policy), 'b.yaml': inAccount('customer', '') });
    expect(deployment.roles.map((found) => [found.accountId, found.policies.length])).toEqual([
      ['111111111111', 1],
      ['222222222222', 0],
    ]);
  });

  it('take a document that is a JSON text', async () => {
    const json = `'{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'`;
    const deployment = await load(template(`      Policies: [{ PolicyName: p, PolicyDocument: ${json} }]\n`));
    expect(deployment.roles[0]?.policies[0]?.document).toEqual({ Statement: { Effect: 'Deny', Action: '*', Resource: '*' } });
  });

  it.each([
    [
      'an AWS managed policy whose contents are unknown',
      '      ManagedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]\n',
      /the managed policy arn:aws:iam::aws:policy\/AmazonS3FullAccess are not known/,
    ],
    [
      'a policy for a role that is not there',
      `  P: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Roles: [wroker], PolicyDocument: ${statement('a')} } }\n`,
      /no template declares the role wroker/,
    ],
    [
      'a principal in a role policy',
      '      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "*", Resource: "*" }] } }]\n',
      /Principal is not allowed in a role's policy/,
    ],
    [
      'an effect that is none',
      '      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: allow, Action: "*", Resource: "*" }] } }]\n',
      /Effect: must be one of Allow, Deny, but is "allow"/,
    ],
    [
      'a statement without action',
      '      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Resource: "*" }] } }]\n',
      /the statement has no Action/,
    ],
    [
      'a statement without resource',
      '      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: "*" }] } }]\n',
      /the statement has no Resource/,
    ],
    [
      'a resource that is no ARN',
      '      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: "*", Resource: my-bucket }] } }]\n',
      /"my-bucket" is no ARN/,
    ],
    [
      'an action without service',
      '      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: GetObject, Resource: "*" }] } }]\n',
      /"GetObject" is no action/,
    ],
    [
      'a version that is none',
      '      Policies: [{ PolicyName: p, PolicyDocument: { Version: 2012-10-18, Statement: [] } }]\n',
      /Version: must be one of 2012-10-17, 2008-10-17/,
    ],
    ['a text that is no JSON', '      Policies: [{ PolicyName: p, PolicyDocument: "{" }]\n', /the text is no JSON/],
  ])('refuse %s', async (_what, more, message) => {
    const error = await errorOf(template(more));
    expect(error.code).toBe('BAD_TEMPLATE');
    expect(error.message).toMatch(message);
  });
});

describe('keys', () => {
  it('have the id, ARN, policy and aliases that KMS would give them', async () => {
    const deployment = await load(`
Resources:
  Signing: { Type: AWS::KMS::Key, Properties: { KeySpec: ECC_NIST_P256, KeyUsage: SIGN_VERIFY, Enabled: false } }
  Data: { Type: AWS::KMS::Key, Properties: { EnableKeyRotation: true, KeyPolicy: { Statement: [{ Effect: Allow, Principal: "*", Action: "kms:*", Resource: "*" }] } } }
  Name: { Type: AWS::KMS::Alias, Properties: { AliasName: alias/signing, TargetKeyId: !Ref Signing } }
  Other: { Type: AWS::KMS::Alias, Properties: { AliasName: alias/other, TargetKeyId: !GetAtt Signing.Arn } }
Outputs: { Alias: { Value: !Ref Name }, Arn: { Value: !GetAtt Signing.Arn }, Id: { Value: !Ref Signing } }
`);
    const [signing, data] = deployment.keys;
    expect(signing).toMatchObject({
      keySpec: 'ECC_NIST_P256',
      keyUsage: 'SIGN_VERIFY',
      enabled: false,
      aliases: ['alias/signing', 'alias/other'],
    });
    expect(signing?.keyId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(signing?.policy).toMatchObject({ Statement: [{ Principal: { AWS: 'arn:aws:iam::222222222222:root' }, Action: 'kms:*' }] });
    expect(data).toMatchObject({
      keySpec: 'SYMMETRIC_DEFAULT',
      keyUsage: 'ENCRYPT_DECRYPT',
      enabled: true,
      policy: { Statement: [{ Principal: '*' }] },
    });
    expect(deployment.stacks[0]?.outputs).toEqual({
      Alias: 'alias/signing',
      Arn: `arn:aws:kms:us-east-1:222222222222:key/${signing?.keyId}`,
      Id: signing?.keyId,
    });
  });

  // [M] Both pass every linter and fail at deployment.
  it.each([
    [
      'rotation of an asymmetric key',
      'KeySpec: ECC_NIST_P256, KeyUsage: SIGN_VERIFY, EnableKeyRotation: true',
      /KMS does not rotate ECC_NIST_P256 keys/,
    ],
    ['an ECC key without KeyUsage', 'KeySpec: ECC_NIST_P256', /a ECC_NIST_P256 key cannot have the usage ENCRYPT_DECRYPT/],
    [
      'a key policy without principal',
      'KeyPolicy: { Statement: [{ Effect: Allow, Action: "*", Resource: "*" }] }',
      /the statement has no Principal/,
    ],
    ['an unknown key spec', 'KeySpec: ECC_P256, KeyUsage: SIGN_VERIFY', /KeySpec: must be one of/],
  ])('refuse %s', async (_what, properties, message) => {
    expect((await errorOf(`Resources: { K: { Type: AWS::KMS::Key, Properties: { ${properties} } } }`)).message).toMatch(message);
  });

  it.each([
    ['alias/aws/mine', '!Ref K', /AliasName: must be a text/],
    ['mine', '!Ref K', /AliasName: must be a text/],
    ['alias/mine', 'nothing', /no template declares the key nothing/],
  ])('refuse the alias %s of %s', async (name, target, message) => {
    const text = `Resources: { K: { Type: AWS::KMS::Key }, A: { Type: AWS::KMS::Alias, Properties: { AliasName: ${name}, TargetKeyId: ${target} } } }`;
    expect((await errorOf(text)).message).toMatch(message);
  });
});

describe('buckets', () => {
  it('have their policy, encryption, versioning and local objects', async () => {
    const deployment = await load(`
Parameters: { Alias: { Type: String, Default: s-1 } }
Resources:
  Key: { Type: AWS::KMS::Key }
  Name: { Type: AWS::KMS::Alias, Properties: { AliasName: alias/data, TargetKeyId: !Ref Key } }
  Records:
    Type: AWS::S3::Bucket
    Metadata:
      Airlock:
        LocalObjects:
          - { Key: !Sub 'subscriptions/\${Alias}.json', Body: { aliasId: !Ref Alias, count: 2, list: [true] } }
          - { Key: readme.txt, Body: hello, ContentType: text/plain }
          - { Key: raw, Body: hello }
    Properties:
      VersioningConfiguration: { Status: Enabled }
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: alias/data } }] }
  Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Records, PolicyDocument: { Statement: [{ Effect: Deny, Principal: "*", Action: "s3:*", Resource: !GetAtt Records.Arn }] } } }
  Plain: { Type: AWS::S3::Bucket, Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: AES256 } }] } } }
  AwsKey: { Type: AWS::S3::Bucket, Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms } }] } } }
`);
    const [records, plain, awsKey] = deployment.buckets;
    expect(records?.bucketName).toMatch(/^airlock-template-records-[a-z0-9]{12}$/);
    expect(records).toMatchObject({ versioning: true, encryptionKeyArn: deployment.keys[0]?.arn });
    expect(records?.policy).toEqual({ Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: records?.arn }] });
    expect(records?.localObjects).toEqual([
      { key: 'subscriptions/s-1.json', contentType: 'application/json', body: '{"aliasId":"s-1","count":2,"list":[true]}' },
      { key: 'readme.txt', contentType: 'text/plain', body: 'hello' },
      { key: 'raw', contentType: 'binary/octet-stream', body: 'hello' },
    ]);
    expect(plain).toMatchObject({ versioning: false, encryptionKeyArn: null, policy: null, localObjects: [] });
    expect(awsKey?.encryptionKeyArn).toBe('arn:aws:kms:us-east-1:222222222222:alias/aws/s3');
  });

  it.each([
    ['a name with capitals', '  B: { Type: AWS::S3::Bucket, Properties: { BucketName: MyBucket } }', /"MyBucket" is no bucket name/],
    [
      'a policy of another bucket',
      '  P: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: other, PolicyDocument: { Statement: [{ Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*" }] } } }',
      /no template declares the bucket other/,
    ],
    [
      'an object without key',
      '  B: { Type: AWS::S3::Bucket, Metadata: { Airlock: { LocalObjects: [{ Body: x }] } } }',
      /the required Key is missing/,
    ],
  ])('refuse %s', async (_what, resources, message) => {
    expect((await errorOf(`Resources:\n${resources}`)).message).toMatch(message);
  });
});

describe('SageMaker endpoints', () => {
  const chain = (
    model: string,
    variant = 'VariantName: AllTraffic, ModelName: !GetAtt Model.ModelName',
    endpoint = '!GetAtt Config.EndpointConfigName',
  ) => `
Resources:
${role}
  Model: { Type: AWS::SageMaker::Model, Properties: { ExecutionRoleArn: !GetAtt Role.Arn, ${model} } }
  Config: { Type: AWS::SageMaker::EndpointConfig, Properties: { ProductionVariants: [{ ${variant}, InstanceType: ml.m5.large, InitialInstanceCount: 1 }] } }
  Endpoint: { Type: AWS::SageMaker::Endpoint, Properties: { EndpointConfigName: ${endpoint} } }
Outputs: { Ref: { Value: !Ref Endpoint }, Name: { Value: !GetAtt Endpoint.EndpointName }, Model: { Value: !Ref Model } }
`;
  const packaged = 'EnableNetworkIsolation: true, PrimaryContainer: { ModelPackageName: "arn:aws:sagemaker:us-east-1:1:model-package/m" }';

  it('follow the chain of endpoint, configuration and model', async () => {
    const variant = 'VariantName: AllTraffic, ModelName: !GetAtt Model.ModelName, ContainerStartupHealthCheckTimeoutInSeconds: 120';
    const deployment = await load(chain(packaged, variant));
    const [endpoint] = deployment.endpoints;
    expect(endpoint).toMatchObject({
      ...{ variantName: 'AllTraffic', networkIsolation: true, image: null, environment: {}, startupTimeoutSeconds: 120 },
      modelPackageArn: 'arn:aws:sagemaker:us-east-1:1:model-package/m',
      endpointName: expect.stringMatching(/^airlock-template-Endpoint-[A-Z0-9]{12}$/),
    });
    const name = endpoint?.endpointName ?? '';
    expect(endpoint?.arn).toBe(`arn:aws:sagemaker:us-east-1:222222222222:endpoint/${name.toLowerCase()}`);
    expect(deployment.stacks[0]?.outputs).toEqual({
      Ref: endpoint?.arn,
      Name: name,
      Model: expect.stringMatching(/^arn:aws:sagemaker:.*:model\//),
    });
  });

  it('are told with what their configuration and model say, for those who ask SageMaker', async () => {
    const { endpoints, endpointConfigs, models, roles, stacks } = await load(chain(packaged));
    expect(endpoints[0]?.configName).toBe(endpointConfigs[0]?.configName);
    expect(endpointConfigs).toMatchObject([
      {
        ...{ variantName: 'AllTraffic', modelName: models[0]?.modelName, instanceType: 'ml.m5.large' },
        ...{ initialInstanceCount: 1, initialVariantWeight: null, startupTimeoutSeconds: null },
        arn: `arn:aws:sagemaker:us-east-1:222222222222:endpoint-config/${endpointConfigs[0]?.configName.toLowerCase()}`,
      },
    ]);
    expect(models).toMatchObject([{ arn: stacks[0]?.outputs.Model, executionRoleArn: roles[0]?.arn, modelDataUrl: null }]);
  });

  const asynchronous = (config: string) => chain(packaged).replace('InitialInstanceCount: 1 }]', `$& , AsyncInferenceConfig: ${config}`);

  it('are asynchronous by their configuration, and act with the role of their model', async () => {
    const config =
      "{ OutputConfig: { S3OutputPath: 's3://b/out', S3FailurePath: 's3://b/failed', KmsKeyId: k, NotificationConfig: { ErrorTopic: 'arn:aws:sns:us-east-1:222222222222:t' } }, ClientConfig: { MaxConcurrentInvocationsPerInstance: '5' } }";
    const { endpoints, endpointConfigs, roles, notEmulatedProperties } = await load(asynchronous(config));
    expect(endpoints[0]?.asyncInference).toEqual({
      ...{ outputPath: 's3://b/out', failurePath: 's3://b/failed', kmsKeyId: 'k', maxConcurrentInvocations: 5 },
      notification: { successTopic: null, errorTopic: 'arn:aws:sns:us-east-1:222222222222:t', includeInferenceResponseIn: [] },
    });
    expect(endpointConfigs[0]?.asyncInference).toEqual(endpoints[0]?.asyncInference);
    expect(endpoints[0]?.executionRoleArn).toBe(roles[0]?.arn);
    expect(notEmulatedProperties).toMatchObject([{ effect: 'nobody is notified: there is no SNS' }]);
    const least = await load(asynchronous("{ OutputConfig: { S3OutputPath: 's3://b' } }"));
    expect(least.endpoints[0]?.asyncInference).toEqual({
      ...{ outputPath: 's3://b', failurePath: null, kmsKeyId: null, notification: null, maxConcurrentInvocations: null },
    });
    expect((await load(chain(packaged))).endpoints[0]?.asyncInference).toBeNull();
  });

  it.each([
    ['{}', /the required OutputConfig is missing/],
    ['{ OutputConfig: {} }', /the required S3OutputPath is missing/],
    ["{ OutputConfig: { S3OutputPath: 'https://b/x' } }", /S3OutputPath: must be a text .* like \^s3/],
    ["{ OutputConfig: { S3OutputPath: 's3://b', S3ErrorPath: x } }", /unknown property S3ErrorPath/],
    [
      "{ OutputConfig: { S3OutputPath: 's3://b' }, ClientConfig: { MaxConcurrentInvocationsPerInstance: 0 } }",
      /whole number from 1 to 1000/,
    ],
    ["{ OutputConfig: { S3OutputPath: 's3://b', NotificationConfig: { SuccessTopic: me } } }", /SuccessTopic: must be a text/],
  ])('refuse the AsyncInferenceConfig %s', async (config, message) => {
    expect((await errorOf(asynchronous(config))).message).toMatch(message);
  });

  it('refuse two models of one name, also in another case', async () => {
    const two = ['One: ident', 'Two: IDENT'].map((each) => {
      const [id, name] = each.split(': ');
      return `  ${id}: { Type: AWS::SageMaker::Model, Properties: { ModelName: ${name}, ExecutionRoleArn: !GetAtt Role.Arn, ${packaged} } }`;
    });
    expect((await errorOf(`Resources:\n${role}\n${two.join('\n')}\n`)).message).toMatch(/Two has the same name as One/);
  });

  it('take an image with its environment, and are not isolated unless told', async () => {
    const deployment = await load(
      chain('Containers: [{ Image: 222222222222.dkr.ecr.us-east-1.amazonaws.com/m:1, Environment: { LEVEL: 3 } }]'),
    );
    expect(deployment.endpoints[0]).toMatchObject({
      image: '222222222222.dkr.ecr.us-east-1.amazonaws.com/m:1',
      networkIsolation: false,
      environment: { LEVEL: '3' },
      modelPackageArn: null,
    });
  });

  it.each([
    [
      'an image and a package in one container',
      chain('PrimaryContainer: { Image: x, ModelPackageName: "arn:aws:sagemaker:us-east-1:1:model-package/m" }'),
      /the container names Image and ModelPackageName/,
    ],
    ['both kinds of container', chain(`${packaged}, Containers: [{ Image: x }]`), /PrimaryContainer and Containers/],
    ['a pipeline', chain('Containers: [{ Image: x }, { Image: y }]'), /several containers are not emulated/],
    ['no container', chain('EnableNetworkIsolation: true'), /the model has no container/],
    ['an empty container', chain('PrimaryContainer: { Mode: SingleModel }'), /neither Image nor ModelPackageName/],
    ['Ref of the model', chain(packaged, 'VariantName: A, ModelName: !Ref Model'), /ModelName is an ARN/],
    ['Ref of the configuration', chain(packaged, undefined, '!Ref Config'), /EndpointConfigName is an ARN/],
    ['another model', chain(packaged, 'VariantName: A, ModelName: other'), /no template declares the model other/],
    ['another configuration', chain(packaged, undefined, 'other'), /no template declares the endpoint configuration other/],
  ])('refuse %s', async (_what, text, message) => {
    expect((await errorOf(text)).message).toMatch(message);
  });
});
