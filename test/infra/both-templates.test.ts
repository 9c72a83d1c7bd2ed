// Checks for every template, numbered.
import { describe, expect, it } from 'vitest';
import { listOf, readShippedTemplate, referencesIn, resourcesOf, rolePolicyStatements, walk } from './shipped-template.ts';

const templates = [readShippedTemplate('partner'), readShippedTemplate('customer')];
const allowedTypes = {
  partner: [
    'KMS::Key',
    'IAM::Role',
    'Lambda::Alias',
    'Lambda::Function',
    'Lambda::Permission',
    'Lambda::Version',
    'Logs::LogGroup',
    'S3::Bucket',
    'S3::BucketPolicy',
  ],
  customer: [
    'ApiGateway::Deployment',
    'ApiGateway::RestApi',
    'ApiGateway::Stage',
    'IAM::Role',
    'IAM::RolePolicy',
    'KMS::Key',
    'Lambda::EventInvokeConfig',
    'Lambda::Function',
    'Lambda::Permission',
    'Logs::LogGroup',
    'S3::Bucket',
    'S3::BucketPolicy',
    'SageMaker::Endpoint',
    'SageMaker::EndpointConfig',
    'SageMaker::Model',
  ],
} as Record<string, string[]>;

describe.each(templates)('infra/$name.yaml', (template) => {
  const deployed = {
    Parameters: template.Parameters,
    Conditions: template.Conditions,
    Resources: withoutMetadata(),
    Outputs: template.Outputs,
  };

  function withoutMetadata() {
    return Object.fromEntries(Object.entries(template.Resources).map(([id, { Metadata: _, ...resource }]) => [id, resource]));
  }

  it('uses no transform, macro or custom resource, and listed resource types only (2, 3, 5)', () => {
    expect(template.text).not.toMatch(/Transform:|Serverless::|Custom::|CustomResource/);
    const types = new Set(Object.values(template.Resources).map(({ Type }) => Type.replace('AWS::', '')));
    expect([...types].sort()).toEqual([...(allowedTypes[template.name] ?? [])].sort());
  });

  it('has no YAML alias and no null, which CloudFormation refuses', () => {
    expect(template.text).not.toMatch(/: [&*][A-Za-z]/);
    expect(
      [...walk({ ...deployed, Metadata: template.Metadata, Resources: template.Resources })].filter(({ value }) => value === null),
    ).toEqual([]);
  });

  it('writes no partition, Region or account (4)', () => {
    for (const { path, value } of walk(deployed)) {
      if (typeof value !== 'string' || path.includes('AllowedPattern')) continue;
      expect(value, path.join('.')).not.toMatch(/arn:aws|\b[0-9]{12}\b|\b(us|eu|ap)-[a-z]+-[0-9]\b/);
    }
  });

  const onEvents = ['WorkerFunction', 'WorkerFailedFunction'];

  it('gives every function arm64, an allowed runtime, JSON logs in a group of its own, and less than 29 seconds unless it works on events (9)', () => {
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
      expect(Properties, id).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: `${id}Logs` } },
      });
      expect(Properties.Timeout, id).toBeLessThan(onEvents.includes(id) ? 901 : 29);
      expect(Properties.Role, id).toEqual({ 'Fn::GetAtt': [`${id}Role`, 'Arn'] });
      expect(template.Resources[`${id}Logs`]?.Properties).toEqual({ RetentionInDays: 30 });
      for (const name of Object.keys(Properties.Environment.Variables))
        expect(name).not.toMatch(/SECRET|PASSWORD|PRIVATE|AIRLOCK|ENDPOINT_URL/);
    }
  });

  it('names functions and code as the files on disk are named', () => {
    for (const [id, { Properties, Metadata }] of resourcesOf(template, 'AWS::Lambda::Function')) {
      expect(Properties.Handler, id).toBe('handler.handler');
      expect(Properties.Code, id).toMatch(/^\.\.\/lambdas\/[a-z-]+$/);
      expect(Metadata, id).toMatchObject({
        BuildMethod: 'esbuild',
        BuildProperties: { EntryPoints: ['handler.ts'], Format: 'esm', OutExtension: ['.js=.mjs'] },
      });
    }
  });

  it('lets a service in by SourceArn only, an account by an alias only, and nobody by a star (10)', () => {
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Permission')) {
      expect(Properties.Action, id).toBe('lambda:InvokeFunction');
      expect(JSON.stringify(Properties.Principal), id).not.toContain('*');
      if (typeof Properties.Principal === 'string') {
        expect(Properties.SourceArn, id).toBeDefined();
        expect(Properties.SourceAccount, id).toEqual({ Ref: 'AWS::AccountId' });
      } else {
        expect(template.Resources[Properties.FunctionName.Ref]?.Type, id).toBe('AWS::Lambda::Alias');
      }
    }
  });

  it('gives roles inline policies without stars, and no name (12)', () => {
    const starsAllowed = ['cloudwatch:PutMetricData', 'ecr:GetAuthorizationToken'];
    for (const [id, role] of resourcesOf(template, 'AWS::IAM::Role')) {
      expect(Object.keys(role.Properties), id).not.toEqual(expect.arrayContaining(['RoleName']));
      expect(role.Properties.ManagedPolicyArns, id).toBeUndefined();
      expect(role.Properties.AssumeRolePolicyDocument.Statement, id).toHaveLength(1);
      for (const { Effect, Action, Resource } of rolePolicyStatements(role)) {
        expect(Effect, id).toBe('Allow');
        for (const action of listOf(Action)) {
          expect(action, id).not.toMatch(/\*|PassRole|AssumeRole/);
          if (!starsAllowed.includes(action)) expect(Resource, `${id} ${action}`).not.toBe('*');
        }
      }
    }
  });

  it('keeps keys: rotation where AWS can, 30 days to think, no wildcard principal (13)', () => {
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::KMS::Key')) {
      const asymmetric = Properties.KeySpec !== undefined;
      expect(Properties.PendingWindowInDays, id).toBe(30);
      if (asymmetric) expect(Properties, id).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
      expect(Properties.EnableKeyRotation, id).toBe(asymmetric ? undefined : true);
      expect(JSON.stringify(Properties.KeyPolicy), id).not.toMatch(/"Principal":"\*"|"AWS":"\*"/);
    }
  });

  it('closes buckets: no public access, no ACL, encrypted, TLS only, no name, with an end (15)', () => {
    const policies = resourcesOf(template, 'AWS::S3::BucketPolicy');
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::S3::Bucket')) {
      expect(Properties.PublicAccessBlockConfiguration, id).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties.OwnershipControls, id).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
      expect([Properties.BucketName, Properties.AccessControl], id).toEqual([undefined, undefined]);
      expect(Properties.BucketEncryption, id).toBeDefined();
      expect(Properties.LifecycleConfiguration.Rules.length, id).toBeGreaterThan(0);
      const [, policy] = policies.find(([, resource]) => resource.Properties.Bucket.Ref === id) ?? [];
      expect(policy?.Properties.PolicyDocument.Statement[0], id).toMatchObject({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [{ 'Fn::GetAtt': [id, 'Arn'] }, { 'Fn::Sub': `\${${id}.Arn}/*` }],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
    }
  });

  it('describes, limits, groups and uses every parameter (23)', () => {
    const { ParameterGroups, ParameterLabels } = template.Metadata['AWS::CloudFormation::Interface'] as {
      ParameterGroups: { Parameters: string[] }[];
      ParameterLabels: Record<string, unknown>;
    };
    const names = Object.keys(template.Parameters).sort();
    expect(ParameterGroups.flatMap(({ Parameters }) => Parameters).sort()).toEqual(names);
    expect(Object.keys(ParameterLabels).sort()).toEqual(names);
    const used = referencesIn({ Conditions: template.Conditions, Resources: withoutMetadata(), Outputs: template.Outputs });
    for (const [name, parameter] of Object.entries(template.Parameters)) {
      expect(parameter.Description, name).toEqual(expect.any(String));
      expect(parameter.AllowedPattern ?? parameter.AllowedValues ?? parameter.MaxValue, name).toBeDefined();
      expect(parameter.NoEcho, name).toBeUndefined();
      expect(used, name).toContain(name);
    }
  });

  it('has patterns that hold from end to end, and defaults that match them (23)', () => {
    for (const [name, { AllowedPattern, Default }] of Object.entries(template.Parameters)) {
      if (AllowedPattern === undefined) continue;
      expect(AllowedPattern, name).toMatch(/^\^.*\$$/);
      if (Default !== undefined) expect(Default, name).toMatch(new RegExp(String(AllowedPattern)));
    }
  });

  it('keeps what holds data or keys when the stack goes (24)', () => {
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (!['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'].includes(resource.Type)) continue;
      expect([resource.DeletionPolicy, resource.UpdateReplacePolicy], id).toEqual(['RetainExceptOnCreate', 'Retain']);
    }
  });

  it('refers only to what is there, and stays far below the limits (25)', () => {
    const known = new Set([...Object.keys(template.Parameters), ...Object.keys(template.Resources)]);
    for (const name of referencesIn({ ...deployed, Resources: template.Resources }))
      if (!name.startsWith('AWS::')) expect(known).toContain(name);
    // Its code has to be packaged into a bucket anyway, and from there CloudFormation takes 1 MB (quotas: "Template body size").
    expect(Buffer.byteLength(template.text)).toBeLessThan(1_000_000);
  });

  it('puts no secret into an output (24)', () => {
    for (const [name, { Description }] of Object.entries(template.Outputs)) {
      expect(name).not.toMatch(/secret|private|password|token$/i);
      expect(Description, name).toEqual(expect.any(String));
    }
  });
});

describe('the templates together', () => {
  it('agree on the names that one hands to the other (24)', () => {
    const [partner, customer] = templates;
    const handedOver = Object.keys(partner?.Outputs ?? {}).filter((name) => name in (customer?.Parameters ?? {}));
    expect(handedOver.sort()).toEqual(['PartnerAccountId', 'PartnerAliasId', 'TokenIssuer']);
    expect(Object.keys(customer?.Outputs ?? {}).sort()).toEqual(['ApiId', 'ApiUrl', 'EndpointName', 'ResultsBucketName', 'ResultsKeyArn']);
  });

  it("agree on the token function's name and on the patterns of shared parameters", () => {
    const [partner, customer] = templates;
    const name = partner?.Resources.TokenFunction?.Properties.FunctionName;
    expect(customer?.Resources.InitFunction?.Properties.Environment.Variables.PARTNER_FUNCTION_ARN['Fn::Sub']).toContain(
      `:function:${name}:\${PartnerAliasId}`,
    );
    expect(customer?.Parameters.TokenIssuer?.AllowedPattern).toBe(partner?.Parameters.TokenIssuer?.AllowedPattern);
  });
});
