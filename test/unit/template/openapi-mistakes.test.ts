// A small mistake in the Body must never open a route, nor switch off a check: each is an error with line and path.
import { describe, expect, it } from 'vitest';
import { apiTemplate, onePath, proxy, sigv4, start } from './api-template.ts';
import { errorOf, load } from './load-text.ts';

const path = 'Resources\\.Api\\.Properties\\.Body';
const operation = `${path}\\.paths\\./a\\.post`;

type Row = readonly [what: string, body: string, message: RegExp];

function refuses(rows: readonly Row[]): void {
  it.each(rows)('%s', async (_what, body, message) => {
    const error = await errorOf(apiTemplate(body));
    expect(error.code).toBe('BAD_TEMPLATE');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/template\.yaml:\d+:\d+ {2}Resources\.Api\./);
  });
}

const at = (where: string, text: string) => new RegExp(`template\\.yaml:\\d+:\\d+ {2}${where}: ${text}`);

describe('a value of the wrong kind is refused:', () => {
  const secured = (security: string) => onePath(`${security}\n${proxy}`, sigv4);
  refuses([
    [
      'a name in place of a requirement',
      secured('security:\n  - one'),
      at(`${operation}\\.security\\[0\\]`, 'must be a map, but is "one"'),
    ],
    ['a name in place of the list', secured('security: one'), at(`${operation}\\.security`, 'security must be a list')],
    ['no requirements', secured('security:'), at(`${operation}\\.security`, 'security must be a list')],
    [
      'a requirement without scopes',
      secured('security: [{ one: }]'),
      at(`${operation}\\.security\\[0\\]\\.one`, 'must be a list, but is empty'),
    ],
    ['an empty requirement', secured('security: [{}]'), /the security requirement names no scheme/],
    [
      "the document's requirement, though every operation has its own",
      onePath(`security: [{ one: [] }]\n${proxy}`, `${sigv4}security: [one]\n`),
      at(`${path}\\.security\\[0\\]`, 'must be a map'),
    ],
    [
      'x-amazon-apigateway-auth as text',
      secured('x-amazon-apigateway-auth: AWS_IAM'),
      at(`${operation}\\.x-amazon-apigateway-auth`, 'must be a map'),
    ],
    [
      'an empty x-amazon-apigateway-auth',
      secured('x-amazon-apigateway-auth:'),
      at(`${operation}\\.x-amazon-apigateway-auth`, 'must be a map, but is empty'),
    ],
    [
      'a policy that is no map',
      onePath(proxy, 'x-amazon-apigateway-policy: [a]'),
      at(`${path}\\.x-amazon-apigateway-policy`, 'must be a map'),
    ],
    [
      'an empty policy',
      onePath(proxy, 'x-amazon-apigateway-policy:'),
      at(`${path}\\.x-amazon-apigateway-policy`, 'must be a map, but is empty'),
    ],
    ['a policy in a text that is no JSON', onePath(proxy, 'x-amazon-apigateway-policy: "{ Statement"'), /the text is no JSON/],
    ['an empty operation', `${start}paths:\n  /a:\n    post:\n    get: { ${proxy} }`, at(operation, 'must be a map, but is empty')],
    ['an operation as list', `${start}paths:\n  /a:\n    post: []`, at(operation, 'must be a map, but is a list')],
    ['a path as text', `${start}paths:\n  /a: b`, at(`${path}\\.paths\\./a`, 'must be a map, but is "b"')],
    ['an empty path', `${start}paths:\n  /a:`, at(`${path}\\.paths\\./a`, 'must be a map, but is empty')],
    ['paths as list', `${start}paths: [/a]`, at(`${path}\\.paths`, 'must be a map, but is a list')],
    ['components as list', onePath(proxy, 'components: []'), at(`${path}\\.components`, 'must be a map')],
    [
      'security schemes as list',
      onePath(proxy, 'components: { securitySchemes: [one] }'),
      at(`${path}\\.components\\.securitySchemes`, 'must be a map'),
    ],
    [
      'a security scheme as text',
      onePath(proxy, 'components: { securitySchemes: { one: sigv4 } }'),
      at(`${path}\\.components\\.securitySchemes\\.one`, 'must be a map'),
    ],
    [
      'an authorizer as text',
      onePath(proxy, 'components: { securitySchemes: { one: { type: apiKey, x-amazon-apigateway-authorizer: mine } } }'),
      at(`${path}\\.components\\.securitySchemes\\.one\\.x-amazon-apigateway-authorizer`, 'must be a map'),
    ],
    [
      'gateway responses as list',
      onePath(proxy, 'x-amazon-apigateway-gateway-responses: []'),
      at(`${path}\\.x-amazon-apigateway-gateway-responses`, 'must be a map'),
    ],
    [
      'a gateway response as text',
      onePath(proxy, 'x-amazon-apigateway-gateway-responses: { DEFAULT_4XX: a }'),
      /DEFAULT_4XX: must be a map/,
    ],
    [
      "an operation's validator as list",
      onePath(`x-amazon-apigateway-request-validator: [a]\n${proxy}`),
      at(`${operation}\\.x-amazon-apigateway-request-validator`, 'must be a text'),
    ],
    [
      "the document's validator as map",
      onePath(proxy, 'x-amazon-apigateway-request-validator: { a: b }'),
      at(`${path}\\.x-amazon-apigateway-request-validator`, 'must be a text'),
    ],
    [
      'validators as list',
      onePath(proxy, 'x-amazon-apigateway-request-validators: [a]'),
      at(`${path}\\.x-amazon-apigateway-request-validators`, 'must be a map'),
    ],
    ['parameters as map', onePath(`parameters: { name: a, in: header }\n${proxy}`), at(`${operation}\\.parameters`, 'must be a list')],
    ['a parameter as text', onePath(`parameters: [a]\n${proxy}`), at(`${operation}\\.parameters\\[0\\]`, 'must be a map')],
    [
      'parameters of a path as map',
      `${start}paths:\n  /a:\n    parameters: { name: a }\n    get: { ${proxy} }`,
      at(`${path}\\.paths\\./a\\.parameters`, 'must be a list'),
    ],
    [
      'binary types as text',
      onePath(proxy, 'x-amazon-apigateway-binary-media-types: "*/*"'),
      at(`${path}\\.x-amazon-apigateway-binary-media-types`, 'must be a list'),
    ],
    ['info as text', onePath(proxy).replace('{ title: Mine, version: "1" }', 'Mine'), at(`${path}\\.info`, 'must be a map')],
    ['responses as list', onePath(`responses: [200]\n${proxy}`), at(`${operation}\\.responses`, 'must be a map')],
    ['a request body as text', onePath(`requestBody: Thing\n${proxy}`), at(`${operation}\\.requestBody`, 'must be a map')],
    [
      'the content of a body as list',
      onePath(`requestBody: { content: [application/json] }\n${proxy}`),
      at(`${operation}\\.requestBody\\.content`, 'must be a map'),
    ],
    [
      'a schema as text',
      onePath(`requestBody: { content: { application/json: { schema: Thing } } }\n${proxy}`),
      /schema: must be a map, but is "Thing"/,
    ],
    [
      'an integration as text',
      onePath('x-amazon-apigateway-integration: mock'),
      at(`${operation}\\.x-amazon-apigateway-integration`, 'must be a map'),
    ],
    [
      'a request body that refers to a schema',
      onePath(`requestBody: { $ref: '#/components/schemas/A' }\n${proxy}`, 'components: { schemas: { A: { type: object } } }'),
      at(`${path}\\.components\\.schemas\\.A\\.type`, 'unknown key of a request body type'),
    ],
  ]);
});

describe('a misspelt key is refused, with the nearest one:', () => {
  const json = (schema: string) => `requestBody: { content: { application/json: { schema: ${schema} } } }\n${proxy}`;
  refuses([
    [
      'of a request body',
      onePath(`requestBody: { contnet: {}, requried: true }\n${proxy}`),
      /contnet: unknown key of a request body contnet \(Did you mean content\?\)[\s\S]*requried \(Did you mean required\?\)/,
    ],
    [
      'of a media type',
      onePath(`requestBody: { content: { application/json: { shcema: {} } } }\n${proxy}`),
      /unknown key of a media type shcema/,
    ],
    [
      'the media type JSON',
      onePath(`requestBody: { content: { application/josn: { schema: {} } } }\n${proxy}`),
      /no body will have the type application\/josn/,
    ],
    ['a media type without slash', onePath(`requestBody: { content: { json: {} } }\n${proxy}`), /"json" is not a media type/],
    [
      'of a parameter',
      onePath(`parameters: [{ name: a, in: header, requried: true }]\n${proxy}`),
      /parameters\[0\]\.requried: unknown key of a parameter requried/,
    ],
    [
      'the place of a parameter',
      onePath(`parameters: [{ name: a, in: headr, required: true }]\n${proxy}`),
      /in: must be one of path, query, header, cookie, but is "headr"/,
    ],
    [
      'of a parameter under components',
      onePath(proxy, 'components: { parameters: { P: { nmae: a, in: header } } }'),
      /components\.parameters\.P\.nmae: unknown key of a parameter/,
    ],
    ['of components', onePath(proxy, 'components: { securityScheme: {} }'), /components\.securityScheme: unknown key of components/],
    ['of info', onePath(proxy).replace('title', 'titel'), /unknown key of info titel/],
    ['a status', onePath(`responses: { '20': { description: ok } }\n${proxy}`), /"20" is not a status/],
    [
      'of a gateway response parameter',
      onePath(proxy, `x-amazon-apigateway-gateway-responses: { DEFAULT_4XX: { responseParameters: { gatewayrespons.header.A: "'b'" } } }`),
      /is not a parameter of a gateway response/,
    ],
    [
      'of an extension, so that it looks like that of another tool',
      onePath(`x-amzn-apigateway-auth: { type: AWS_IAM }\n${proxy}`),
      /unknown extension x-amzn-apigateway-auth/,
    ],
    [
      'of an extension, one letter',
      onePath(`x-amazon-apigatway-auth: { type: AWS_IAM }\n${proxy}`),
      /unknown extension x-amazon-apigatway-auth/,
    ],
    [
      'of a schema',
      onePath(json('{ type: object, requierd: [a] }')),
      new RegExp(
        `^template\\.yaml:11:85 {2}${operation}\\.requestBody\\.content\\.application/json\\.schema\\.requierd: unknown keyword requierd of a schema$`,
      ),
    ],
    [
      'deep in a schema',
      onePath(json('{ properties: { a: { allOf: [{ items: { minLenght: 1 } }] } } }')),
      /schema\.properties\.a\.allOf\[0\]\.items\.minLenght: unknown keyword minLenght/,
    ],
    [
      'of a schema under components that nothing uses',
      onePath(proxy, 'components: { schemas: { A: { proprties: {} } } }'),
      /components\.schemas\.A\.proprties: unknown keyword proprties/,
    ],
    [
      'of a schema elsewhere, by reference',
      onePath(json("{ $ref: '#/x-mine/A' }"), 'x-mine: { A: { requierd: [a] } }'),
      /x-mine\.A\.requierd: unknown keyword requierd/,
    ],
    ['the type of a schema', onePath(json('{ type: objekt }')), /schema\.type: must be one of array, .*but is "objekt"/],
    [
      'beside $ref',
      onePath(json("{ $ref: '#/components/schemas/A', required: [a] }"), 'components: { schemas: { A: {} } }'),
      /schema\.required: required stands beside \$ref, where it is ignored/,
    ],
    ['const, which draft 4 does not have', onePath(json('{ const: 1 }')), /schema\.const: JSON Schema draft 4 has no const/],
    ['exclusiveMinimum of a later draft', onePath(json('{ exclusiveMinimum: 1 }')), /exclusiveMinimum is a flag in draft 4, but is 1/],
    ['a pattern that is none', onePath(json('{ pattern: "(" }')), /pattern: "\(" is no regular expression/],
    ['required as flag', onePath(json('{ properties: { a: { required: true } } }')), /a\.required: must be a list, but is "true"/],
    ['properties as list', onePath(json('{ properties: [a] }')), /properties: must be a map/],
    [
      'x-amazon-apigateway-cors, of HTTP APIs',
      onePath(proxy, 'x-amazon-apigateway-cors: {}'),
      /^template\.yaml:\d+:9 {2}Resources\.Api\.Properties\.Body\.x-amazon-apigateway-cors: .* is for HTTP APIs: a REST API does not look at it$/,
    ],
  ]);
});

describe('what is right stays accepted:', () => {
  it('a policy as JSON text', async () => {
    const policy = '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"*"}]}';
    const deployment = await load(apiTemplate(onePath(proxy, `x-amazon-apigateway-policy: '${policy}'`)));
    expect(deployment.restApis[0]?.policy).toEqual(JSON.parse(policy));
  });

  it('a Body as JSON text, whose mistakes have paths of their own', async () => {
    const text = JSON.stringify({ openapi: '3.0.1', paths: { '/a': { get: [], post: 'b' } } });
    const error = await errorOf(`Resources: { Api: { Type: AWS::ApiGateway::RestApi, Properties: { Body: '${text}' } } }`);
    expect(error.message).toMatch(
      /Body\.paths\.\/a\.get: must be a map, but is a list[\s\S]*Body\.paths\.\/a\.post: must be a map, but is "b"/,
    );
  });

  it("everything that OpenAPI and draft 4 have, other tools' keys too", async () => {
    const body = onePath(
      `x-mine: 1
tags: [a]
externalDocs: { url: https://a.b }
parameters:
  - { name: a, in: query, description: b, deprecated: false, style: form, explode: true, schema: { type: string, x-mine: 1 }, example: c }
requestBody:
  description: b
  x-mine: 1
  content: { application/json: { schema: { $ref: '#/components/schemas/A', description: ok }, example: {}, encoding: {} }, 'text/*': {} }
responses:
  '200': { description: ok, headers: { A: { schema: { type: string } } }, content: { application/json: { schema: { type: object } } } }
  4XX: { $ref: '#/components/responses/Bad' }
  default: { description: other }
${proxy}`,
      `components:
  responses: { Bad: { description: bad } }
  schemas:
    A:
      type: object
      required: [default, const]
      properties:
        default: { $ref: '#/components/schemas/B' }
        const: { type: integer, format: int32, minimum: 0, exclusiveMinimum: true, nullable: true, xml: {}, example: 1, x-mine: 2 }
        list: { type: array, items: [{ type: string }], additionalItems: false, uniqueItems: true }
      dependencies: { list: [const], const: { minProperties: 1 } }
      patternProperties: { '^x-': { type: [string, 'null'], enum: [a, null], readOnly: true } }
      additionalProperties: { not: { anyOf: [{ multipleOf: 0.5 }, { maxLength: 3 }] } }
      discriminator: { propertyName: const }
    B: { title: b, default: { $ref: nothing }, deprecated: true, externalDocs: { url: https://a.b } }
tags: [{ name: a, description: b }]
servers: [{ url: https://a.b }]`,
    );
    const [route] = (await load(apiTemplate(body))).restApis[0]?.routes ?? [];
    expect(route?.requestSchemas['application/json']).toMatchObject({
      properties: { default: { $ref: '#/definitions/B' }, const: { type: 'integer' } },
      definitions: { B: { default: { $ref: 'nothing' } } },
    });
    expect(JSON.stringify(route?.requestSchemas)).not.toContain('x-mine');
  });
});
