// Parameters, request bodies and answers of an operation: which keys they have and of which kind each is.
import { any, flag, type KeyRule, listOf, mapOf, oneOf, type Shape, text, texts } from '../shape.ts';
import { openApiObject, orReference } from './reference-shape.ts';
import { schemaShape } from './schema-shape.ts';

/** A misspelt one would leave a type of body without its schema. */
export const mediaTypes: KeyRule = { pattern: /^([^/\s]+\/[^/\s][^/]*|\$default)$/, what: 'a media type', example: 'application/json' };
const statuses: KeyRule = { pattern: /^([1-5](\d\d|XX)|default|x-.+)$/, what: 'a status', example: '"200"' };

const mediaTypeShape = openApiObject('key of a media type', {
  schema: schemaShape,
  example: any,
  examples: mapOf(any),
  encoding: mapOf(any),
});
const contentShape = mapOf(mediaTypeShape, mediaTypes);

export const requestBodyShape = openApiObject('key of a request body', { description: text, content: contentShape, required: flag });

const inBoth = { name: text, description: text, required: flag, deprecated: flag, allowEmptyValue: flag };
/** OpenAPI 3.0. That name and in are needed is said by the reader. */
export const parameterShape = openApiObject('key of a parameter', {
  ...{ ...inBoth, in: oneOf('path', 'query', 'header', 'cookie'), style: text, explode: flag, allowReserved: flag, schema: schemaShape },
  ...{ example: any, examples: mapOf(any), content: contentShape },
});
/** Swagger 2.0: without a body, the schema's keywords stand in the parameter. */
export const swaggerParameterShape = openApiObject('key of a parameter', {
  ...{ ...inBoth, in: oneOf('path', 'query', 'header', 'formData', 'body'), schema: schemaShape, type: text, format: text, items: any },
  ...{ collectionFormat: text, default: any, maximum: any, exclusiveMaximum: any, minimum: any, exclusiveMinimum: any, maxLength: any },
  ...{ minLength: any, pattern: any, maxItems: any, minItems: any, uniqueItems: any, enum: any, multipleOf: any },
});

const headerShape = openApiObject('key of a header', {
  ...{ description: text, required: flag, deprecated: flag, style: text, explode: flag, schema: schemaShape, example: any, examples: any },
  ...{ content: contentShape, type: text, format: text, items: any, collectionFormat: text, default: any, pattern: any, enum: any },
});
export const responseShape = openApiObject('key of an answer', {
  ...{ description: text, headers: mapOf(orReference(headerShape)), content: contentShape, links: mapOf(any) },
  ...{ schema: schemaShape, examples: any },
});
const responsesShape = mapOf(orReference(responseShape), statuses);

export const headersShape: Shape = mapOf(orReference(headerShape));
const operationParts = (parameter: Shape) => ({
  ...{ tags: texts, summary: text, description: text, externalDocs: mapOf(any), operationId: text, responses: responsesShape },
  ...{ parameters: listOf(orReference(parameter)), requestBody: orReference(requestBodyShape), callbacks: mapOf(any), deprecated: flag },
  ...{ servers: listOf(mapOf(any)), consumes: texts, produces: texts, schemes: texts },
});

/** Security, integration and x-amazon-apigateway-auth are read and checked in files of their own. */
export function operationKinds(isSwagger: boolean): Readonly<Record<string, Shape>> {
  return {
    ...operationParts(isSwagger ? swaggerParameterShape : parameterShape),
    'x-amazon-apigateway-integration': mapOf(any),
    'x-amazon-apigateway-request-validator': text,
  };
}
