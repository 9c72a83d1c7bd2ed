// paths of an OpenAPI document -> Route[]: one for each operation.

import { didYouMean } from '../../did-you-mean.ts';
import type { Route } from '../api-definition.ts';
import { itemsAt, mapAt, textAt, textOf, valueAt } from '../node-access.ts';
import { checkShape, flag, mapOf, object, quote } from '../shape.ts';
import type { MapNode } from '../template-node.ts';
import { anyMethod, methods } from './check-document.ts';
import { readIntegration } from './integrations.ts';
import { checkKeys, type OpenApiReading } from './openapi-reading.ts';
import { readParameters, readRequestBody } from './request.ts';
import { readRouteSecurity } from './route-security.ts';
import type { SecurityScheme } from './security-schemes.ts';

const pathItemKeys = [...methods, 'parameters', 'summary', 'description', 'servers'];
const operationKeys = [
  ...['tags', 'summary', 'description', 'externalDocs', 'operationId', 'parameters', 'requestBody', 'responses', 'callbacks', 'deprecated'],
  ...['security', 'servers', 'consumes', 'produces', 'schemes', 'x-amazon-apigateway-integration', 'x-amazon-apigateway-auth'],
  ...['x-amazon-apigateway-request-validator', 'x-amazon-apigateway-documentation'],
];
const validatorsShape = mapOf(object({}, { validateRequestBody: flag, validateRequestParameters: flag }));
const validatorKey = 'x-amazon-apigateway-request-validator';

export function readRoutes(reading: OpenApiReading, schemes: readonly SecurityScheme[]): readonly Route[] {
  const { root, problems } = reading;
  const validators = mapAt(root, 'x-amazon-apigateway-request-validators');
  if (validators !== null) checkShape(validators, validatorsShape, problems);
  const paths = mapAt(root, 'paths');
  if (paths === null) {
    // Of another kind: reported by check-document.ts.
    if (valueAt(root, 'paths') === null) problems.report(root.at, 'Body has no paths', 'Add paths.');
    return [];
  }
  checkPaths(paths, reading);
  return [...paths.entries].flatMap(([resourcePath, { value: item }]) => {
    if (item.kind !== 'map' || resourcePath.startsWith('x-')) return [];
    checkKeys(item, pathItemKeys, 'key of a path', problems);
    return methods.flatMap((method) => {
      const operation = mapAt(item, method);
      return operation === null ? [] : (readOperation({ resourcePath, method, operation, item }, reading, schemes) ?? []);
    });
  });
}

interface Operation {
  readonly resourcePath: string;
  readonly method: string;
  readonly operation: MapNode;
  readonly item: MapNode;
}

function readOperation(given: Operation, reading: OpenApiReading, schemes: readonly SecurityScheme[]): Route | null {
  const { operation, method, resourcePath, item } = given;
  checkKeys(operation, operationKeys, 'key of an operation', reading.problems);
  const security = readRouteSecurity(operation, reading, schemes);
  const validator = readValidator(operation, reading);
  const parameters = readParameters([...itemsAt(item, 'parameters'), ...itemsAt(operation, 'parameters')], reading);
  const body = readRequestBody(operation, reading);
  const integration = readIntegration(operation, reading);
  if (integration === null || security === null) return null;
  return {
    httpMethod: method === anyMethod ? 'ANY' : method.toUpperCase(),
    resourcePath,
    location: item.entries.get(method)?.keyAt ?? operation.at,
    authorization: security.authorization,
    apiKeyRequired: security.apiKeyRequired,
    ...validator,
    requiredParameters: parameters,
    requestSchemas: body.schemas,
    requestBodyRequired: body.required,
    integration,
  };
}

function readValidator(operation: MapNode, { root, problems }: OpenApiReading): Pick<Route, 'validateBody' | 'validateParameters'> {
  const node = valueAt(operation, validatorKey) ?? valueAt(root, validatorKey);
  const validators = mapAt(root, 'x-amazon-apigateway-request-validators');
  const name = textOf(node);
  if (node === null || name === null) return { validateBody: false, validateParameters: false };
  const validator = mapAt(validators, name);
  if (validator === null) {
    const known = [...(validators?.entries.keys() ?? [])];
    const hint = didYouMean(name, known).trim() || 'Declare it in x-amazon-apigateway-request-validators.';
    problems.report(node.at, `no request validator ${quote(name)} is declared`, hint);
  }
  return {
    validateBody: textAt(validator, 'validateRequestBody') === 'true',
    validateParameters: textAt(validator, 'validateRequestParameters') === 'true',
  };
}

/** What API Gateway refuses at import: odd segments, and two names for the same place in the tree. */
function checkPaths(paths: MapNode, { problems }: OpenApiReading): void {
  const variableAt = new Map<string, string>();
  for (const [path, { keyAt }] of paths.entries) {
    if (path.startsWith('x-')) continue;
    const segments = path.split('/').slice(1);
    const wellFormed = path.startsWith('/') && segments.every((segment) => /^([^{}]*|\{[\w.:-]+\+?\})$/.test(segment));
    const greedy = segments.findIndex((segment) => segment.endsWith('+}'));
    if (!wellFormed || (greedy !== -1 && greedy !== segments.length - 1)) {
      problems.report(keyAt, `${quote(path)} is no path of an API`, 'e.g. /items/{id} or /{proxy+}, the greedy part last.');
    }
    for (const [index, segment] of segments.entries()) {
      if (!segment.startsWith('{')) continue;
      const parent = segments.slice(0, index).join('/');
      const sibling = variableAt.get(parent) ?? segment;
      if (sibling !== segment)
        problems.report(keyAt, `${segment} stands where ${sibling} is already`, 'API Gateway takes one variable there.');
      variableAt.set(parent, sibling);
    }
  }
}
