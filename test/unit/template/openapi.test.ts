// biome-ignore-all lint/suspicious/noTemplateCurlyInString: in these texts ${…} is the placeholder of Fn::Sub.
import { describe, expect, it } from 'vitest';
import type { RestApi } from '../../../emulator/template/api-definition.ts';
import { errorOf, load } from './load-text.ts';
import { inlineFunction, role } from './resources.ts';

const uri = '!Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"';
const proxy = `x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: ${uri} }`;
const functionArn = 'arn:aws:lambda:us-east-1:222222222222:function:work';
const alias = '  Live: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Fn, FunctionVersion: $LATEST, Name: live } }\n';

/** An API whose Body is given in lines; the Body starts at a known line, see `bodyLine`. */
function apiTemplate(body: string, more = ''): string {
  const lines = body.split('\n').map((line) => `        ${line}`);
  return `Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties:\n      Body:\n${lines.join('\n')}\n${role}${inlineFunction('FunctionName: work')}${alias}${more}`;
}
/** Line of the template where line 1 of the Body is. */
const bodyLine = 6;

async function api(body: string, more = ''): Promise<RestApi> {
  const [found] = (await load(apiTemplate(body, more))).restApis;
  if (found === undefined) throw new Error('no API');
  return found;
}

const start = 'openapi: 3.0.1\ninfo: { title: Mine, version: "1" }\n';
const onePath = (operation: string, rest = '') =>
  `${start}paths:\n  /a:\n    post:\n${operation
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}\n${rest}`;
const scheme = (lines: string) =>
  `components:\n  securitySchemes:\n    one:\n${lines
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}\n`;
const keyHeader = 'type: apiKey\nname: Authorization\nin: header\n';
const tokenScheme = (more = '') =>
  scheme(`${keyHeader}x-amazon-apigateway-authtype: custom\nx-amazon-apigateway-authorizer: { type: token, authorizerUri: ${uri}${more} }`);
const secured = `security: [{ one: [] }]\n${proxy}`;

describe('routes', () => {
  it('are the operations of the paths, with Lambda proxies', async () => {
    const { routes, name, apiId } = await api(
      `${start}paths:\n  /items/{id}:\n    get: { ${proxy} }\n    post: { ${proxy.replace(' }', ', timeoutInMillis: 5000, credentials: !GetAtt Role.Arn }')} }\n  /{proxy+}:\n    x-amazon-apigateway-any-method: { ${proxy} }\n`,
    );
    expect(name).toBe('Mine');
    expect(apiId).toMatch(/^[a-z0-9]{10}$/);
    expect(routes.map(({ httpMethod, resourcePath }) => `${httpMethod} ${resourcePath}`)).toEqual([
      'GET /items/{id}',
      'POST /items/{id}',
      'ANY /{proxy+}',
    ]);
    expect(routes[0]).toMatchObject({
      ...{
        authorization: { type: 'NONE' },
        validateBody: false,
        validateParameters: false,
        requestSchemas: {},
        requestBodyRequired: false,
        apiKeyRequired: false,
      },
      integration: { type: 'AWS_PROXY', functionArn, httpMethod: 'POST', timeoutMs: 29_000, credentialsRoleArn: null },
      location: { line: bodyLine + 4, path: 'Resources.Api.Properties.Body.paths./items/{id}.get' },
    });
    expect(routes[1]?.integration).toMatchObject({ timeoutMs: 5000, credentialsRoleArn: 'arn:aws:iam::222222222222:role/worker' });
  });

  it('may go to an alias', async () => {
    const { routes } = await api(onePath(proxy.replace('${Fn.Arn}', '${Live}')));
    expect(routes[0]?.integration).toMatchObject({ functionArn: `${functionArn}:live` });
  });

  it('may be written with other cases', async () => {
    const { routes } = await api(onePath(proxy.replace('POST', 'post').replace('aws_proxy', 'AWS_PROXY')));
    expect(routes[0]?.integration).toMatchObject({ type: 'AWS_PROXY', httpMethod: 'POST' });
  });

  it('may be mocks', async () => {
    const mock = `x-amazon-apigateway-integration:
  type: mock
  requestTemplates: { application/json: '{"statusCode": 204}' }
  responses:
    default: { statusCode: 204, responseParameters: { method.response.header.A: "'b'" }, responseTemplates: { application/json: '' } }`;
    expect((await api(onePath(mock))).routes[0]?.integration).toEqual({
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": 204}' },
      responses: {
        default: {
          statusCode: '204',
          responseParameters: { 'method.response.header.A': "'b'" },
          responseTemplates: { 'application/json': '' },
        },
      },
    });
  });

  it('have their stages, from Stage and from Deployment', async () => {
    const found = await api(
      onePath(proxy),
      `
  Deployment: { Type: AWS::ApiGateway::Deployment, Properties: { RestApiId: !Ref Api, StageName: first, StageDescription: { Variables: { a: b } } } }
  Stage: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: v1, Variables: { c: 1 } } }
`,
    );
    expect(found.stages).toEqual([
      { stageName: 'first', variables: { a: 'b' } },
      { stageName: 'v1', variables: { c: '1' } },
    ]);
  });

  it('may come from Swagger 2.0', async () => {
    const body = `swagger: '2.0'
info: { title: Old, version: '1' }
consumes: [application/json]
securityDefinitions:
  one: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4 }
paths:
  /a:
    post:
      security: [{ one: [] }]
      parameters:
        - { name: body, in: body, required: true, schema: { $ref: '#/definitions/Thing' } }
        - { name: q, in: query, required: true, type: string }
      ${proxy}
definitions:
  Thing: { type: object, required: [a] }`;
    expect((await api(body)).routes[0]).toMatchObject({
      authorization: { type: 'AWS_IAM' },
      requestSchemas: { 'application/json': { type: 'object', required: ['a'] } },
      requestBodyRequired: true,
      requiredParameters: { header: [], path: [], querystring: ['q'] },
    });
  });
});

describe('who may call', () => {
  const iam = scheme(`${keyHeader}x-amazon-apigateway-authtype: awsSigv4`);
  const operation = (security: string) => `${security}\n${proxy}`;

  it.each([
    ['nothing said', '', '', { type: 'NONE' }],
    ["the operation's scheme", 'security: [{ one: [] }]', '', { type: 'AWS_IAM' }],
    ["the document's scheme", '', 'security: [{ one: [] }]', { type: 'AWS_IAM' }],
    ["the operation's empty list over the document's", 'security: []', 'security: [{ one: [] }]', { type: 'NONE' }],
    ["the name NONE over the document's", 'security: [{ NONE: [] }]', 'security: [{ one: [] }]', { type: 'NONE' }],
    ['x-amazon-apigateway-auth', 'x-amazon-apigateway-auth: { type: AWS_IAM }', '', { type: 'AWS_IAM' }],
    ['x-amazon-apigateway-auth over security', 'security: [{ one: [] }]\nx-amazon-apigateway-auth: { type: NONE }', '', { type: 'NONE' }],
  ])('follows %s', async (_what, own, shared, expected) => {
    const { routes } = await api(onePath(operation(own === '' ? 'summary: x' : own), `${iam}${shared}`));
    expect(routes[0]).toMatchObject({ authorization: expected, apiKeyRequired: false });
  });

  it('may need an API key beside', async () => {
    const schemes = 'components:\n  securitySchemes:\n    key: { type: apiKey, name: x-api-key, in: header }\n';
    const { routes } = await api(onePath(operation('security: [{ key: [] }]'), schemes));
    expect(routes[0]).toMatchObject({ authorization: { type: 'NONE' }, apiKeyRequired: true });
  });

  it('may be decided by a token authorizer, with AWS defaults', async () => {
    const found = await api(onePath(secured, tokenScheme()));
    expect(found.routes[0]?.authorization).toEqual({ type: 'CUSTOM', authorizer: 'one' });
    expect(found.authorizers).toMatchObject([
      {
        ...{ name: 'one', type: 'TOKEN', functionArn, credentialsRoleArn: null, resultTtlSeconds: 300, identityValidationExpression: null },
        ...{ identitySources: ['method.request.header.Authorization'], authorizerId: expect.stringMatching(/^[a-z0-9]{6}$/) },
      },
    ]);
  });

  it('a token authorizer reads the header that its scheme names', async () => {
    const named = tokenScheme(", authorizerResultTtlInSeconds: 0, identityValidationExpression: '^Bearer .+$'").replace(
      'name: Authorization',
      'name: X-Token',
    );
    expect((await api(onePath(secured, named))).authorizers).toMatchObject([
      { identitySources: ['method.request.header.X-Token'], resultTtlSeconds: 0, identityValidationExpression: '^Bearer .+$' },
    ]);
  });

  it('may be decided by a request authorizer', async () => {
    const request = tokenScheme(
      ', identitySource: "method.request.header.A, method.request.querystring.b,context.identity.sourceIp"',
    ).replace('type: token', 'type: request');
    expect((await api(onePath(secured, request))).authorizers).toMatchObject([
      { type: 'REQUEST', identitySources: ['method.request.header.A', 'method.request.querystring.b', 'context.identity.sourceIp'] },
    ]);
  });

  it.each([
    [
      'a cache time over an hour',
      tokenScheme(', authorizerResultTtlInSeconds: 3601'),
      /authorizerResultTtlInSeconds: must be a whole number from 0 to 3600/,
    ],
    ['a misspelt key of an authorizer', tokenScheme(', identityValidationExpresion: x'), /unknown property identityValidationExpresion/],
    [
      'an expression that is none',
      tokenScheme(', identityValidationExpression: "("'),
      /identityValidationExpression is no regular expression/,
    ],
    [
      'an expression of a request authorizer',
      tokenScheme(', identitySource: method.request.header.A, identityValidationExpression: x').replace('type: token', 'type: request'),
      /for authorizers of type token/,
    ],
    [
      'caching without identity source',
      tokenScheme().replace('type: token', 'type: request'),
      /identitySource is needed while results are cached/,
    ],
    [
      'an identity source that is none',
      tokenScheme(', identitySource: request.header.A').replace('type: token', 'type: request'),
      /"request\.header\.A" is no identity source/,
    ],
    [
      'a Cognito authorizer',
      tokenScheme().replace('type: token', 'type: cognito_user_pools'),
      /authorizers of type "cognito_user_pools" are not emulated/,
    ],
    [
      'an authorizer without function',
      tokenScheme().replace(`authorizerUri: ${uri}`, 'authorizerUri: https://example.com'),
      /authorizerUri names no Lambda function/,
    ],
    [
      'an authorizer of another function',
      tokenScheme().replace('${Fn.Arn}', '${Fn.Arn}:nope'),
      /no template declares the function .*:work:nope/,
    ],
    [
      'a scheme that API Gateway ignores',
      scheme('type: http\nscheme: bearer'),
      /the security scheme one says nothing that API Gateway knows/,
    ],
    ['an unknown authtype', scheme(`${keyHeader}x-amazon-apigateway-authtype: awsSigV4`), /must be one of awsSigv4/],
    [
      'a misspelt extension',
      scheme(`${keyHeader}x-amazon-apigateway-authorizr: {}`),
      /unknown key of a security scheme x-amazon-apigateway-authorizr/,
    ],
    [
      'a scheme that is not declared',
      scheme(`${keyHeader}x-amazon-apigateway-authtype: awsSigv4`).replace('one:', 'on:'),
      /no security scheme one is declared/,
    ],
  ])('refuses %s', async (_what, schemes, message) => {
    const error = await errorOf(apiTemplate(onePath(secured, schemes)));
    expect(error.code).toBe('BAD_TEMPLATE');
    expect(error.message).toMatch(message);
  });

  it('refuses two schemes for one method', async () => {
    const two = `${scheme(`${keyHeader}x-amazon-apigateway-authtype: awsSigv4`)}    two: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4 }\n`;
    const error = await errorOf(apiTemplate(onePath(`security: [{ one: [] }, { two: [] }]\n${proxy}`, two)));
    expect(error.message).toMatch(/several security schemes: one, two/);
  });

  it('accepts a scheme that API Gateway ignores where no operation uses it', async () => {
    expect((await api(onePath(proxy, scheme('type: http\nscheme: bearer')))).routes[0]?.authorization).toEqual({ type: 'NONE' });
  });
});

describe('request validation', () => {
  const validators =
    'x-amazon-apigateway-request-validators:\n  everything: { validateRequestBody: true, validateRequestParameters: true }\n  params-only: { validateRequestBody: false, validateRequestParameters: true }\n';

  it.each([
    ['', '', false, false],
    ['', 'x-amazon-apigateway-request-validator: everything\n', true, true],
    ['x-amazon-apigateway-request-validator: params-only\n', 'x-amazon-apigateway-request-validator: everything\n', false, true],
  ])('operation %j over document %j', async (own, shared, validateBody, validateParameters) => {
    const { routes } = await api(onePath(`${own}${proxy}`, validators + shared));
    expect(routes[0]).toMatchObject({ validateBody, validateParameters });
  });

  it('needs the required parameters of path and operation', async () => {
    const body = `${start}paths:
  /items/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string } }
      - { name: X-Trace, in: header, required: true }
    get:
      parameters:
        - $ref: '#/components/parameters/Page'
        - { name: X-Trace, in: header, required: false }
        - { name: X-Id, in: header, required: true }
      ${proxy}
components: { parameters: { Page: { name: page, in: query, required: true } } }`;
    expect((await api(body)).routes[0]?.requiredParameters).toEqual({ header: ['X-Id'], path: ['id'], querystring: ['page'] });
  });

  it('has schemas that stand by themselves, recursive ones too', async () => {
    const body = onePath(
      `requestBody: { $ref: '#/components/requestBodies/Tree' }\n${proxy}`,
      `components:
  requestBodies:
    Tree: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Node' } }, text/csv: {} } }
  schemas:
    Node: { type: object, properties: { name: { $ref: '#/components/schemas/Name' }, children: { type: array, items: { $ref: '#/components/schemas/Node' } } }, example: { $ref: '#/not/followed' } }
    Name: { type: string, minLength: 1 }`,
    );
    const [route] = (await api(body)).routes;
    expect(route?.requestBodyRequired).toBe(true);
    const node = {
      type: 'object',
      properties: { name: { $ref: '#/definitions/Name' }, children: { type: 'array', items: { $ref: '#/definitions/Node' } } },
      example: { $ref: '#/not/followed' },
    };
    expect(route?.requestSchemas).toEqual({
      'application/json': { ...node, definitions: { Name: { type: 'string', minLength: 1 }, Node: node } },
    });
  });

  it('gives schemas that a draft-4 validator accepts', async () => {
    const { default: module } = await import('ajv-draft-04');
    const Ajv = (module as unknown as { default?: typeof module }).default ?? module;
    const body = onePath(
      `requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Node' } } } }\n${proxy}`,
      "components: { schemas: { Node: { type: object, required: [name], properties: { name: { type: string }, 'odd/~name': { $ref: '#/components/schemas/Odd~1~0' }, next: { $ref: '#/components/schemas/Node' } } }, 'Odd/~': { type: integer } } }",
    );
    const schema = (await api(body)).routes[0]?.requestSchemas['application/json'];
    const validate = new (Ajv as unknown as new (options: object) => { compile(schema: unknown): (value: unknown) => boolean })({
      strict: false,
    }).compile(schema);
    expect(validate({ name: 'a', next: { name: 'b', 'odd/~name': 1 } })).toBe(true);
    expect(validate({ name: 'a', next: {} })).toBe(false);
    expect(validate({ name: 'a', 'odd/~name': 'x' })).toBe(false);
  });

  it.each([
    [
      'a validator that is not declared',
      `x-amazon-apigateway-request-validator: everthing\n${proxy}`,
      validators,
      /no request validator "everthing" is declared/,
    ],
    ['a misspelt key of a validator', proxy, validators.replace('validateRequestBody', 'validateBody'), /unknown property validateBody/],
    [
      'a reference that leads nowhere',
      `requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Nope' } } } }\n${proxy}`,
      '',
      /\$ref #\/components\/schemas\/Nope leads nowhere/,
    ],
    ['a reference to another file', `requestBody: { $ref: 'other.yaml#/A' }\n${proxy}`, '', /\$ref other\.yaml#\/A leads nowhere/],
    [
      'a reference in an answer that leads nowhere',
      `responses: { '200': { $ref: '#/components/responses/Ok' } }\n${proxy}`,
      '',
      /\$ref #\/components\/responses\/Ok leads nowhere/,
    ],
    [
      'a circle of references',
      `requestBody: { $ref: '#/components/requestBodies/A' }\n${proxy}`,
      "components: { requestBodies: { A: { $ref: '#/components/requestBodies/A' } } }",
      /\$ref goes round in a circle/,
    ],
    ['a parameter without place', `parameters: [{ name: a }]\n${proxy}`, '', /a parameter needs name and in/],
  ])('refuses %s', async (_what, operation, rest, message) => {
    const error = await errorOf(apiTemplate(onePath(operation, rest)));
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/template\.yaml:\d+:\d+ {2}Resources\.Api\.Properties\.Body\./);
  });
});

describe('the rest of the document', () => {
  it('gives gateway responses, binary types and the policy', async () => {
    const found = await api(
      onePath(
        proxy,
        `x-amazon-apigateway-binary-media-types: [image/png]
x-amazon-apigateway-policy: { Version: '2012-10-17', Statement: [{ Effect: Allow, Principal: '*', Action: execute-api:Invoke, Resource: 'execute-api:/*' }] }
x-amazon-apigateway-gateway-responses:
  DEFAULT_4XX: { statusCode: 418, responseParameters: { gatewayresponse.header.A: "'b'" }, responseTemplates: { application/json: '{}' } }
  UNAUTHORIZED: {}`,
      ),
    );
    expect(found.binaryMediaTypes).toEqual(['image/png']);
    expect(found.policy).toMatchObject({ Statement: [{ Resource: 'execute-api:/*' }] });
    expect(found.gatewayResponses).toEqual({
      DEFAULT_4XX: {
        statusCode: '418',
        responseParameters: { 'gatewayresponse.header.A': "'b'" },
        responseTemplates: { 'application/json': '{}' },
      },
      UNAUTHORIZED: { statusCode: null, responseParameters: {}, responseTemplates: {} },
    });
  });

  it.each([
    ['an operation without integration', onePath('summary: x'), /Body\.paths\.\/a\.post: the operation has no integration/],
    [
      'an integration that is not emulated',
      onePath('x-amazon-apigateway-integration: { type: http_proxy, uri: "https://a.b", httpMethod: GET }'),
      /integrations of type "http_proxy" are not emulated/,
    ],
    [
      'an integration without function',
      onePath('x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: "arn:aws:apigateway:us-east-1:s3:path/b" }'),
      /uri names no Lambda function/,
    ],
    ['an integration without method', onePath(proxy.replace('httpMethod: POST, ', '')), /the required httpMethod is missing/],
    ['a function that is not there', onePath(proxy.replace('${Fn.Arn}', '${Fn.Arn}x')), /no template declares the function .*:workx/],
    [
      'a timeout of more than 29 s',
      onePath(proxy.replace(' }', ', timeoutInMillis: 30000 }')),
      /timeoutInMillis: must be a whole number from 50 to 29000/,
    ],
    ['a misspelt key of an integration', onePath(proxy.replace(' }', ', timeoutInMilis: 50 }')), /unknown property timeoutInMilis/],
    [
      'a stage variable in the uri',
      onePath(proxy.replace('${Fn.Arn}', '${!stageVariables.fn}')),
      /stage variables in an integration are not emulated/,
    ],
    ["the caller's own credentials", onePath(proxy.replace(' }', ', credentials: "arn:aws:iam::*:user/*" }')), /is no role/],
    [
      'a misspelt extension of the document',
      onePath(proxy, 'x-amazon-apigateway-gateway-response: {}'),
      /unknown key x-amazon-apigateway-gateway-response\b/,
    ],
    [
      'a misspelt extension of an operation',
      onePath(`x-amazon-apigateway-intergration: {}\n${proxy}`),
      /unknown key of an operation x-amazon-apigateway-intergration/,
    ],
    [
      'an extension in the wrong place',
      onePath(proxy, 'components: { x-amazon-apigateway-request-validators: {} }'),
      /API Gateway does not look for x-amazon-apigateway-request-validators here/,
    ],
    ['an unknown key of an operation', onePath(`requestbody: {}\n${proxy}`), /unknown key of an operation requestbody/],
    [
      'an unknown gateway response',
      onePath(proxy, 'x-amazon-apigateway-gateway-responses: { DEFAULT_4xx: {} }'),
      /unknown gateway response type DEFAULT_4xx/,
    ],
    [
      'a misspelt key of a gateway response',
      onePath(proxy, 'x-amazon-apigateway-gateway-responses: { DEFAULT_4XX: { status: 400 } }'),
      /unknown property status/,
    ],
    ['no paths', start, /Body has no paths/],
    ['another version', onePath(proxy).replace('3.0.1', '3.1.0'), /Body must say openapi: 3\.0\.x/],
    ['a path without slash', onePath(proxy).replace('/a:', 'a:'), /"a" is no path of an API/],
    ['a greedy part that is not last', onePath(proxy).replace('/a:', '/{a+}/b:'), /is no path of an API/],
    [
      'two variables in one place',
      `${start}paths:\n  /a/{b}: { get: { ${proxy} } }\n  /a/{c}/d: { get: { ${proxy} } }`,
      /\{c\} stands where \{b\} is already/,
    ],
  ])('refuses %s', async (_what, body, message) => {
    const error = await errorOf(apiTemplate(body));
    expect(error.code).toBe('BAD_TEMPLATE');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/template\.yaml:\d+:\d+/);
  });

  it.each([
    [
      'an API without Body',
      'Resources: { Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: x } } }',
      /only an API with Body is emulated/,
    ],
    [
      'a stage of another API',
      'Resources: { S: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: abc, DeploymentId: d, StageName: v1 } } }',
      /no template declares the REST API abc/,
    ],
    [
      'a stage name with a space',
      apiTemplate(
        onePath(proxy),
        '  S: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, DeploymentId: d, StageName: v 1 } }\n',
      ),
      /StageName: must be a text/,
    ],
  ])('refuses %s', async (_what, text, message) => {
    expect((await errorOf(text)).message).toMatch(message);
  });
});
