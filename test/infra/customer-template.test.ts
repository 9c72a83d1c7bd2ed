import { readFileSync } from 'node:fs';
import ajvDraft04 from 'ajv-draft-04';
import { describe, expect, it } from 'vitest';
import { readShippedTemplate, referencesIn, resourcesOf, rolePolicyStatements, sub, walk } from './shipped-template.ts';

const template = readShippedTemplate('customer');
const body = template.Resources.Api?.Properties.Body;
const schemas = body.components.schemas;
const authorizer = body.components.securitySchemes.partnerToken['x-amazon-apigateway-authorizer'];

function statementsOf(id: string) {
  const role = template.Resources[id];
  if (role === undefined) throw new Error(`no ${id}`);
  return rolePolicyStatements(role).map(({ Action, Resource }) => [Action, Resource]);
}

describe('the API in infra/customer.yaml', () => {
  it('has three methods, each with exactly one security scheme and its function (16)', () => {
    expect(Object.keys(body.paths)).toEqual(['/init', '/request', '/request/{requestId}']);
    for (const [path, verb, scheme, functionId] of [
      ['/init', 'post', 'sigv4', 'InitFunction'],
      ['/request', 'post', 'partnerToken', 'RequestFunction'],
      ['/request/{requestId}', 'get', 'partnerToken', 'RequestFunction'],
    ] as const) {
      expect(Object.keys(body.paths[path])).toEqual([verb]);
      const method = body.paths[path][verb];
      expect(method.security).toEqual([{ [scheme]: [] }]);
      expect(method['x-amazon-apigateway-integration']).toMatchObject({ type: 'aws_proxy', httpMethod: 'POST' });
      expect(method['x-amazon-apigateway-integration'].uri['Fn::Sub']).toContain(`\${${functionId}.Arn}/invocations`);
      expect(method['x-amazon-apigateway-request-validator']).toBe('everything');
      expect(method.requestBody?.required).toBe(verb === 'post' ? true : undefined);
    }
    expect(body.components.securitySchemes.sigv4).toMatchObject({
      'x-amazon-apigateway-authtype': 'awsSigv4',
      name: 'Authorization',
      in: 'header',
    });
    expect(body.components.securitySchemes.partnerToken).toMatchObject({
      'x-amazon-apigateway-authtype': 'custom',
      name: 'Authorization',
      in: 'header',
    });
  });

  it('asks a TOKEN authorizer and keeps its answer as long as the parameter says, 60 seconds by default (17)', () => {
    expect(authorizer).toMatchObject({ type: 'token', authorizerResultTtlInSeconds: { Ref: 'AuthorizerTtlSeconds' } });
    expect(authorizer.authorizerUri['Fn::Sub']).toContain(sub('{AuthorizerFunction.Arn}/invocations')['Fn::Sub']);
    expect(template.Parameters.AuthorizerTtlSeconds).toMatchObject({ Type: 'Number', Default: 60, MinValue: 0, MaxValue: 3600 });
  });

  const part = 'eyJhbGciOiJFUzI1NiJ9';
  const signature = 'A'.repeat(86);
  const tokens: readonly (readonly [name: string, header: string, ok: boolean])[] = [
    ['a token', `Bearer ${part}.${part}.${signature}`, true],
    ['a token of usual size', `Bearer ${'e'.repeat(120)}.${'y'.repeat(260)}.${signature}`, true],
    ['no scheme', `${part}.${part}.${signature}`, false],
    ['another scheme', `Basic ${part}.${part}.${signature}`, false],
    ['lower case', `bearer ${part}.${part}.${signature}`, false],
    ['two blanks', `Bearer  ${part}.${part}.${signature}`, false],
    ['no signature', `Bearer ${part}.${part}.`, false],
    ['a signature in DER', `Bearer ${part}.${part}.${'A'.repeat(95)}`, false],
    ['two parts', `Bearer ${part}.${signature}`, false],
    ['four parts', `Bearer ${part}.${part}.${signature}.${part}`, false],
    ['padding', `Bearer ${part}=.${part}.${signature}`, false],
    ['something behind it', `Bearer ${part}.${part}.${signature} x`, false],
    ['a line break', `Bearer ${part}.${part}.${signature}\n`, false],
    ['a part without end', `Bearer ${part}.${'y'.repeat(100_000)}.${signature}`, false],
    ['nothing', '', false],
  ];
  it.each(tokens)('lets %s reach the authorizer: %s', (_name, header, ok) => {
    const expression = authorizer.identityValidationExpression;
    expect(expression).toMatch(/^\^.*\$$/);
    expect(new RegExp(expression).test(header)).toBe(ok);
  });

  it('has schemas that are draft 4, and whose references resolve; those that API Gateway validates by are closed (18)', () => {
    const later = ['const', 'if', 'contains', 'propertyNames', 'examples', '$defs', 'nullable', 'oneOf', 'anyOf', 'allOf'];
    for (const { path } of walk(schemas)) expect(later).not.toContain(path.at(-1));
    for (const [name, schema] of Object.entries<Record<string, unknown>>(schemas)) {
      // A model of API Gateway has letters and digits in its name.
      expect(name).toMatch(/^[A-Za-z0-9]+$/);
      expect(schema.type, name).toBe('object');
      for (const { path, value } of walk(schema)) {
        if (path.at(-1) !== 'required') continue;
        const parent = path.slice(0, -1).reduce<Record<string, unknown>>((node, key) => node[key] as Record<string, unknown>, schema);
        expect(Object.keys(parent.properties ?? {}), `${name} ${path.join('.')}`).toEqual(expect.arrayContaining(value as string[]));
      }
    }
    for (const name of ['InitRequest', 'IdentityRequest']) expect(schemas[name].additionalProperties, name).toBe(false);
    const references = [...walk(body)].filter(({ path }) => path.at(-1) === '$ref').map(({ value }) => String(value));
    expect([...new Set(references)].sort()).toEqual(
      Object.keys(schemas)
        .map((name) => `#/components/schemas/${name}`)
        .sort(),
    );
  });

  const ofState = 'AUTHORIZER_MISSING TOKEN_EXPIRED SUBJECT_MISMATCH REQUEST_NOT_FOUND STATE_UNAVAILABLE'.split(' ');
  const requestTables = ['request/request-errors.ts', 'request/large-request-errors.ts'];
  it.each([
    ['/init', 'post', ['init/init-errors.ts'], () => true, 'INVALID_REQUEST_PARAMETERS 400, INTERNAL_ERROR 500'],
    [
      ...['/request', 'post'],
      requestTables,
      (code: string) => code !== 'REQUEST_NOT_FOUND',
      'INVALID_REQUEST_BODY 400, INVALID_REQUEST_PARAMETERS 400, INTERNAL_ERROR 500',
    ],
    ['/request/{requestId}', 'get', requestTables, (code: string) => ofState.includes(code), 'INTERNAL_ERROR 500'],
  ] as const)('documents every error that %s (%s) answers with, under its status, and no other', (path, verb, files, isIts, others) => {
    const table = files.map((file) => readFileSync(new URL(`../../lambdas/${file}`, import.meta.url), 'utf8')).join('\n');
    const answered = [...table.matchAll(/^ {2}([A-Z_]+): \[(\d{3}),/gm)].flatMap(([, code = '', status]) =>
      isIts(code) ? [`${code} ${status}`] : [],
    );
    const responses = Object.entries<Record<string, Record<string, Record<string, Record<string, string>>>>>(
      body.paths[path][verb].responses,
    );
    const documented = responses.flatMap(([status, { content }]) => {
      const name = content?.['application/json']?.schema?.$ref?.split('/').at(-1) ?? '';
      const codes: string[] = schemas[name].properties.error?.properties.code.enum ?? [];
      return codes.map((code) => `${code} ${status}`);
    });
    expect(answered.length).toBeGreaterThan(4);
    expect(documented.sort()).toEqual([...answered, ...others.split(', ')].sort());
  });

  const bodies: readonly (readonly [schema: string, value: unknown, ok: boolean])[] = [
    ['InitRequest', { productCode: 'airlock-identity' }, true],
    ['InitRequest', { productCode: '' }, false],
    ['InitRequest', { productCode: 'A B' }, false],
    ['InitRequest', { productCode: 7 }, false],
    ['InitRequest', {}, false],
    ['InitRequest', { productCode: 'a', more: 1 }, false],
    ['InitRequest', [], false],
    ['IdentityRequest', { records: [{}] }, true],
    ['IdentityRequest', { records: [{ a: 1 }, { b: null }] }, true],
    ['IdentityRequest', { records: [] }, false],
    ['IdentityRequest', { records: ['x'] }, false],
    ['IdentityRequest', { records: [null] }, false],
    ['IdentityRequest', { records: {} }, false],
    ['IdentityRequest', { records: [{}], more: 1 }, false],
    ['IdentityRequest', { inputLocation: 's3://bucket/inputs/a.csv' }, true],
    ['IdentityRequest', { inputLocation: 's3://bucket/inputs/a.csv', records: [{}] }, false],
    ['IdentityRequest', { inputLocation: 's3://bucket/inputs/a.csv', more: 1 }, false],
    ['IdentityRequest', { inputLocation: ['s3://bucket/inputs/a.csv'] }, false],
    ['IdentityRequest', {}, false],
  ];
  it.each(bodies)('validates as %s the body %j: %s', (name, value, ok) => {
    const ajv = new ajvDraft04.default({ strict: false });
    expect(ajv.validate(schemas[name], value)).toBe(ok);
  });

  it('hands the types that it does not validate over as bytes, so that what is not UTF-8 is refused and not altered', () => {
    expect(body['x-amazon-apigateway-binary-media-types']).toEqual(['text/csv', 'application/jsonlines', 'application/x-ndjson']);
  });

  it("answers a bad request in our own error shape, with no part of the body, and leaves AWS's words to 401 and 403", () => {
    const responses = body['x-amazon-apigateway-gateway-responses'];
    expect(Object.keys(responses)).toEqual(['BAD_REQUEST_BODY', 'BAD_REQUEST_PARAMETERS']);
    for (const { responseTemplates, responseParameters } of Object.values<Record<string, Record<string, string>>>(responses)) {
      const text = String(responseTemplates?.['application/json']);
      expect(text).not.toContain('validationErrorString');
      const filled = text.replace('$context.error.messageString', '"Invalid request body"').replace('$context.requestId', 'id-1');
      expect(JSON.parse(filled)).toEqual({
        error: { code: expect.stringMatching(/^INVALID_[A-Z_]+$/), message: 'Invalid request body', requestId: 'id-1' },
      });
      expect(responseParameters?.['gatewayresponse.header.Cache-Control']).toBe("'no-store'");
    }
  });

  it('is regional, throttled, and never logs bodies (20)', () => {
    expect(template.Resources.Api?.Properties.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
    expect(template.Resources.ApiStage?.Properties.StageName).toBe('v1');
    for (const settings of template.Resources.ApiStage?.Properties.MethodSettings ?? []) {
      expect(settings).toMatchObject({ DataTraceEnabled: false, LoggingLevel: 'OFF', ThrottlingRateLimit: { Ref: 'RequestsPerSecond' } });
    }
    expect(resourcesOf(template, 'AWS::ApiGateway::Account')).toEqual([]);
  });

  it('may invoke each function for its own method of the stage, and the authorizer as an authorizer', () => {
    const arns = resourcesOf(template, 'AWS::Lambda::Permission').map(([, { Properties }]) => [
      Properties.FunctionName.Ref,
      Properties.SourceArn['Fn::Sub'].replace(/^.*:\$\{Api\}/, ''),
    ]);
    expect(arns).toEqual([
      ['InitFunction', '/v1/POST/init'],
      ['RequestFunction', '/v1/POST/request'],
      ['RequestFunction', '/v1/GET/request/*'],
      ['AuthorizerFunction', '/authorizers/*'],
    ]);
  });
});

describe('who may do what in infra/customer.yaml', () => {
  const logs = (id: string) => [['logs:CreateLogStream', 'logs:PutLogEvents'], { 'Fn::GetAtt': [`${id}Logs`, 'Arn'] }];

  const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
  const under = (...prefixes: string[]) => prefixes.map((prefix) => sub(`{ResultsBucket.Arn}/${prefix}/*`));

  it("init invokes this subscriber's alias, and the ARN is built, not typed (verdict 7)", () => {
    const aliasArn = sub('arn:{AWS::Partition}:lambda:{AWS::Region}:{PartnerAccountId}:function:airlock-partner-token:{PartnerAliasId}');
    expect(statementsOf('InitFunctionRole')).toEqual([['lambda:InvokeFunction', aliasArn], logs('InitFunction')]);
    expect(template.Resources.InitFunction?.Properties.Environment.Variables).toEqual({ PARTNER_FUNCTION_ARN: aliasArn });
  });

  it('the authorizer reaches nothing', () => {
    expect(statementsOf('AuthorizerFunctionRole')).toEqual([logs('AuthorizerFunction')]);
  });

  it('request reaches the endpoint, the bucket and the worker, and cannot delete', () => {
    expect(statementsOf('RequestFunctionRole')).toEqual([
      ['sagemaker:InvokeEndpoint', { Ref: 'ModelEndpoint' }],
      ['s3:PutObject', under('results', 'claims', 'requests')],
      ['s3:GetObject', under('results', 'claims', 'requests', 'inputs')],
      ['lambda:InvokeFunction', arnOf('WorkerFunction')],
      ['s3:ListBucket', { 'Fn::GetAtt': ['ResultsBucket', 'Arn'] }],
      [['kms:GenerateDataKey', 'kms:Decrypt'], { 'Fn::GetAtt': ['ResultsKey', 'Arn'] }],
      logs('RequestFunction'),
    ]);
  });

  it('the worker reaches the endpoint, the bucket, itself and who is told of its failure, and deletes its own notes only', () => {
    expect(statementsOf('WorkerFunctionRole')).toEqual([
      ['sagemaker:InvokeEndpoint', { Ref: 'ModelEndpoint' }],
      ['s3:GetObject', under('inputs', 'requests', 'work', 'results')],
      ['s3:PutObject', under('requests', 'work', 'results')],
      [['s3:ListMultipartUploadParts', 's3:AbortMultipartUpload'], sub('{ResultsBucket.Arn}/results/*')],
      ['s3:DeleteObject', sub('{ResultsBucket.Arn}/work/*')],
      ['lambda:InvokeFunction', arnOf('WorkerFailedFunction')],
      ['s3:ListBucket', arnOf('ResultsBucket')],
      [['kms:GenerateDataKey', 'kms:Decrypt'], arnOf('ResultsKey')],
      logs('WorkerFunction'),
    ]);
    const [[, goesOn] = [], ...others] = resourcesOf(template, 'AWS::IAM::RolePolicy');
    expect(others).toEqual([]);
    expect(goesOn?.Properties.RoleName).toEqual({ Ref: 'WorkerFunctionRole' });
    expect(goesOn?.Properties.PolicyDocument.Statement).toEqual([
      { Sid: 'InvokeItself', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arnOf('WorkerFunction') },
    ]);
  });

  it('who is told of a failure marks requests, drops uploads and notes, and sees no input and no result', () => {
    expect(statementsOf('WorkerFailedFunctionRole')).toEqual([
      [['s3:GetObject', 's3:PutObject'], sub('{ResultsBucket.Arn}/requests/*')],
      ['s3:AbortMultipartUpload', sub('{ResultsBucket.Arn}/results/*')],
      ['s3:DeleteObject', sub('{ResultsBucket.Arn}/work/*')],
      ['s3:ListBucket', arnOf('ResultsBucket')],
      [['kms:GenerateDataKey', 'kms:Decrypt'], arnOf('ResultsKey')],
      logs('WorkerFailedFunction'),
    ]);
  });

  it('use the key of the results through S3 only', () => {
    const withKey = Object.entries(template.Resources).flatMap(([id, resource]) =>
      (resource.Type === 'AWS::IAM::Role' ? rolePolicyStatements(resource) : [])
        .filter(({ Action }) => JSON.stringify(Action).includes('kms:'))
        .map(({ Condition }) => [id, Condition]),
    );
    const throughS3 = { StringEquals: { 'kms:ViaService': sub('s3.{AWS::Region}.{AWS::URLSuffix}') } };
    expect(withKey).toEqual([
      ['RequestFunctionRole', throughS3],
      ['WorkerFunctionRole', throughS3],
      ['WorkerFailedFunctionRole', throughS3],
    ]);
  });

  it('is tried three times, and what failed is told; that the worker invokes itself is no mistake', () => {
    expect(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties)).toEqual([
      {
        FunctionName: { Ref: 'WorkerFunction' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: 21_600,
        DestinationConfig: { OnFailure: { Destination: arnOf('WorkerFailedFunction') } },
      },
    ]);
    const looping = resourcesOf(template, 'AWS::Lambda::Function').filter(([, { Properties }]) => Properties.RecursiveLoop !== undefined);
    expect(looping.map(([id, { Properties }]) => [id, Properties.RecursiveLoop])).toEqual([['WorkerFunction', 'Allow']]);
  });

  it('nobody but request and the worker knows the endpoint and the bucket, and nobody but init the partner (idea D)', () => {
    const reach = (id: string) =>
      referencesIn([template.Resources[id]?.Properties.Environment, template.Resources[`${id}Role`]?.Properties.Policies]);
    for (const id of ['InitFunction', 'AuthorizerFunction']) {
      for (const name of ['ResultsBucket', 'ResultsKey', 'ModelEndpoint']) expect(reach(id), id).not.toContain(name);
    }
    expect(reach('WorkerFailedFunction')).not.toContain('ModelEndpoint');
    for (const id of ['RequestFunction', 'AuthorizerFunction', 'WorkerFunction', 'WorkerFailedFunction'])
      expect(reach(id), id).not.toContain('PartnerAliasId');
  });
});

describe('the model in infra/customer.yaml', () => {
  it('is isolated by a literal true, from a package or an image, and exports nothing (22)', () => {
    const { Properties } = template.Resources.Model ?? {};
    expect(Properties?.EnableNetworkIsolation).toBe(true);
    expect(Object.keys(Properties ?? {}).sort()).toEqual(['EnableNetworkIsolation', 'ExecutionRoleArn', 'PrimaryContainer']);
    expect(Properties?.PrimaryContainer['Fn::If'][1]).toEqual({ ModelPackageName: { Ref: 'ModelPackageArn' } });
    const config = template.Resources.ModelEndpointConfig?.Properties ?? {};
    expect(Object.keys(config)).toEqual(['ProductionVariants']);
    expect(JSON.stringify(config)).not.toMatch(/DataCapture|KmsKeyId|CoreDump|SSM/);
    expect(Object.keys(template.Resources.ModelEndpoint?.Properties ?? {})).toEqual(['EndpointConfigName']);
  });

  it('gets no data of the customer through its role', () => {
    const actions = statementsOf('ModelRole').flatMap(([action]) => action);
    for (const action of actions) expect(action).toMatch(/^(cloudwatch:PutMetricData|logs:|ecr:)/);
  });
});

describe('the results in infra/customer.yaml', () => {
  it('are encrypted with a key of their own, and expire with their inputs and the memory of their Idempotency-Keys', () => {
    const { Properties } = template.Resources.ResultsBucket ?? {};
    expect(Properties?.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': ['ResultsKey', 'Arn'] } },
      },
    ]);
    const expiring = Properties?.LifecycleConfiguration.Rules.filter(
      (rule: Record<string, unknown>) => rule.ExpirationInDays !== undefined,
    );
    expect(expiring.map((rule: Record<string, unknown>) => [rule.Prefix, rule.ExpirationInDays])).toEqual([
      ['results/', { Ref: 'ResultsRetentionDays' }],
      ['claims/', { Ref: 'ResultsRetentionDays' }],
      ['inputs/', { Ref: 'ResultsRetentionDays' }],
      ['requests/', { Ref: 'ResultsRetentionDays' }],
      ['work/', 7],
    ]);
  });

  it('leave no version behind when they expire', () => {
    expect(template.Resources.ResultsBucket?.Properties.VersioningConfiguration).toBeUndefined();
  });
});
