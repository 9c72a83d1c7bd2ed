// Parameters and request body of an operation -> what the request validator checks.
import { editDistance } from '../../did-you-mean.ts';
import type { Route } from '../api-definition.ts';
import { flagAt, itemsAt, mapAt, textAt, textsAt, valueAt } from '../node-access.ts';
import { checkShape } from '../shape.ts';
import type { MapNode, TemplateNode } from '../template-node.ts';
import { dereference, noteNotEmulated, type OpenApiReading } from './openapi-reading.ts';
import { selfContainedSchema } from './request-schemas.ts';
import { parameterShape, requestBodyShape, swaggerParameterShape } from './request-shapes.ts';

export function readParameters(nodes: readonly TemplateNode[], reading: OpenApiReading): Route['requiredParameters'] {
  // An operation's parameter takes the place of the path's with the same name and place; it comes later here.
  const byKey = new Map<string, { place: string; name: string; required: boolean }>();
  for (const node of nodes) {
    const parameter = dereference(node, reading);
    if (parameter === null) continue;
    // A $ref may lead to something else than a parameter.
    checkShape(parameter, reading.isSwagger ? swaggerParameterShape : parameterShape, reading.problems);
    if (parameter.kind !== 'map') continue;
    const name = textAt(parameter, 'name');
    const place = textAt(parameter, 'in');
    if (name === null || place === null) {
      reading.problems.report(parameter.at, 'a parameter needs name and in', 'e.g. { name: X-Id, in: header, required: true }');
      continue;
    }
    if (place === 'formData') noteNotEmulated(reading, `parameter ${name}`, 'fields of forms are not checked', parameter.at);
    if (place === 'cookie') noteNotEmulated(reading, `parameter ${name}`, 'API Gateway does not check cookies', parameter.at);
    byKey.set(`${place} ${name}`, { place, name, required: flagAt(parameter, 'required') ?? false });
  }
  const required = [...byKey.values()].filter((parameter) => parameter.required);
  const namesIn = (place: string) => required.filter((parameter) => parameter.place === place).map((parameter) => parameter.name);
  return { header: namesIn('header'), path: namesIn('path'), querystring: namesIn('query') };
}

export interface RequestBody {
  readonly required: boolean;
  readonly schemas: Readonly<Record<string, unknown>>;
}

export function readRequestBody(operation: MapNode, reading: OpenApiReading): RequestBody {
  return reading.isSwagger ? readSwaggerBody(operation, reading) : readOpenApiBody(operation, reading);
}

function readOpenApiBody(operation: MapNode, reading: OpenApiReading): RequestBody {
  const given = valueAt(operation, 'requestBody');
  const node = given === null ? null : dereference(given, reading);
  if (node !== null) checkShape(node, requestBodyShape, reading.problems);
  const schemas = [...(mapAt(node, 'content')?.entries ?? [])].flatMap(([contentType, { keyAt, value }]) => {
    if (isMisspeltJson(contentType)) {
      reading.problems.report(keyAt, `no body will have the type ${contentType}, so none is checked`, 'Did you mean application/json?');
    }
    const schema = valueAt(value, 'schema');
    return schema === null ? [] : [[contentType, selfContainedSchema(schema, reading)] as const];
  });
  return { required: flagAt(node, 'required') ?? false, schemas: Object.fromEntries(schemas) };
}

/** Nearly application/json, and none of its relatives. */
function isMisspeltJson(contentType: string): boolean {
  const type = contentType.toLowerCase();
  if (['application/json', 'application/json5', 'application/jsonl', 'application/bson'].includes(type)) return false;
  return editDistance(type, 'application/json') <= 2;
}

function readSwaggerBody(operation: MapNode, reading: OpenApiReading): RequestBody {
  const parameters = itemsAt(operation, 'parameters').flatMap((node) => dereference(node, reading) ?? []);
  const body = parameters.find((parameter) => textAt(parameter, 'in') === 'body');
  const schema = valueAt(body, 'schema');
  if (body === undefined || schema === null) return { required: false, schemas: {} };
  const own = textsAt(operation, 'consumes');
  const shared = textsAt(reading.root, 'consumes');
  const contentTypes = own.length > 0 ? own : shared.length > 0 ? shared : ['application/json'];
  const contained = selfContainedSchema(schema, reading);
  return {
    required: flagAt(body, 'required') ?? false,
    schemas: Object.fromEntries(contentTypes.map((contentType) => [contentType, contained])),
  };
}
