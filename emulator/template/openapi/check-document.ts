// The kind of every part of the document. The readers pass over a value of another kind, so each is reported here: never skipped.
import { mapAt, valueAt } from '../node-access.ts';
import type { Problems } from '../problems.ts';
import { any, checkShape, json, listOf, mapOf, oneOf, type Shape, text, texts, wholeNumber } from '../shape.ts';
import type { MapNode } from '../template-node.ts';
import type { OpenApiReading } from './openapi-reading.ts';
import { openApiObject, orReference } from './reference-shape.ts';
import { headersShape, operationKinds, parameterShape, requestBodyShape, responseShape, swaggerParameterShape } from './request-shapes.ts';
import { schemaShape } from './schema-shape.ts';

export const anyMethod = 'x-amazon-apigateway-any-method';
export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', anyMethod];

const securityShape = listOf(mapOf(listOf(text)));
/** Keys of a scheme are checked where it is read. */
const schemesShape = mapOf({
  ...openApiObject('key of a security scheme', {
    ...{ type: oneOf('apiKey', 'http', 'oauth2', 'openIdConnect', 'basic'), in: oneOf('header', 'query', 'cookie') },
    ...{ name: text, description: text, 'x-amazon-apigateway-authtype': text, 'x-amazon-apigateway-authorizer': mapOf(any) },
  }),
  open: /./,
});
const tagsShape = listOf(openApiObject('key of a tag', { name: text, description: text, externalDocs: mapOf(any) }));

const documentKinds: Readonly<Record<string, Shape>> = {
  openapi: text,
  swagger: text,
  info: openApiObject('key of info', {
    ...{ title: text, version: text, summary: text, description: text, termsOfService: text, contact: mapOf(any), license: mapOf(any) },
  }),
  ...{ servers: listOf(mapOf(any)), host: text, basePath: text, schemes: texts, consumes: texts, produces: texts },
  ...{ security: securityShape, tags: tagsShape, externalDocs: mapOf(any), paths: mapOf(any) },
  components: openApiObject('key of components', {
    ...{ schemas: mapOf(schemaShape), responses: mapOf(orReference(responseShape)), parameters: mapOf(orReference(parameterShape)) },
    ...{ requestBodies: mapOf(orReference(requestBodyShape)), headers: headersShape, securitySchemes: schemesShape },
    ...{ examples: mapOf(any), links: mapOf(any), callbacks: mapOf(any) },
  }),
  ...{
    definitions: mapOf(schemaShape),
    parameters: mapOf(orReference(swaggerParameterShape)),
    responses: mapOf(orReference(responseShape)),
  },
  securityDefinitions: schemesShape,
  'x-amazon-apigateway-api-key-source': oneOf('HEADER', 'AUTHORIZER'),
  'x-amazon-apigateway-binary-media-types': texts,
  'x-amazon-apigateway-documentation': mapOf(any),
  'x-amazon-apigateway-endpoint-access-mode': text,
  'x-amazon-apigateway-endpoint-configuration': mapOf(any),
  'x-amazon-apigateway-gateway-responses': mapOf(mapOf(any)),
  'x-amazon-apigateway-importexport-version': text,
  'x-amazon-apigateway-minimum-compression-size': wholeNumber(0, 10_485_760),
  'x-amazon-apigateway-policy': json,
  'x-amazon-apigateway-request-validator': text,
  'x-amazon-apigateway-request-validators': mapOf(mapOf(any)),
  'x-amazon-apigateway-security-policy': text,
};

export function checkDocument({ root, isSwagger, problems }: OpenApiReading): void {
  checkEach(root, documentKinds, problems);
  const operation = operationKinds(isSwagger);
  const parameters = listOf(orReference(isSwagger ? swaggerParameterShape : parameterShape));
  for (const [path, { value: item }] of mapAt(root, 'paths')?.entries ?? []) {
    if (path.startsWith('x-')) continue;
    checkShape(item, mapOf(any), problems);
    if (item.kind !== 'map') continue;
    checkEach(item, { parameters, summary: text, description: text, servers: listOf(mapOf(any)) }, problems);
    for (const method of methods) {
      const node = valueAt(item, method);
      if (node === null) continue;
      checkShape(node, mapOf(any), problems);
      if (node.kind === 'map') checkEach(node, operation, problems);
    }
  }
}

function checkEach(node: MapNode, kinds: Readonly<Record<string, Shape>>, problems: Problems): void {
  for (const [name, shape] of Object.entries(kinds)) {
    const value = valueAt(node, name);
    if (value !== null) checkShape(value, shape, problems);
  }
}
